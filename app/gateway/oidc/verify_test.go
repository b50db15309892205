package oidc

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

func TestVerifyAccessTokenOfEachRole(t *testing.T) {
	s, p := startBoth(t)
	for persona, want := range map[string]struct {
		role   string
		second bool
	}{
		"parent-1":         {"applicant", false},
		"reviewer-minato":  {"reviewer@998028", true},
		"admin-national-1": {"admin@national", true},
		"admin-hinata-2":   {"admin@998010", true},
		"auditor":          {"auditor", true},
		"load-0042":        {"applicant", false},
	} {
		id, err := p.VerifyAccessToken(t.Context(), mint(t, s, simulator.Minting{Persona: persona}))
		if err != nil {
			t.Errorf("%s: %v", persona, err)
			continue
		}
		if id.Provider != "demo" || id.Subject != persona || id.Name == "" || !slices.Equal(id.Roles, []string{want.role}) || id.SecondFactor != want.second {
			t.Errorf("%s: %+v", persona, id)
		}
		if left := time.Until(id.ExpiresAt); left < 59*time.Minute || left > time.Hour || time.Since(id.AuthTime) > time.Minute || id.ClientID != "dev" {
			t.Errorf("%s: %+v", persona, id)
		}
	}
	id, err := p.VerifyAccessToken(t.Context(), mint(t, s, simulator.Minting{Persona: "partner"}))
	if err != nil || len(id.Roles) != 0 || !id.HasScope("handover") || !id.HasScope("share:vaccination") || id.HasScope("admin") || id.HasScope("") ||
		id.SecondFactor {
		t.Errorf("partner: %+v %v", id, err)
	}
}

