package example_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// places is in how many files, its tests aside, an example may be at most.
const places = 3

var (
	named   = regexp.MustCompile(`(?m)^Test: (.+)$`) // arguments of go test, before the first diff
	changed = regexp.MustCompile(`(?m)^\+\+\+ b/(.+)$`)
)

func TestEachExampleAppliesAndPasses(t *testing.T) {
	patches, err := filepath.Glob("*.patch")
	if err != nil || len(patches) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range patches {
		t.Run(strings.TrimSuffix(name, ".patch"), func(t *testing.T) {
			t.Parallel()
			patch, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			test := named.FindSubmatch(patch)
			if test == nil {
				t.Fatalf(`%s names no test; write "Test: ./app/… -run TestName" before the first diff`, name)
			}
			files := changed.FindAllStringSubmatch(string(patch), -1)
			files = slices.DeleteFunc(files, func(m []string) bool { return strings.HasSuffix(m[1], "_test.go") })
			if len(files) > places {
				t.Errorf("%s changes %d files; an example is in %d at most", name, len(files), places)
			}
			dir := copied(t)
			run(t, dir, patch, "git", "apply", "--whitespace=nowarn", "-")
			arguments := strings.Fields(string(test[1]))
			out := run(t, dir, nil, "go", append([]string{"test", "-count=1", "-vet=off", "-v"}, arguments...)...)
			if !bytes.Contains(out, []byte("--- PASS: ")) {
				t.Errorf("go test %s ran no test:\n%s", test[1], out)
			}
		})
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
