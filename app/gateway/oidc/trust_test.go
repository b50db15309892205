package oidc

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

// read gives what a payload says under a configuration.
func read(t testing.TB, cfg Config, payload string) Identity {
	t.Helper()
	cfg.Name, cfg.Issuer, cfg.ClientID, cfg.APIAudience = "a", "https://id.example", "web", "api"
	if err := cfg.complete(); err != nil {
		t.Fatal(err)
	}
	c, err := readClaims([]byte(strings.Replace(payload, "{", `{"sub":"x","exp":4000000000,`, 1)), &cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c.identity(&cfg)
}

func TestGroupsBecomeRoles(t *testing.T) {
	table := []Group{
		{"2f1c0a52-0000-4000-8000-000000000001", []string{"reviewer@998010"}},
		{"/ひなた市/子育て支援課 管理者", []string{"admin@998010", "reviewer@998010"}},
		{"auditors", []string{"auditor"}},
	}
	for name, tc := range map[string]struct{ claim, payload, want string }{
		"an id":                {"", `{"groups":["2f1c0a52-0000-4000-8000-000000000001","unknown"]}`, "reviewer@998010"},
		"a path with a space":  {"", `{"groups":["/ひなた市/子育て支援課 管理者"]}`, "admin@998010 reviewer@998010"},
		"one, not in a list":   {"", `{"groups":"auditors"}`, "auditor"},
		"several":              {"", `{"groups":["auditors","2f1c0a52-0000-4000-8000-000000000001"]}`, "auditor reviewer@998010"},
		"beside roles":         {"", `{"groups":["auditors"],"roles":["admin@national"]}`, "admin@national auditor"},
		"another capital":      {"", `{"groups":["Auditors"]}`, ""},
		"a part of a name":     {"", `{"groups":["auditors of another city"]}`, ""},
		"a role is no group":   {"", `{"groups":["admin@national"]}`, ""},
		"too many to be said":  {"", `{"_claim_names":{"groups":"src1"}}`, ""},
		"elsewhere in a token": {"/resource_access/onestop/groups", `{"resource_access":{"onestop":{"groups":["auditors"]}},"groups":["x"]}`, "auditor"},
	} {
		id := read(t, Config{GroupsClaim: tc.claim, Groups: table}, tc.payload)
		if got := strings.Join(id.Roles, " "); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestSecondFactorIsProvedAsConfigured(t *testing.T) {
	for name, tc := range map[string]struct {
		how     SecondFactor
		payload string
		want    bool
	}{
		"two methods, always":        {SecondFactor{}, `{"amr":["pwd","otp"]}`, true},
		"one method":                 {SecondFactor{}, `{"amr":["hwk"]}`, false},
		"one that is enough here":    {SecondFactor{AMR: []string{"hwk"}}, `{"amr":["hwk"]}`, true},
		"acr":                        {SecondFactor{ACR: []string{"gold", "2"}}, `{"acr":"2"}`, true},
		"acr as a number":            {SecondFactor{ACR: []string{"2"}}, `{"acr":2}`, true},
		"a lower acr":                {SecondFactor{ACR: []string{"2"}}, `{"acr":"1"}`, false},
		"acr, not configured":        {SecondFactor{}, `{"acr":"2"}`, false},
		"a named claim in a list":    {SecondFactor{Claim: "acrs", Values: []string{"c1"}}, `{"acrs":["c3","c1"]}`, true},
		"a named claim, true":        {SecondFactor{Claim: "mfa", Values: []string{"true"}}, `{"mfa":true}`, true},
		"a named claim, false":       {SecondFactor{Claim: "mfa", Values: []string{"true"}}, `{"mfa":false}`, false},
		"a nested one":               {SecondFactor{Claim: "/federated/connector", Values: []string{"card"}}, `{"federated":{"connector":"card"}}`, true},
		"a claim without its values": {SecondFactor{Claim: "mfa"}, `{"mfa":true}`, false},
		"an object":                  {SecondFactor{Claim: "mfa", Values: []string{"{}"}}, `{"mfa":{}}`, false},
	} {
		if got := read(t, Config{SecondFactor: tc.how}, tc.payload).SecondFactor; got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAProviderForParentsMakesNoStaff: whatever its tokens say, and whatever they say of groups.
func TestAProviderForParentsMakesNoStaff(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		role := rapid.SampledFrom([]string{"applicant", "auditor", "admin@national", "admin@998010", "reviewer@998010"})
		payload, err := json.Marshal(map[string]any{"roles": rapid.SliceOf(role).Draw(rt, "roles"), "groups": rapid.SliceOf(role).Draw(rt, "groups"),
			"scope": "openid handover share:*"})
		if err != nil {
			rt.Fatal(err)
		}
		parent := read(t, Config{For: []Audience{Parents}, DefaultRole: "applicant"}, string(payload))
		if !slices.Equal(parent.Roles, []string{"applicant"}) || parent.HasScope("handover") {
			rt.Fatalf("%+v", parent)
		}
		clerk := read(t, Config{For: []Audience{Staff}}, string(payload))
		if slices.Contains(clerk.Roles, "applicant") || clerk.HasScope("handover") {
			rt.Fatalf("%+v", clerk)
		}
		program := read(t, Config{For: []Audience{Programs}}, string(payload))
		if len(program.Roles) > 0 || !program.HasScope("share:all") {
			rt.Fatalf("%+v", program)
		}
	})
}

func TestWhatNoProviderMayBeTrustedWith(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"an unknown audience":             func(c *Config) { c.For = []Audience{"everybody"} },
		"everybody a clerk":               func(c *Config) { c.DefaultRole = "reviewer@998010" },
		"everybody an applicant of staff": func(c *Config) { c.For, c.DefaultRole = []Audience{Staff}, "applicant" },
		"programs as applicants":          func(c *Config) { c.DefaultRole = "applicant" },
		"a group of no role":              func(c *Config) { c.Groups = []Group{{"g", nil}} },
		"a group of no name":              func(c *Config) { c.Groups = []Group{{"", []string{"auditor"}}} },
		"a group of an unknown role":      func(c *Config) { c.Groups = []Group{{"g", []string{"root"}}} },
		"a clerk by the parents' provider": func(c *Config) {
			c.For, c.Groups = []Audience{Parents}, []Group{{"g", []string{"reviewer@998010"}}}
		},
		"claims that are no JSON": func(c *Config) { c.ClaimsRequest = "acrs" },
	} {
		c := Config{Name: "a", Issuer: "https://id.example", ClientID: "web", APIAudience: "api"}
		change(&c)
		if _, err := New(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestATokenIsJudgedByItsOwnProvider(t *testing.T) {
	card, office := freeAddr(t), freeAddr(t)
	parents, staff := startProvider(t, card, ""), startProvider(t, office, "")
	config := func(addr, name string, who Audience) Config {
		c := newClient(t, addr, nil).cfg
		c.Name, c.For = name, []Audience{who}
		return c
	}
	both, err := NewProviders(t.Context(), []Config{config(card, "card", Parents), config(office, "office", Staff)})
	if err != nil {
		t.Fatal(err)
	}
	if both.First(Staff).Name() != "office" || both.First(Parents).Name() != "card" || both.First(Programs).Name() != "card" {
		t.Error("not the first of each")
	}
	id, err := both.VerifyAccessToken(t.Context(), mint(t, staff, simulator.Minting{Persona: "reviewer-minato"}))
	if err != nil || id.Provider != "office" || !slices.Equal(id.Roles, []string{"reviewer@998028"}) {
		t.Errorf("%+v %v", id, err)
	}
	id, err = both.VerifyAccessToken(t.Context(), mint(t, parents, simulator.Minting{Persona: "reviewer-minato"}))
	if err != nil || id.Provider != "card" || len(id.Roles) > 0 {
		t.Errorf("a clerk by the parents' provider: %+v %v", id, err)
	}
	_, err = both.VerifyAccessToken(t.Context(), mint(t, parents, simulator.Minting{Claims: map[string]any{"iss": staff.Issuer}}))
	wantRefusal(t, err, ReasonKey) // in the other's name
	_, err = both.VerifyAccessToken(t.Context(), mint(t, parents, simulator.Minting{Claims: map[string]any{"iss": "https://id.example"}}))
	wantRefusal(t, err, ReasonIssuer)
	for _, raw := range []string{"x", "a.b.c", "..", strings.Repeat("a", MaxTokenBytes+1)} {
		if _, err := both.VerifyAccessToken(t.Context(), raw); err == nil {
			t.Errorf("%.10q is a token", raw)
		}
	}
	for name, other := range map[string]Config{"the same name": config(office, "card", Staff), "the same issuer": config(card, "office", Staff)} {
		if _, err := NewProviders(t.Context(), []Config{config(card, "card", Parents), other}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestClaimsOfAProfileAreConfigured(t *testing.T) {
	names := ProfileClaims{Name: "/jp/name", FamilyKana: "kana_sei", GivenKana: "kana_mei", Birthdate: "/jp/birth", Sex: "/jp/sex", Address: "/jp/address",
		PostalCode: "zip"}
	got := readProfile([]byte(`{"name":"x","jp":{"name":"若葉 みのり","birth":"1993-05-14","sex":"2","address":"ひなた市あおば町2番"},"kana_sei":"ワカバ",
		"kana_mei":"ミノリ","zip":"998-0001","gender":"male","address":{"locality":"y"},"email":"m@example.test"}`), names)
	if want := (Profile{Name: "若葉 みのり", FamilyKana: "ワカバ", GivenKana: "ミノリ", Birthdate: "1993-05-14", Sex: "2", PostalCode: "998-0001",
		Address: "ひなた市あおば町2番", Email: "m@example.test"}); got != want {
		t.Errorf("%+v", got)
	}
}

func TestACodeOfAnotherProviderIsNotTaken(t *testing.T) {
	_, p := startBoth(t)
	if err := p.Answered(t.Context(), p.cfg.Issuer); err != nil {
		t.Error(err)
	}
	if err := p.Answered(t.Context(), ""); err != nil { // the simulator does not say that it says so
		t.Error(err)
	}
	wantRefusal(t, p.Answered(t.Context(), "https://other.example"), ReasonIssuer)
}
