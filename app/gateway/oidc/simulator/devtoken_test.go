package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestDevToken(t *testing.T) {
	s := start(t, nil)
	for name, tc := range map[string]struct {
		method, form string
		status       int
	}{
		"a parent":        {http.MethodPost, "persona=parent-1", http.StatusOK},
		"a load parent":   {http.MethodPost, "persona=load-1000", http.StatusOK},
		"the partner":     {http.MethodPost, "persona=partner", http.StatusOK},
		"nobody":          {http.MethodPost, "persona=load-1001", http.StatusUnprocessableEntity},
		"nothing":         {http.MethodPost, "", http.StatusUnprocessableEntity},
		"a broken form":   {http.MethodPost, "persona=%zz", http.StatusBadRequest},
		"too long a form": {http.MethodPost, "persona=" + strings.Repeat("a", 70<<10), http.StatusBadRequest},
		"another method":  {http.MethodGet, "", http.StatusMethodNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(tc.method, "/dev/token", strings.NewReader(tc.form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			s.DevTokenHandler().ServeHTTP(w, r)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			var body struct {
				Token    string   `json:"access_token"`
				Type     string   `json:"token_type"`
				Expires  int      `json:"expires_in"`
				Code     string   `json:"code"`
				Personas []string `json:"personas"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			switch {
			case tc.status == http.StatusOK && (strings.Count(body.Token, ".") != 2 || body.Type != "Bearer" || body.Expires != 3600):
				t.Errorf("answer %s", w.Body)
			case tc.status != http.StatusOK && (body.Code == "" || w.Header().Get("Content-Type") != "application/problem+json"):
				t.Errorf("no problem document: %s", w.Body)
			case tc.status == http.StatusUnprocessableEntity && len(body.Personas) != 11:
				t.Errorf("personas %v", body.Personas)
			}
		})
	}
}

func TestPartnerTradesItsSecretForAToken(t *testing.T) {
	s := start(t, nil)
	ask := func(secret, scope string) (int, map[string]any) {
		t.Helper()
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/oauth/token", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("partner", secret)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var body map[string]any
		_ = json.NewDecoder(res.Body).Decode(&body)
		return res.StatusCode, body
	}
	if status, body := ask("partner-secret", "handover share:vaccination"); status != http.StatusOK || body["access_token"] == nil {
		t.Errorf("sound: %d %v", status, body)
	}
	if status, _ := ask("wrong", "handover"); status == http.StatusOK {
		t.Error("a wrong secret was accepted")
	}
	if status, _ := ask("partner-secret", "admin"); status == http.StatusOK {
		t.Error("a scope that the partner lacks was given")
	}
}
