package simulator

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

func publishedIDs(t *testing.T, s *Server) []string {
	t.Helper()
	res, err := http.Get(s.Issuer + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range set.Keys {
		for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi"} {
			if k[secret] != nil {
				t.Fatalf("the private member %s is published", secret)
			}
		}
		ids = append(ids, k["kid"].(string))
	}
	return ids
}

func TestKeysOutliveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "oidc")
	inDir := func(o *Options) { o.DataDir = dir }
	first := start(t, inDir)
	before := publishedIDs(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file %v %v", info, err)
	}
	second := start(t, inDir)
	if after := publishedIDs(t, second); len(after) != 1 || after[0] != before[0] {
		t.Fatalf("keys %v after the restart, %v before", after, before)
	}
	if err := second.RotateKey(); err != nil {
		t.Fatal(err)
	}
	if after := publishedIDs(t, second); len(after) != 2 || after[1] != before[0] {
		t.Errorf("after rotation %v", after)
	}
	if err := second.WithdrawOldKeys(); err != nil {
		t.Fatal(err)
	}
	if after := publishedIDs(t, second); len(after) != 1 || after[0] == before[0] {
		t.Errorf("after withdrawal %v", after)
	}
}

func TestABrokenKeyFileIsSaidAndKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, keyFile)
	for _, content := range []string{"not json", `{"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openKeyring(dir); err == nil {
			t.Errorf("%q was taken for keys", content)
		}
		if kept, _ := os.ReadFile(path); string(kept) != content {
			t.Error("the file was overwritten")
		}
	}
}
