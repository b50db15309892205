package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/models"
)

// remote speaks with a server that runs, as the person whose token it has.
type remote struct {
	server, tokenFile, lang string
}

// The environment in which a server and a token may stand in the place of flags: a token on a command line is seen by others.
const (
	serverEnv = "ONESTOP_SERVER"
	tokenEnv  = "ONESTOP_TOKEN"
)

func (r *remote) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.server, "server", "", "address of the service, such as https://onestop.example ("+serverEnv+" if not given)")
	cmd.Flags().StringVar(&r.tokenFile, "token-file", "", "file with an access token of an admin ("+tokenEnv+" has the token if not given)")
	cmd.Flags().StringVar(&r.lang, "lang", "ja", "ja or en: the language of what is said")
}

// address is where the service is; empty if nobody said.
func (r *remote) address() string {
	return strings.TrimSuffix(cmp.Or(r.server, os.Getenv(serverEnv)), "/")
}

// bearer is the token; empty without one, which does for what is public.
func (r *remote) bearer() (string, error) {
	if r.tokenFile == "" {
		return os.Getenv(tokenEnv), nil
	}
	raw, err := os.ReadFile(r.tokenFile)
	return strings.TrimSpace(string(raw)), err
}

// call sends one request and decodes the answer into out, or leaves its bytes there; nil: the answer is not wanted. Its error says what
// the service said, with file and line of each fault.
func (r *remote) call(ctx context.Context, method, path, kind string, body []byte, out any) error {
	server := r.address()
	if server == "" {
		return errors.New("--server: name the service, or set " + serverEnv)
	}
	if u, err := url.Parse(server); err != nil || u.Scheme != "https" && !loopback(u.Hostname()) {
		return fmt.Errorf("--server %s: an address that begins with https://, so that nobody reads the token on its way", server)
	}
	token, err := r.bearer()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, server+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Language", r.lang)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Idempotency-Key", models.NewID())
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return refusal(res.StatusCode, text)
	}
	switch to := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*to = text
		return nil
	}
	return json.Unmarshal(text, out)
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *remote) post(ctx context.Context, path string, body, out any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return r.call(ctx, http.MethodPost, path, "application/json", raw, out)
}

func (r *remote) get(ctx context.Context, path string, out any) error {
	return r.call(ctx, http.MethodGet, path, "", nil, out)
}

// refusal is what a problem document says.
func refusal(status int, text []byte) error {
	var p struct {
		Title, Detail string
		Errors        []struct{ Detail string }
	}
	if err := json.Unmarshal(text, &p); err != nil || p.Title == "" {
		return fmt.Errorf("the service answers %d", status)
	}
	said := p.Title
	if p.Detail != "" {
		said += ": " + p.Detail
	}
	for _, e := range p.Errors {
		said += "\n  " + e.Detail
	}
	return errors.New(said)
}
