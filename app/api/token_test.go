package api_test

import (
	"net/http"
	"testing"
	"time"

	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
)

func TestBadTokens(t *testing.T) {
	w := newWorld(t)
	past := time.Now().Add(-time.Hour).Unix()
	for name, m := range map[string]provider.Minting{
		"expired":           {Persona: "parent-1", Claims: map[string]any{"exp": past}},
		"of another issuer": {Persona: "parent-1", Claims: map[string]any{"iss": "https://other.example"}},
		"for another":       {Persona: "parent-1", Claims: map[string]any{"aud": "other"}},
		"without signature": {Persona: "parent-1", Algorithm: provider.AlgorithmNone},
		"HMAC of the key":   {Persona: "parent-1", Algorithm: provider.AlgorithmHS256},
		"foreign key":       {Persona: "parent-1", ForeignKey: true},
		"a NUL in a name":   {Persona: "parent-1", Claims: map[string]any{"sub": "parent\x00"}},
	} {
		t.Run(name, func(t *testing.T) {
			one := w.within(t)
			got := one.call("", http.MethodGet, "/api/v1/applications", nil, "Authorization", "Bearer "+minted(t, m))
			got.refused(http.StatusUnauthorized, "unauthorized")
		})
	}
	single := minted(t, provider.Minting{Persona: "admin-hinata-1", Claims: map[string]any{"amr": []string{"pwd"}}})
	w.call("", http.MethodGet, "/api/v1/admin/phases", nil, "Authorization", "Bearer "+single).refused(http.StatusForbidden, "second-factor-required")
}
