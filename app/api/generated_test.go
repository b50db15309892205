package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	// What the generated client imports: named here so that go.mod keeps it.
	_ "github.com/oapi-codegen/runtime"
	_ "github.com/oapi-codegen/runtime/types"

	"kosodate.example/onestop/app/rule/jp"
)

// A client that a program made from /openapi.json, and nobody from reading the source, files an application.
func TestAGeneratedClientFilesAnApplication(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	spec, source := filepath.Join(dir, "openapi.json"), filepath.Join(dir, "client.go")
	if err := os.WriteFile(spec, w.call("", http.MethodGet, "/openapi.json", nil).Body, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "tool", "oapi-codegen", "-generate", "types,client", "-package", "generated", "-o", source, spec)
	number := strings.TrimSpace(tool(t, "run", "-overlay", overlay(t, dir, source), "./testdata/client", w.base, bearer(t, "parent-1")))
	if !jp.ValidReceiptNumber(number) {
		t.Errorf("the client says %q", number)
	}
	list := w.call("parent-1", http.MethodGet, applications, nil).ok(http.StatusOK)["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["receipt_number"] != number {
		t.Errorf("the application is not there: %v", list)
	}
}

// overlay puts the generated file where the program imports it, without writing it into the repository.
func overlay(t *testing.T, dir, source string) string {
	t.Helper()
	at, err := filepath.Abs("testdata/client/generated/client.go")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string]any{"Replace": map[string]string{at: source}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tool runs the go command and gives what it prints.
func tool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	var failed strings.Builder
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", args[0], err, failed.String())
	}
	return string(out)
}
