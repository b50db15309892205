package mutual_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
)

// secret stands for what must never get into an error.
const secret = "R-998010-0900001"

func TestAnswersThatAreNotAgreedOn(t *testing.T) {
	const jsonType = "application/json"
	for name, c := range map[string]struct {
		status int
		media  string
		body   string
		kind   fault.Kind
		extra  map[string]string
	}{
		"HTML":              {200, "text/html", "<html>" + secret, fault.Unavailable, nil},
		"HTML as JSON":      {200, jsonType, "<html>" + secret, fault.Unavailable, nil},
		"an unknown member": {200, jsonType, `{"name":"x","` + secret + `":1}`, fault.Unavailable, nil},
		"another type":      {200, jsonType, `{"name":["` + secret + `"]}`, fault.Unavailable, nil},
		"text behind":       {200, jsonType, `{"name":"x"}{"name":"` + secret + `"}`, fault.Unavailable, nil},
		"half":              {200, jsonType, `{"name":"` + secret, fault.Unavailable, nil},
		"huge":              {200, jsonType, `{"name":"` + strings.Repeat("x", 2<<10) + `"}`, fault.Unavailable, nil},
		"a huge refusal":    {422, jsonType, `{"code":"` + strings.Repeat("x", 2<<10) + `"}`, fault.Unavailable, nil},
		"a redirect":        {307, jsonType, `{}`, fault.Unavailable, nil},
		"down": {503, jsonType, `{"code":"provider-down","provider":"X-P-001","retry_after":7}`, fault.Unavailable,
			map[string]string{"reason": "provider-down", "provider": "X-P-001", "retry_after": "7"}},
		"down, in HTML":     {503, "text/html", "<h1>" + secret, fault.Unavailable, nil},
		"404 in HTML":       {404, "text/html", "<h1>Not Found", fault.Unavailable, nil},
		"unknown":           {404, jsonType, `{"code":"unknown-reference"}`, fault.NotFound, map[string]string{"reason": "unknown-reference"}},
		"refused":           {422, jsonType, `{"code":"unknown-item"}`, fault.Refused, map[string]string{"reason": "unknown-item"}},
		"too many":          {429, jsonType, `{"code":"batch-too-large","max_batch":50}`, fault.TooMany, map[string]string{"max_batch": "50", "retry_after": "3"}},
		"too many, in HTML": {429, "text/html", "slow down", fault.TooMany, map[string]string{"retry_after": "3"}},
		"a code that is not": {503, jsonType, `{"code":"日向 花子","provider":"` + strings.Repeat("9", 50) + `"}`, fault.Unavailable, map[string]string{"provider": "",
			"reason": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.media)
				w.Header().Set("Location", "/elsewhere")
				if c.status == 429 {
					w.Header().Set("Retry-After", "3")
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer s.Close()
			_, err := ask(t, s.URL, nil)
			f := fault.As(err)
			if f == nil || f.Kind != c.kind || f.Extra["component"] != "peer" || strings.Contains(err.Error(), secret) {
				t.Fatalf("%v", err)
			}
			for key, want := range c.extra {
				if f.Extra[key] != want {
					t.Errorf("%s is %q, not %q", key, f.Extra[key], want)
				}
			}
		})
	}
}

func TestWhoGivesUpAndWhoIsTooSlow(t *testing.T) {
	asked := make(chan struct{}, 2)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer s.Close()
	p := mutual.NewPeer(mutual.Options{URL: s.URL, Timeout: 100 * time.Millisecond, Component: "peer", MaxAnswer: 1 << 10})
	var answer struct{}
	if err := p.Call(t.Context(), http.MethodGet, "/"+secret, nil, &answer); fault.KindOf(err) != fault.Unavailable || strings.Contains(err.Error(), secret) {
		t.Errorf("too slow: %v", err)
	}
	<-asked
	reason := errors.New("the worker stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	patient := mutual.NewPeer(mutual.Options{URL: s.URL, Component: "peer", MaxAnswer: 1 << 10})
	go func() {
		<-asked
		cancel(reason)
	}()
	if err := patient.Call(ctx, http.MethodGet, "/", nil, &answer); !errors.Is(err, reason) {
		t.Errorf("given up: %v", err)
	}
}
