package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kosodate.example/onestop/app/gateway/sign"
)

// Server is the service: the authority's list and answers, the cards, and the switches.
type Server struct {
	Authority *Authority

	url    string
	server *http.Server
	mu     sync.Mutex
	cards  map[string]*Card

	ocspDown, crlDown atomic.Bool
}

// Start starts the service at an address ("127.0.0.1:0" for any port) with the cards of the demo.
func Start(addr string) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Server{url: "http://" + listener.Addr().String(), cards: map[string]*Card{}}
	if s.Authority, err = NewAuthority("署名用電子証明書 認証局役（架空）", s.url); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	now := time.Now()
	for name, holder := range people {
		until := now.Add(5 * 365 * 24 * time.Hour)
		if name == "expired" {
			until = now.Add(-24 * time.Hour)
		}
		if _, err := s.add(name, holder, now.Add(-2*365*24*time.Hour), until); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}
	s.server = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// URL is where it listens.
func (s *Server) URL() string { return s.url }

// Close ends it.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = errors.Join(s.server.Shutdown(ctx), s.server.Close())
}

// Card finds a card; nil if there is none.
func (s *Server) Card(name string) *Card {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[name]
}

func (s *Server) add(name string, holder sign.Holder, from, until time.Time) (*Card, error) {
	c, err := s.Authority.NewCard(name, holder, from, until)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cards[name] = c
	return c, nil
}

// Fault switches the authority's two ways to answer off and on.
func (s *Server) Fault(ocspDown, crlDown bool) {
	s.ocspDown.Store(ocspDown)
	s.crlDown.Store(crlDown)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ca.pem", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(s.Authority.PEM()) })
	mux.HandleFunc("GET /crl", func(w http.ResponseWriter, _ *http.Request) {
		s.give(w, &s.crlDown, "application/pkix-crl", s.Authority.list)
	})
	mux.HandleFunc("POST /ocsp", func(w http.ResponseWriter, r *http.Request) {
		question, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		s.give(w, &s.ocspDown, "application/ocsp-response", func() ([]byte, error) {
			if err != nil {
				return nil, err
			}
			return s.Authority.answer(question)
		})
	})
	mux.HandleFunc("GET /cards", s.inReader)
	mux.HandleFunc("POST /cards", s.newCard)
	mux.HandleFunc("POST /cards/{name}/sign", s.sign)
	mux.HandleFunc("POST /control/cards/{name}/{what}", s.control)
	mux.HandleFunc("PUT /control/faults", s.faults)
	mux.HandleFunc("GET /{$}", s.page)
	return mux
}

func (s *Server) give(w http.ResponseWriter, down *atomic.Bool, mediaType string, make func() ([]byte, error)) {
	if down.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	body, err := make()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", mediaType)
	_, _ = w.Write(body)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*") // the portal's page asks the reader on the person's own device
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func read(r *http.Request, into any) error {
	return json.NewDecoder(io.LimitReader(r.Body, 4<<20)).Decode(into)
}

// inReader lists the cards as a reader does that has them all in it.
func (s *Server) inReader(w http.ResponseWriter, _ *http.Request) {
	type card struct {
		Card string `json:"card"`
		Name string `json:"name"`
	}
	out := []card{}
	s.mu.Lock()
	for _, c := range s.cards {
		out = append(out, card{c.Name, c.Holder.Name})
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b card) int { return strings.Compare(a.Card, b.Card) })
	answer(w, http.StatusOK, out)
}

// newCard issues a card for an invented person, so that any form can be signed in the demo.
func (s *Server) newCard(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Card      string `json:"card"`
		Name      string `json:"name"`
		BirthDate string `json:"birth_date"`
	}
	if err := read(r, &in); err != nil || in.Card == "" || in.Name == "" || len(in.BirthDate) != 10 {
		answer(w, http.StatusBadRequest, map[string]string{"error": "card, name and birth_date (YYYY-MM-DD) are needed"})
		return
	}
	now := time.Now()
	if _, err := s.add(in.Card, sign.Holder{Name: in.Name, BirthDate: in.BirthDate}, now.Add(-time.Hour), now.Add(365*24*time.Hour)); err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	answer(w, http.StatusCreated, map[string]string{"card": in.Card})
}

// sign signs content (base64 in JSON) with a card and its PIN.
func (s *Server) sign(w http.ResponseWriter, r *http.Request) {
	var in struct {
		PIN     string `json:"pin"`
		Content []byte `json:"content"`
	}
	card := s.Card(r.PathValue("name"))
	switch err := read(r, &in); {
	case card == nil:
		answer(w, http.StatusNotFound, map[string]string{"error": "no such card"})
		return
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]string{"error": "pin and content (base64) are needed"})
		return
	}
	signature, left, err := card.Sign(in.PIN, in.Content)
	switch {
	case err != nil:
		answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
	case signature != nil:
		answer(w, http.StatusOK, map[string]any{"signature": signature})
	case left == 0:
		answer(w, http.StatusLocked, map[string]any{"error": "the card is locked", "tries_left": 0})
	default:
		answer(w, http.StatusForbidden, map[string]any{"error": "wrong PIN", "tries_left": left})
	}
}

// control revokes a card's certificate, unlocks a card, or issues it anew.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	card := s.Card(r.PathValue("name"))
	if card == nil {
		http.NotFound(w, r)
		return
	}
	now := time.Now()
	switch r.PathValue("what") {
	case "revoke":
		s.Authority.Revoke(card.Certificate())
	case "unlock":
		card.unlock()
	case "renew":
		if _, err := s.add(card.Name, card.Holder, now.Add(-time.Hour), now.Add(365*24*time.Hour)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	default:
		http.NotFound(w, r)
		return
	}
	if r.Header.Get("Accept") == "" || r.Header.Get("Sec-Fetch-Mode") == "navigate" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) faults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		OCSPDown bool `json:"ocsp_down"`
		CRLDown  bool `json:"crl_down"`
	}
	if err := read(r, &in); err != nil {
		http.Error(w, "ocsp_down and crl_down are true or false", http.StatusBadRequest)
		return
	}
	s.Fault(in.OCSPDown, in.CRLDown)
	w.WriteHeader(http.StatusNoContent)
}

var page = template.Must(
	template.New("page").Parse(`<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>カード役（架空）</title>
<h1>電子証明書カードの役（架空） / Simulated cards</h1><p>暗証番号 / PIN: <code>{{.PIN}}</code></p>
<table border="1" cellpadding="6"><tr><th>Card</th><th>氏名 / Name</th><th>生年月日 / Born</th><th></th></tr>
{{range .Cards}}<tr><td>{{.Name}}</td><td>{{.Holder.Name}}</td><td>{{.Holder.BirthDate}}</td><td>
{{$n := .Name}}{{range $.What}}<form method="post" action="/control/cards/{{$n}}/{{.}}" style="display:inline"><button>{{.}}</button></form>
{{end}}</td></tr>{{end}}</table></html>`),
)

func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	var cards []*Card
	for _, c := range s.cards {
		cards = append(cards, c)
	}
	s.mu.Unlock()
	slices.SortFunc(cards, func(a, b *Card) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{"PIN": PIN, "Cards": cards, "What": []string{"revoke", "unlock", "renew"}})
}
