package static_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The module's logic, against a server of a few lines. Node runs it as the browser does, but for the page around it.
func TestSendingInParts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine to run the browser's module; the tests in a browser use it too")
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"sending.js": "sending.mjs", "sending.test.mjs": "sending.test.mjs"} {
		body, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), body, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), node, "--test", "sending.test.mjs")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// A page on a slow line loads these before anybody can pick a file.
func TestTheModulesAreSmall(t *testing.T) {
	for _, name := range []string{"sending.js", "upload.js"} {
		if info, err := os.Stat(name); err != nil || info.Size() > 9<<10 {
			t.Errorf("%s: %v, %v", name, info.Size(), err)
		}
	}
}
