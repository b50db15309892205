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

// wrongOnes reads testdata/faults.txt: what is wrong, and what is said of it.
func wrongOnes(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, change := map[string]string{}, ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		if want, said := strings.CutPrefix(line, "  "); said {
			out[change] = want
		} else if line != "" && !strings.HasPrefix(line, "#") {
			change = line
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d rows", len(out))
	}
	return out
}

// TestWrongConfigurations: each says what it is, why, and what would do; what a runbook sends its reader to.
func TestWrongConfigurations(t *testing.T) {
	for change, want := range wrongOnes(t) {
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
	for _, key := range []string{"http.addr = ", "files.max_size = 0", "files.max_count = ", "log.levle", "oidc.issuer", "keys.master_file",
		"database.app_url_file", "database.sweep_url_file", "objects.access_key_file", "objects.secret_key_file"} {
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
	if c.HTTP.Addr != "127.0.0.1:1" || office.Name != "office" || office.ClientID != "onestop" || len(office.For) != 1 ||
		office.Groups[0].Roles[0] != "reviewer@998010" {
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
