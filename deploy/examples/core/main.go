// Command core is a core system (基幹システム) in small: it follows the feed, takes every case with its files, says so, and decides what can be decided.
// It may be killed at any moment: what it has dealt with is its place in the feed, which it keeps last.
//
//	go run ./deploy/examples/core -url https://onestop.example -client CLIENT-ID -key private.jwk -dir taken -decide
//
// deploy/design/core.md says how a core system is connected.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// event is what the feed says of one case (CloudEvents 1.0); what is in the case is asked for.
type event struct {
	ID, Type, Subject string
}

type taken struct {
	ID, State string
	Revision  int
	Status    int // 404: not there any more, or not for us
	Documents []struct {
		Files []struct{ ID, Path string }
	}
}

type system struct {
	base, client, dir, token string
	signer                   jose.Signer
	decide                   bool
}

func main() {
	base := flag.String("url", "http://127.0.0.1:8080", "where the service is")
	client := flag.String("client", "", "client id")
	key := flag.String("key", "", "file with the private key, a JWK")
	dir := flag.String("dir", "taken", "where cases are kept")
	decide := flag.Bool("decide", false, "approve what can be approved")
	flag.Parse()
	var jwk jose.JSONWebKey
	raw, err := os.ReadFile(*key)
	if err == nil {
		err = json.Unmarshal(raw, &jwk)
	}
	must(err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jwk.Key}, nil)
	must(err)
	s := &system{base: *base, client: *client, dir: *dir, decide: *decide, signer: signer}
	for _, sub := range []string{"cases", "files", "events"} {
		must(os.MkdirAll(filepath.Join(s.dir, sub), 0o700))
	}
	for {
		if s.round() == 0 {
			time.Sleep(time.Second) // nothing new
		}
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// round deals with one page of the feed, and keeps how far it came at the very end: killed before that, it deals with the page once more.
func (s *system) round() int {
	kept, _ := os.ReadFile(filepath.Join(s.dir, "position")) // none: from the beginning
	after, _ := strconv.ParseInt(strings.TrimSpace(string(kept)), 10, 64)
	var page struct {
		Items []event
		Next  int64
	}
	s.get("/api/v1/core/events?limit=50&after="+strconv.FormatInt(after, 10), &page)
	last := map[string]event{} // of each case: it is taken once a page, as it is now
	var ids []string
	for _, e := range page.Items {
		if e.Subject == "" {
			continue // of a case that is withheld from us
		}
		if _, seen := last[e.Subject]; !seen {
			ids = append(ids, e.Subject)
		}
		last[e.Subject] = e
	}
	if len(ids) > 0 {
		for d := json.NewDecoder(bytes.NewReader(s.ask(http.MethodGet, "/api/v1/core/cases?ids="+strings.Join(ids, ","), nil, ""))); ; {
			var raw json.RawMessage
			if err := d.Decode(&raw); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return 1 // cut on the way: the page once more
			}
			s.take(raw, last)
		}
	}
	for _, e := range page.Items {
		line, _ := json.Marshal(e)
		n, _ := strconv.Atoi(e.ID)
		keep(filepath.Join(s.dir, "events", fmt.Sprintf("%09d", n)), line)
	}
	if len(page.Items) > 0 {
		keep(filepath.Join(s.dir, "position"), []byte(strconv.FormatInt(page.Next, 10)))
	}
	return len(page.Items)
}

// take keeps a case and its files, says that it is taken, and decides.
func (s *system) take(raw json.RawMessage, last map[string]event) {
	var c taken
	must(json.Unmarshal(raw, &c))
	if c.Status == http.StatusNotFound {
		return // protected or passed on meanwhile: its next event says so
	}
	for _, d := range c.Documents {
		for _, f := range d.Files {
			at := filepath.Join(s.dir, "files", f.ID)
			if _, err := os.Stat(at); err != nil { // a file never changes
				keep(at, s.ask(http.MethodGet, f.Path, nil, ""))
			}
		}
	}
	keep(filepath.Join(s.dir, "cases", c.ID), raw)
	path := "/api/v1/core/cases/" + c.ID
	s.ask(http.MethodPut, path+"/acknowledgement", map[string]any{"state": "taken", "revision": c.Revision}, "")
	if s.decide && (c.State == "arrived" || c.State == "in-review") {
		// One key an event: repeated it decides nothing anew. What cannot be decided yet is the clerk's.
		s.ask(http.MethodPost, path+"/decision", map[string]any{"outcome": "approved"}, "decide-"+last[c.ID].ID)
	}
}

// keep writes a file whole or not at all.
func keep(at string, content []byte) {
	f, err := os.CreateTemp(filepath.Dir(at), ".new-")
	must(err)
	_, err = f.Write(content)
	must(errors.Join(err, f.Sync(), f.Close(), os.Rename(f.Name(), at)))
}

func (s *system) get(path string, into any) {
	must(json.Unmarshal(s.ask(http.MethodGet, path, nil, ""), into))
}

// ask asks until there is an answer: a service that is away, or has too much to do, comes back. What it refuses is refused.
func (s *system) ask(method, path string, body any, key string) []byte {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		status, answer, err := s.once(method, path, body, key)
		switch {
		case err == nil && status < 300:
			return answer
		case err == nil && status == http.StatusUnauthorized:
			s.token = "" // over, or never had
		case err == nil && (status == http.StatusNotFound || status == http.StatusConflict):
			log.Printf("%s %s: %d %s", method, path, status, answer)
			return nil
		case err == nil && status < 500 && status != http.StatusTooManyRequests:
			log.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
		time.Sleep(wait)
	}
}

func (s *system) once(method, path string, body any, key string) (int, []byte, error) {
	if s.token == "" {
		if err := s.signIn(); err != nil {
			return 0, nil, err
		}
	}
	raw, err := json.Marshal(body)
	must(err)
	if body == nil {
		raw = nil
	}
	r, err := http.NewRequest(method, s.base+path, bytes.NewReader(raw))
	must(err)
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	return send(r)
}

func send(r *http.Request) (int, []byte, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// signIn gets a token for ten minutes: OAuth 2.0 client credentials with an assertion signed by our key (RFC 7523).
func (s *system) signIn() error {
	at, now := s.base+"/api/v1/core/token", time.Now()
	assertion, err := jwt.Signed(s.signer).Claims(jwt.Claims{Issuer: s.client, Subject: s.client, Audience: jwt.Audience{at}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute))}).Serialize()
	must(err)
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
	must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, answer, err := send(r)
	if err != nil {
		return err
	}
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if status != http.StatusOK {
		return fmt.Errorf("no token: %d %s", status, answer)
	}
	must(json.Unmarshal(answer, &got))
	s.token = got.AccessToken
	return nil
}
