package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
)

// sound is a configuration with which nothing is wrong, in a folder that has what it names.
func sound(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "c") // t.TempDir has the test's name in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for name, contents := range map[string]string{"url": "postgres://onestop_app:secret@db.example/onestop", "key": "k", "empty": " \n",
		"words": "not a URL: hunter2"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return strings.ReplaceAll(`
database: {app_url_file: DIR/url, sweep_url_file: DIR/url}
objects: {access_key_file: DIR/key, secret_key_file: DIR/key}
oidc: {issuer: "https://id.example"}
keys: {master_file: DIR/key}
`, "DIR", dir)
}

// judged reads a configuration and gives the lines of what is wrong, with the folder's name taken out.
func judged(t *testing.T, yaml string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, faults := Read(path)
	var out []string
	for _, f := range append(faults, cfg.Check()...) {
		out = append(out, f.Error())
	}
	return out
}

func TestASoundConfiguration(t *testing.T) {
	if got := judged(t, sound(t)); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// changed sets one key of the sound configuration, written "http.addr: x". DIR is its folder.
func changed(t *testing.T, base, dir, change string) string {
	t.Helper()
	all := map[string]any{}
	key, value, _ := strings.Cut(change, ": ")
	var to any
	if err := errors.Join(yamlv3.Unmarshal([]byte(base), &all), yamlv3.Unmarshal([]byte(strings.ReplaceAll(value, "DIR", dir)), &to)); err != nil {
		t.Fatal(err)
	}
	at, path := all, strings.Split(key, ".")
	for _, part := range path[:len(path)-1] {
		below, ok := at[part].(map[string]any)
		if !ok {
			below = map[string]any{}
			at[part] = below
		}
		at = below
	}
	at[path[len(path)-1]] = to
	out, err := yamlv3.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestWrongConfigurations: each says what it is, why, and what would do; the table is the one of deploy/RUNBOOK.md, "Configuration".
func TestWrongConfigurations(t *testing.T) {
	for change, want := range map[string]string{
		`http.adr: ":8080"`:                          `http.adr: there is no such key; for example http.addr`,
		`http: 8080`:                                 `http: this is a group of keys and has no value itself; for example http.addr`,
		`http.addr: 8080`:                            `http.addr = "8080": this is an address and a port; for example 127.0.0.1:8080`,
		`http.public_url: kosodate.example`:          `http.public_url = "kosodate.example": this is the address by which browsers reach the service: https, its host, and nothing behind it; for example https://kosodate.example`,
		`http.public_url: https://k.example/portal`:  `http.public_url = "https://k.example/portal": this is the address by which browsers reach the service: https, its host, and nothing behind it; for example https://kosodate.example`,
		`http.trusted_proxies: [proxy]`:              `http.trusted_proxies = "proxy": this is neither an address nor a network; for example [10.0.0.0/8, 192.0.2.7]`,
		`log.level: loud`:                            `log.level = "loud": this is debug, info, warn or error; for example info`,
		`limits.json_bytes: 0`:                       `limits.json_bytes = 0: this is 1 at least; for example 262144`,
		`limits.json_bytes: many`:                    `limits.json_bytes = "many": this is a whole number; for example 10`,
		`limits.request_time: 30`:                    `limits.request_time = 30ns: this is next to nothing: a duration has a unit; for example 30s`,
		`limits.request_time: soon`:                  `limits.request_time = "soon": this is a duration: a number and its unit; for example 90s, 15m or 24h`,
		`limits.drain_time: -1s`:                     `limits.drain_time = -1s: this is not negative; 0 stops at once; for example 5s`,
		`limits.login: {per_second: 0}`:              `limits.login.per_second = 0: with 0 nobody would get in again; a negative rate is no limit; for example 20`,
		`session.lifetime: 5m`:                       `session.lifetime = 5m0s: the longest session is no shorter than an idle one; for example 12h`,
		`session.recheck: 1ms`:                       `session.recheck = 1ms: more than once a second is too much for a provider; 0 is never; for example 5m`,
		`session.staff_idle: 0s`:                     `session.staff_idle = 0s: this is longer than nothing; for example 15m`,
		`database.max_conns: 0`:                      `database.max_conns = 0: the program needs a connection at least; for example 24`,
		`objects.bucket: My_Bucket`:                  `objects.bucket = "My_Bucket": a bucket's name has 3 to 63 small letters, digits, points and hyphens; for example onestop`,
		`objects.tls: sometimes`:                     `objects.tls = "sometimes": this is true or false; for example true`,
		`scanner.address: 127.0.0.1:3310`:            `scanner.address = "127.0.0.1:3310": this is where clamd listens; for example tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl`,
		`keys.shelf_dir: /no/such/folder`:            `keys.shelf_dir = "/no/such/folder": there is no such folder; it is never made by itself, so that a mount that is missing is noticed`,
		`audit.signing_key_file: /no/such/key`:       `audit.signing_key_file = "/no/such/key": there is no such file`,
		`receipts.signing_key_file: DIR/empty`:       `receipts.signing_key_file = "DIR/empty": the file is empty`,
		`draft.follow_up_limit: 1h`:                  `draft.follow_up_limit = 1h0m0s: the latest due day does not come before the usual one (draft.follow_up); for example 2160h`,
		`readiness.agreement: 98`:                    `readiness.agreement = 98: this is a part of all, from 0 to 1; for example 0.98`,
		`readiness.agreement: most`:                  `readiness.agreement = "most": this is a number; for example 0.5`,
		`files.max_size: -1`:                         `files.max_size = -1: this is 1 at least; for example 20971520`,
		`view.time: 5m`:                              `view.time = 5m0s: this is longer than nothing and at most 2m; for example 1m`,
		`signatures.digests: [sha1]`:                 `signatures.digests = "sha1": this is one of sha256, sha384, sha512; for example sha256`,
		`signatures.rsa_bits: 1024`:                  `signatures.rsa_bits = 1024: this is 2048 at least; for example 2048`,
		`mail.tls: ssl`:                              `mail.tls = "ssl": this is one of starttls, tls, none; for example starttls`,
		`mail.timeout: 1m`:                           `mail.timeout = 1m0s: this is longer than nothing and at most 25s; for example 20s`,
		`network.retry_most: 1s`:                     `network.retry_most = 1s: the longest wait is no shorter than the first (network.retry); for example 10m`,
		`worker.jobs: 0`:                             `worker.jobs = 0: this is 1 at least; for example 16`,
		`oidc.audience: onestop`:                     `oidc.audience = "onestop": this differs from client_id, or an ID token, which browsers see, would pass as an access token; for example onestop-api`,
		`oidc.leeway: 1h`:                            `oidc.leeway = 1h0m0s: this is at most 5m; for example 30s`,
		`oidc.for: [citizens]`:                       `oidc.for = "citizens": this is one of parents, staff, programs; for example parents`,
		`oidc.default_role: applicant`:               `oidc.default_role = "applicant": everybody is an applicant only by a provider that is for parents and lets no programs in; for example for: [parents]`,
		`oidc.second_factor.claim: acrs`:             `oidc.second_factor = "acrs": claim and values go together: which claim, and which of its values proves the second factor; for example {claim: acrs, values: [c1]}`,
		`oidc.groups: [{group: g, role: [auditor]}]`: `oidc.groups[0].role: there is no such key; for example oidc.groups: [{group: staff, roles: [reviewer@998010]}]`,
		`oidc.client_secret_file: hunter2`:           `oidc.client_secret_file = (not shown: it is not written like a path): there is no such file`,
		`oidc.client_secret: hunter2`:                `oidc.client_secret: there is no such key`,
		`database.app_url_file: postgres://u:p@db/o`: `database.app_url_file = (not shown: it is not written like a path): there is no such file`,
		`database.app_url_file: DIR/words`:           `database.app_url_file = "DIR/words": what is in the file is no connection URL; for example postgres://onestop_app:PASSWORD@db.example:5432/onestop?sslmode=verify-full`,
		`providers.office: {issuer: "https://t.example", for: [staff], label: {ja: 職員}}`:            `oidc.label: several are for staff, who choose among them by what they are called; for example {ja: 市役所の認証, plain: 市役所の 認証, en: City hall account}`,
		`providers.office: {issuer: "https://s.example"}`:                                           `providers.office.for: one has to be named; for example parents`,
		`providers.office: {issuer: "http://s.example", for: [staff]}`:                              `providers.office.issuer = "http://s.example": this is an https address; http is for this machine's own alone; for example https://id.example/realms/staff`,
		`providers.office: {issuer: "https://id.example", for: [staff]}`:                            `providers.office.issuer = "https://id.example": another provider has this issuer, and its tokens would be judged twice; use realms or tenants of their own (oidc)`,
		`providers.office: {isuer: "https://s.example", issuer: "https://t.example", for: [staff]}`: `providers.office.isuer: there is no such key; for example oidc.issuer`,
	} {
		t.Run(change, func(t *testing.T) {
			base := sound(t)
			dir := base[strings.Index(base, "app_url_file: ")+len("app_url_file: ") : strings.Index(base, "/url")]
			all := strings.ReplaceAll(strings.Join(judged(t, changed(t, base, dir, change)), "\n"), dir, "DIR")
			found := false
			for line := range strings.SplitSeq(all, "\n") {
				found = found || line == want || (strings.HasPrefix(line, want) && !strings.Contains(want, ";"))
			}
			if !found || strings.Contains(all, "hunter2") || strings.Contains(all, "u:p@") {
				t.Errorf("want %s\ngot  %s", want, all)
			}
		})
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	got := judged(t, "http: {addr: nowhere}\nfiles: {max_size: 0, max_count: none}\nlog: {levle: info}\n")
	text := strings.Join(got, "\n")
	for _, key := range []string{"http.addr = ", "files.max_size = 0", "files.max_count = ", "log.levle", "oidc.issuer", "keys.master_file", "database.app_url_file",
		"database.sweep_url_file", "objects.access_key_file", "objects.secret_key_file"} {
		if !strings.Contains(text, key) {
			t.Errorf("nothing of %s:\n%s", key, text)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d faults:\n%s", len(got), text)
	}
}

func TestTheEnvironmentIsRead(t *testing.T) {
	t.Setenv("ONESTOP_HTTP__ADDR", "127.0.0.1:1")
	t.Setenv("ONESTOP_PROVIDERS__OFFICE__ISSUER", "https://s.example")
	t.Setenv("ONESTOP_PROVIDERS__OFFICE__FOR", "[staff]")
	t.Setenv("ONESTOP_PROVIDERS__OFFICE__GROUPS", `[{group: "/staff", roles: ["reviewer@998010"]}]`)
	t.Setenv("ONESTOP_TEST_DSN", "not the program's")
	c, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	office := c.Providers["office"]
	if c.HTTP.Addr != "127.0.0.1:1" || office.Name != "office" || office.ClientID != "onestop" || len(office.For) != 1 || office.Groups[0].Roles[0] != "reviewer@998010" {
		t.Errorf("%+v", office)
	}
	if all := c.AllProviders(); len(all) != 1 || all[0].Key != "providers.office" { // oidc has no issuer
		t.Errorf("%+v", all)
	}
	t.Setenv("ONESTOP_HTTP_ADDR", "127.0.0.1:2")
	_, err = Load("")
	if want := "ONESTOP_HTTP_ADDR: this is not read: two underscores stand for the point in http.addr; for example ONESTOP_HTTP__ADDR"; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("%v", err)
	}
}

func TestAFileThatCannotBeRead(t *testing.T) {
	if _, err := Load("/no/such/file.yaml"); err == nil || !strings.Contains(err.Error(), "/no/such/file.yaml: the file cannot be read") {
		t.Errorf("%v", err)
	}
	if got := judged(t, "http: [\n"); len(got) == 0 || !strings.Contains(got[0], "this is not YAML") {
		t.Errorf("%q", got)
	}
}
