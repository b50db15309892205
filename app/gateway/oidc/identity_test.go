package oidc

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRoles(t *testing.T) {
	for name, tc := range map[string]struct{ claim, payload, want string }{
		"all that there are": {"roles", `{"roles":["auditor","applicant","reviewer@998010","admin@998028","admin@national"]}`,
			"admin@998028 admin@national applicant auditor reviewer@998010"},
		"twice":    {"roles", `{"roles":["auditor","auditor"]}`, "auditor"},
		"as words": {"roles", `{"roles":"auditor applicant"}`, "applicant auditor"},
		"unknown ones": {"roles", `{"roles":["root","Admin@998010","admin","reviewer","reviewer@national","applicant@998010","auditor@national",` +
			`"admin@99801","admin@9980100","admin@99801x","admin@９９８０１０","admin@998010@x",""," auditor"]}`, ""},
		"none":                {"roles", `{}`, ""},
		"null":                {"roles", `{"roles":null}`, ""},
		"something else":      {"roles", `{"roles":{"auditor":true}}`, ""},
		"mixed types":         {"roles", `{"roles":["auditor",7]}`, ""},
		"another claim":       {"https://example.test/roles", `{"https://example.test/roles":["auditor"],"roles":["applicant"]}`, "auditor"},
		"nested":              {"/realm_access/roles", `{"realm_access":{"roles":["auditor","offline_access"]}}`, "auditor"},
		"nested with slashes": {"/a~1b/c~0d", `{"a/b":{"c~d":["auditor"]}}`, "auditor"},
		"nested in nothing":   {"/realm_access/roles", `{"realm_access":7}`, ""},
	} {
		if got := strings.Join(readRoles([]byte(tc.payload), tc.claim), " "); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestTwoFactors(t *testing.T) {
	for amr, want := range map[string]bool{
		"": false, "pwd": false, "otp": false, "pwd otp": true, "otp pwd": true, "pwd pin": false, "otp sms": false, "mfa": true, "pwd mfa": true,
		"sc pin": true, "hwk fpt": true, "unknown pwd": false, "unknown pwd hwk": true, "user rba": false, "PWD OTP": false,
	} {
		if got := twoFactors(strings.Fields(amr)); got != want {
			t.Errorf("%q: %v", amr, got)
		}
	}
}

// Whatever a token says, no role comes out that security.md does not know.
func TestNoOtherRoleComesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"admin", "reviewer", "auditor", "applicant", "@", "national", "998010", "99801", " ", "*", "ａ"})
		roles := rapid.SliceOf(rapid.Map(rapid.SliceOfN(part, 0, 4), func(p []string) string { return strings.Join(p, "") })).Draw(t, "roles")
		payload, err := json.Marshal(map[string]any{"roles": roles})
		if err != nil {
			t.Fatal(err)
		}
		known := []string{"applicant", "auditor", "admin@national", "admin@998010", "reviewer@998010"}
		for _, r := range readRoles(payload, "roles") {
			if !slices.Contains(known, r) {
				t.Fatalf("%q", r)
			}
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sound := Config{Name: "a", Issuer: "https://id.example", ClientID: "web", APIAudience: "api", RedirectURL: "https://onestop.example/auth/callback"}
	if _, err := New(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no name":               func(c *Config) { c.Name = "" },
		"no issuer":             func(c *Config) { c.Issuer = " " },
		"no client":             func(c *Config) { c.ClientID = "" },
		"no audience":           func(c *Config) { c.APIAudience = "" },
		"audience is client":    func(c *Config) { c.APIAudience = "web" },
		"issuer in clear":       func(c *Config) { c.Issuer = "http://id.example" },
		"issuer is no URL":      func(c *Config) { c.Issuer = "id.example" },
		"issuer with a user":    func(c *Config) { c.Issuer = "https://u:p@id.example" },
		"redirect in clear":     func(c *Config) { c.RedirectURL = "http://onestop.example/cb" },
		"too much leeway":       func(c *Config) { c.Leeway = time.Hour },
		"negative leeway":       func(c *Config) { c.Leeway = -1 },
		"no secret file":        func(c *Config) { c.ClientSecretFile = filepath.Join(dir, "none") },
		"an empty secret file":  func(c *Config) { c.ClientSecretFile = empty },
		"http without loopback": func(c *Config) { c.Issuer = "http://127.0.0.1.example" },
	} {
		c := sound
		change(&c)
		if _, err := New(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, issuer := range []string{"http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"} {
		c := sound
		c.Issuer = issuer
		if _, err := New(t.Context(), c); err != nil {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}
