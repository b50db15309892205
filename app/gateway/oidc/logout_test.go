package oidc

import (
	"maps"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

// TestALogoutTokenIsCheckedAsTheSpecificationAsks: OpenID Connect Back-Channel Logout 1.0, section 2.6.
func TestALogoutTokenIsCheckedAsTheSpecificationAsks(t *testing.T) {
	s, p := startBoth(t)
	now := time.Now()
	sound := map[string]any{"aud": testClient, "sid": "s-1", "jti": "j-1", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nbf": nil,
		"events": map[string]any{logoutEvent: map[string]any{}}}
	verify := func(change map[string]any, m simulator.Minting) (Ended, error) {
		m.Claims = maps.Clone(sound)
		maps.Copy(m.Claims, change)
		return p.VerifyLogoutToken(t.Context(), mint(t, s, m))
	}
	ended, err := verify(nil, simulator.Minting{Type: "logout+jwt"})
	if err != nil || ended.Provider != "demo" || ended.Subject != "parent-1" || ended.Session != "s-1" || ended.ID != "j-1" ||
		ended.Until.Before(now.Add(LogoutAge-time.Second)) {
		t.Errorf("%+v %v", ended, err)
	}
	for name, change := range map[string]map[string]any{
		"without a session": {"sid": nil}, "without a subject": {"sub": nil}, "without an expiry": {"exp": nil},
	} {
		if _, err := verify(change, simulator.Minting{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tc := range map[string]struct {
		change map[string]any
		m      simulator.Minting
		reason string
	}{
		"another issuer":         {map[string]any{"iss": "https://other.example"}, simulator.Minting{}, ReasonIssuer},
		"for another client":     {map[string]any{"aud": "other"}, simulator.Minting{}, ReasonAudience},
		"for the API":            {map[string]any{"aud": testAudience}, simulator.Minting{}, ReasonAudience},
		"expired":                {map[string]any{"exp": now.Add(-time.Minute).Unix()}, simulator.Minting{}, ReasonExpired},
		"old":                    {map[string]any{"iat": now.Add(-time.Hour).Unix(), "exp": nil}, simulator.Minting{}, ReasonExpired},
		"of no age":              {map[string]any{"iat": nil}, simulator.Minting{}, ReasonExpired},
		"of the future":          {map[string]any{"iat": now.Add(time.Hour).Unix()}, simulator.Minting{}, ReasonNotYet},
		"no event":               {map[string]any{"events": nil}, simulator.Minting{}, ReasonType},
		"another event":          {map[string]any{"events": map[string]any{"x": map[string]any{}}}, simulator.Minting{}, ReasonType},
		"an event of no object":  {map[string]any{"events": map[string]any{logoutEvent: true}}, simulator.Minting{}, ReasonType},
		"a nonce":                {map[string]any{"nonce": "n"}, simulator.Minting{}, ReasonType},
		"an empty nonce":         {map[string]any{"nonce": ""}, simulator.Minting{}, ReasonType},
		"neither whom nor which": {map[string]any{"sub": nil, "sid": nil}, simulator.Minting{}, ReasonSubject},
		"no id":                  {map[string]any{"jti": nil}, simulator.Minting{}, ReasonSubject},
		"a subject with a NUL":   {map[string]any{"sub": "a\x00b"}, simulator.Minting{}, ReasonSubject},
		"an access token's type": {nil, simulator.Minting{Type: "at+jwt"}, ReasonType},
		"no signature":           {nil, simulator.Minting{Algorithm: simulator.AlgorithmNone}, ReasonAlgorithm},
		"a foreign key":          {nil, simulator.Minting{ForeignKey: true}, ReasonSignature},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := verify(tc.change, tc.m)
			wantRefusal(t, err, tc.reason)
		})
	}
	token := mint(t, s, simulator.Minting{Type: "logout+jwt", Claims: sound})
	if _, err := p.VerifyAccessToken(t.Context(), token); err == nil {
		t.Error("a logout token passes as an access token")
	}
}
