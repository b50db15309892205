package page_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/web/page"
)

// nobody are people whom nobody asks for.
type nobody struct{}

func (nobody) PersonFor(context.Context, string, string) (string, error) { return "", nil }

// counted is a site with a page that may be kept for an hour at /kept and one that may not at /own; made counts how often each was made.
func counted(t *testing.T, memory time.Duration) (ask func(path string, header ...string) *httptest.ResponseRecorder, made map[string]int) {
	t.Helper()
	none := edge.Rate{PerSecond: -1}
	limits := edge.Limits{Address: none, Account: none, Login: none, Uploads: none}
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), People: nobody{}, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	site, err := page.New(e, page.Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	made = map[string]int{}
	public := edge.Route{Operation: "show-test", Permission: edge.Public, Class: edge.Form}
	site.Get("/own", public, func(r *page.Request) error { made["/own"]++; return r.Show("page/signed-in", nil) })
	site.Get("/kept", public, func(r *page.Request) error {
		made["/kept"]++
		r.Public(time.Hour)
		return r.Show("page/signed-in", nil)
	})
	site.Get("/bare", public, func(r *page.Request) error { made["/bare"]++; return r.ShowBare("page/signed-in", nil, time.Hour) })
	return func(path string, header ...string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		e.Engine.ServeHTTP(w, req)
		return w
	}, made
}

func TestAPublicPageIsAnsweredFromMemory(t *testing.T) {
	ask, made := counted(t, time.Hour)
	first, second := ask("/kept"), ask("/kept")
	if made["/kept"] != 1 || first.Code != 200 || first.Body.String() != second.Body.String() || !strings.Contains(first.Body.String(), "</html>") {
		t.Fatalf("made %d times: %d, %d", made["/kept"], first.Code, second.Code)
	}
	for _, name := range []string{"Cache-Control", "Content-Security-Policy", "Content-Language", "Vary", "Etag", "Content-Type", "X-Content-Type-Options"} {
		if got := second.Header().Get(name); got == "" || got != first.Header().Get(name) {
			t.Errorf("%s: %q, and from memory %q", name, first.Header().Get(name), got)
		}
	}
	if again := ask("/kept", "If-None-Match", first.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("what has not changed is answered %d with %d bytes", again.Code, again.Body.Len())
	}
	if packed := ask("/kept", "Accept-Encoding", "gzip"); packed.Header().Get("Content-Encoding") != "gzip" || made["/kept"] != 1 {
		t.Errorf("packed: %v, made %d times", packed.Header(), made["/kept"])
	}
	if english := ask("/kept?lang=en"); !strings.Contains(english.Body.String(), `lang="en"`) || english.Header().Get("Set-Cookie") == "" {
		t.Error("the language is not the one that was asked for")
	}
	ask("/bare?lang=en")
	bare := ask("/bare?lang=en").Header()
	if made["/bare"] != 1 || bare.Get("Set-Cookie") != "" || bare.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("a page inside another site: made %d times, %v", made["/bare"], bare)
	}
}

// Whoever may be somebody gets a page of their own, and so does everybody where nothing may be kept.
func TestNothingOfAPersonIsRemembered(t *testing.T) {
	ask, made := counted(t, time.Hour)
	ask("/kept")
	for i, header := range [][]string{{"Cookie", "session=x"}, {"Cookie", "lang=ja; session=x"}, {"Authorization", "Bearer x"}} {
		if ask("/kept", header...); made["/kept"] != i+2 {
			t.Errorf("%v was answered from memory", header)
		}
	}
	ask("/kept", "Cookie", "lang=ja")
	for range 2 {
		ask("/own")
	}
	if made["/kept"] != 4 || made["/own"] != 2 {
		t.Errorf("made %v", made)
	}
	for _, memory := range []time.Duration{0, time.Nanosecond} {
		ask, made := counted(t, memory)
		for range 2 {
			ask("/kept")
		}
		if made["/kept"] != 2 {
			t.Errorf("remembered for %s: made %d times", memory, made["/kept"])
		}
	}
}
