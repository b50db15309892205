package example_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// places is in how many files, its tests aside, an example may be at most.
const places = 3

var (
	named   = regexp.MustCompile(`(?m)^Test: (.+)$`) // arguments of go test, before the first diff
	changed = regexp.MustCompile(`(?m)^\+\+\+ b/(.+)$`)
	tests   = regexp.MustCompile(`_test\.go$|\.(pages|spec)\.mjs$`) // what an example has beside its places
)

// One after the other in one copy: what they do not change is then compiled once.
func TestEachExampleAppliesAndPasses(t *testing.T) {
	patches, err := filepath.Glob("*.patch")
	if err != nil || len(patches) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	dir := copied(t)
	for _, name := range patches {
		t.Run(strings.TrimSuffix(name, ".patch"), func(t *testing.T) {
			patch, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			try(t, dir, patch)
		})
	}
}

// try applies a patch, runs the tests that it names, and takes it back.
func try(t *testing.T, dir string, patch []byte) {
	t.Helper()
	test := named.FindSubmatch(patch)
	if test == nil {
		t.Fatal(`it names no test; write "Test: ./app/… -run TestName" before the first diff`)
	}
	var changes []string
	for _, m := range changed.FindAllStringSubmatch(string(patch), -1) {
		if !tests.MatchString(m[1]) {
			changes = append(changes, m[1])
		}
	}
	if len(changes) > places {
		t.Errorf("it changes %v; an example is in %d places at most", changes, places)
	}
	run(t, dir, patch, "git", "apply", "--whitespace=nowarn", "-")
	defer run(t, dir, patch, "git", "apply", "--whitespace=nowarn", "--reverse", "-")
	out := run(t, dir, nil, "go", append([]string{"test", "-count=1", "-vet=off", "-v"}, strings.Fields(string(test[1]))...)...)
	if !bytes.Contains(out, []byte("--- PASS: ")) {
		t.Errorf("go test %s ran no test:\n%s", test[1], out)
	}
}

// copied is the repository in a folder of this test's own, without what git does not keep.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "shots"):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, relative), 0o755)
		case !d.Type().IsRegular() || d.Name() == ".git":
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, relative), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a program in the copy, which is nobody's git repository.
func run(t *testing.T, dir string, input []byte, program string, arguments ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(arguments, " "), err, out)
	}
	return out
}
