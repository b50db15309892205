package simulator

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

func TestBothLanguagesHaveEveryText(t *testing.T) {
	for key := range texts["ja"] {
		if texts["en"][key] == "" {
			t.Errorf("en lacks %s", key)
		}
	}
	if len(texts["en"]) != len(texts["ja"]) {
		t.Error("en has texts that ja lacks")
	}
}

// browser follows redirects within the provider and stops at the application.
type browser struct {
	t      *testing.T
	client *http.Client
	s      *Server
}

func newBrowser(t *testing.T, s *Server) *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{t: t, s: s, client: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), s.Issuer) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

func (b *browser) do(method, path, lang string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.s.Issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", lang)
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res, string(body)
}

func authorizePath(more url.Values) string {
	q := url.Values{
		"client_id": {"web"}, "redirect_uri": {"http://127.0.0.1:9/callback"}, "response_type": {"code"}, "scope": {"openid profile"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(strings.Repeat("v", 43))},
	}
	for k, v := range more {
		q[k] = v
	}
	return "/authorize?" + q.Encode()
}

var hiddenID = regexp.MustCompile(`name="id" value="([^"]+)"`)

func TestThePageListsThePersonasInTheReadersLanguage(t *testing.T) {
	b := newBrowser(t, start(t, nil))
	for lang, want := range map[string][]string{
		"ja":                {`<html lang="ja">`, "だれとして", "保護者", "ひなた市"},
		"en-GB,en;q=0.9":    {`<html lang="en">`, "Who do you want", "Parents", "Hinata City"},
		"":                  {`<html lang="ja">`},
		"en;q=0.1,ja;q=0.9": {`<html lang="ja">`},
	} {
		res, body := b.do(http.MethodGet, authorizePath(nil), lang, nil)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%q: no %q in the page", lang, w)
			}
		}
		if strings.Contains(body, "load-0001") || strings.Contains(body, `value="partner"`) || strings.Contains(body, "<script") {
			t.Error("the page shows what it should not")
		}
		if n := strings.Count(body, `name="persona"`); n != 10 {
			t.Errorf("%d personas", n)
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http://127.0.0.1:9") {
			t.Errorf("policy %q keeps browsers from returning", csp)
		}
	}
	if _, body := b.do(http.MethodGet, authorizePath(url.Values{"ui_locales": {"en"}}), "ja", nil); !strings.Contains(body, `<html lang="en">`) {
		t.Error("ui_locales is not heeded")
	}
}

func TestWrongCodesEndTheSecondStep(t *testing.T) {
	b := newBrowser(t, start(t, nil))
	_, body := b.do(http.MethodGet, authorizePath(nil), "en", nil)
	id := hiddenID.FindStringSubmatch(body)[1]
	_, body = b.do(http.MethodPost, "/login", "en", url.Values{"id": {id}, "persona": {"auditor"}, "lang": {"en"}})
	if !strings.Contains(body, `<label for="code">`) {
		t.Fatalf("no second step: %s", body)
	}
	for i := range maxWrongCodes {
		res, body := b.do(http.MethodPost, "/login/code", "en", url.Values{"id": {id}, "code": {"x"}, "lang": {"en"}})
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `role="alert"`) {
			t.Fatalf("wrong code %d: %d", i, res.StatusCode)
		}
	}
	if res, _ := b.do(http.MethodGet, "/login/code?id="+id, "en", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the second step is still open: %d", res.StatusCode)
	}
}

func TestSignInIsRefused(t *testing.T) {
	b := newBrowser(t, start(t, nil))
	for name, q := range map[string]url.Values{
		"no PKCE":      {"code_challenge": {""}, "code_challenge_method": {""}},
		"plain PKCE":   {"code_challenge_method": {"plain"}},
		"prompt none":  {"prompt": {"none"}},
		"not code":     {"response_type": {"id_token"}},
		"foreign page": {"redirect_uri": {"http://127.0.0.1:10/callback"}},
		"other client": {"client_id": {"nobody"}},
	} {
		res, body := b.do(http.MethodGet, authorizePath(q), "en", nil)
		if strings.Contains(body, `name="persona"`) {
			t.Errorf("%s: the page is shown", name)
		}
		if to := res.Header.Get("Location"); strings.Contains(to, "127.0.0.1:10") || strings.Contains(to, "code=") {
			t.Errorf("%s: sent to %s", name, to)
		}
	}
	if res, _ := b.do(http.MethodPost, "/login", "en", url.Values{"id": {"x"}, "persona": {"parent-1"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown sign-in: %d", res.StatusCode)
	}
	if res, _ := b.do(http.MethodPost, "/login", "en", url.Values{"id": {"x"}, "persona": {"partner"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the partner signs in: %d", res.StatusCode)
	}
}

func TestAFinishedSignInCannotBecomeAnotherPersons(t *testing.T) {
	b := newBrowser(t, start(t, nil))
	_, body := b.do(http.MethodGet, authorizePath(nil), "en", nil)
	id := hiddenID.FindStringSubmatch(body)[1]
	if res, _ := b.do(http.MethodPost, "/login", "en", url.Values{"id": {id}, "persona": {"parent-1"}}); !strings.Contains(res.Header.Get("Location"), "code=") {
		t.Fatalf("no code: %v", res.Header)
	}
	if res, _ := b.do(http.MethodPost, "/login", "en", url.Values{"id": {id}, "persona": {"auditor"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", res.StatusCode)
	}
}