func TestVerifyAccessTokenRefuses(t *testing.T) {
	s, p := startBoth(t)
	now := time.Now()
	claim := func(name string, v any) simulator.Minting {
		return simulator.Minting{Claims: map[string]any{name: v}}
	}
	sound := mint(t, s, simulator.Minting{})
	parts := strings.Split(sound, ".")
	admin := strings.Split(mint(t, s, simulator.Minting{Persona: "admin-national-1"}), ".")

	minted := map[string]struct {
		m      simulator.Minting
		reason string
	}{
		"expired":                    {claim("exp", now.Add(-time.Second).Unix()-1), ReasonExpired},
		"never expires":              {claim("exp", nil), ReasonNoExpiry},
		"not yet valid":              {claim("nbf", now.Add(time.Minute).Unix()), ReasonNotYet},
		"issued in the future":       {claim("iat", now.Add(time.Minute).Unix()), ReasonNotYet},
		"other issuer":               {claim("iss", "https://other.example"), ReasonIssuer},
		"issuer with a slash":        {claim("iss", s.Issuer+"/"), ReasonIssuer},
		"no issuer":                  {claim("iss", nil), ReasonIssuer},
		"other audience":             {claim("aud", "other"), ReasonAudience},
		"the client as audience":     {claim("aud", testClient), ReasonAudience},
		"no audience":                {claim("aud", nil), ReasonAudience},
		"no subject":                 {claim("sub", nil), ReasonSubject},
		"a long subject":             {claim("sub", strings.Repeat("s", 256)), ReasonSubject},
		"an expiry that is text":     {claim("exp", "tomorrow"), ReasonMalformed},
		"a subject that is a list":   {claim("sub", []string{"parent-1"}), ReasonMalformed},
		"a scope that is a number":   {claim("scope", 7), ReasonMalformed},
		"alg none":                   {simulator.Minting{Algorithm: simulator.AlgorithmNone}, ReasonAlgorithm},
		"HS256 with the public key":  {simulator.Minting{Algorithm: simulator.AlgorithmHS256}, ReasonAlgorithm},
		"RS512, which is not listed": {simulator.Minting{Algorithm: "RS512"}, ReasonAlgorithm},
		"PS256 with an RS256 key":    {simulator.Minting{Algorithm: "PS256"}, ReasonKey},
		"foreign key, known id":      {simulator.Minting{ForeignKey: true}, ReasonSignature},
		"foreign key, unknown id":    {simulator.Minting{ForeignKey: true, KeyID: "unknown"}, ReasonKey},
		"an ID token":                {claim("at_hash", "x"), ReasonType},
		"an ID token of Keycloak":    {claim("typ", "ID"), ReasonType},
		"a logout token":             {simulator.Minting{Type: "logout+jwt"}, ReasonType},
	}
	for name, tc := range minted {
		t.Run(name, func(t *testing.T) {
			token := mint(t, s, tc.m)
			for range 2 { // a refusal must not be remembered as anything else
				_, err := p.VerifyAccessToken(t.Context(), token)
				wantRefusal(t, err, tc.reason)
				if err != nil && strings.Contains(err.Error(), token[:20]) {
					t.Errorf("the fault quotes the token: %v", err)
				}
			}
		})
	}
	for name, tc := range map[string]struct{ token, reason string }{
		"none":                       {"", ReasonMissing},
		"not a token":                {"hello", ReasonMalformed},
		"two parts":                  {parts[0] + "." + parts[1], ReasonMalformed},
		"four parts":                 {sound + ".x", ReasonMalformed},
		"another's claims":           {parts[0] + "." + admin[1] + "." + parts[2], ReasonSignature},
		"no signature":               {parts[0] + "." + parts[1] + ".", ReasonSignature},
		"a changed signature":        {parts[0] + "." + parts[1] + "." + flip(parts[2]), ReasonSignature},
		"a changed payload":          {parts[0] + "." + flip(parts[1]) + "." + parts[2], ReasonSignature},
		"with a space":               {sound + " ", ReasonMalformed},
		"JSON serialisation":         {`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, ReasonMalformed},
		"too long":                   {sound + strings.Repeat("A", MaxTokenBytes), ReasonTooLarge},
		"too long without any sense": {strings.Repeat(".", MaxTokenBytes+1), ReasonTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.VerifyAccessToken(t.Context(), tc.token)
			wantRefusal(t, err, tc.reason)
		})
	}
	if _, err := p.VerifyAccessToken(t.Context(), sound); err != nil {
		t.Errorf("the sound token is refused after all that: %v", err)
	}
}

// flip changes one character in the middle.
func flip(s string) string {
	b := []byte(s)
	i := len(b) / 2
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

func TestLeewayForgivesClocks(t *testing.T) {
	addr := freeAddr(t)
	s := startProvider(t, addr, "")
	p := newClient(t, addr, func(c *Config) { c.Leeway = 30 * time.Second })
	now := time.Now()
	for name, tc := range map[string]struct {
		claims map[string]any
		reason string
	}{
		"just expired":       {map[string]any{"exp": now.Add(-20 * time.Second).Unix()}, ""},
		"expired":            {map[string]any{"exp": now.Add(-40 * time.Second).Unix()}, ReasonExpired},
		"very soon valid":    {map[string]any{"nbf": now.Add(20 * time.Second).Unix()}, ""},
		"not yet valid":      {map[string]any{"nbf": now.Add(40 * time.Second).Unix()}, ReasonNotYet},
		"issued very lately": {map[string]any{"iat": now.Add(20 * time.Second).Unix()}, ""},
	} {
		_, err := p.VerifyAccessToken(t.Context(), mint(t, s, simulator.Minting{Claims: tc.claims}))
		switch {
		case tc.reason == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case tc.reason != "":
			wantRefusal(t, err, tc.reason)
		}
	}
}

func TestAMissingAMRIsNoSecondFactor(t *testing.T) {
	s, p := startBoth(t)
	id, err := p.VerifyAccessToken(t.Context(), mint(t, s, simulator.Minting{Persona: "auditor", Claims: map[string]any{"amr": nil}}))
	if err != nil || id.SecondFactor || !slices.Equal(id.Roles, []string{"auditor"}) {
		t.Errorf("%+v %v", id, err)
	}
}

// FuzzVerifyAccessToken: whatever is sent, it is refused, and nothing breaks.
func FuzzVerifyAccessToken(f *testing.F) {
	s, p := startBoth(f)
	sound := mint(f, s, simulator.Minting{})
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Add(`{"payload":"","signatures":[]}`)
	f.Add(sound[:len(sound)-1])
	f.Fuzz(func(t *testing.T, raw string) {
		if id, err := p.VerifyAccessToken(t.Context(), raw); err == nil && raw != sound {
			t.Errorf("%q is taken for %+v", raw, id)
		}
	})
}

func BenchmarkVerifyAccessToken(b *testing.B) {
	s, p := startBoth(b)
	token := mint(b, s, simulator.Minting{Persona: "reviewer-hinata-1"})
	if err := p.Ready(b.Context()); err != nil {
		b.Fatal(err)
	}
	p.remote.minInterval = time.Hour
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := p.VerifyAccessToken(b.Context(), token); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("first time", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := p.verify(b.Context(), token); err != nil {
				b.Error(err)
			}
		}
	})
}
