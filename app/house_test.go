package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The rules of the house that a file shows by itself. The direction of imports is in imports_test.go.

const root = ".." // of the repository, seen from this package

var topLevel = []string{"cmd", "app", "models", "storage", "configs", "deploy", "go.mod", "go.sum", "README.md", "LICENSE"}

// longest is how many lines a Go file may have: who scrolls further has lost the thread.
const longest = 350

var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared"}

// ignored are build products, which .gitignore names.
func ignored(t testing.TB) func(name string) bool {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	return func(name string) bool {
		return slices.ContainsFunc(strings.Fields(string(body)), func(pattern string) bool {
			ok, err := filepath.Match(strings.Trim(pattern, "/"), name)
			return ok && err == nil
		})
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	skip := ignored(t)
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !skip(name) {
			t.Errorf("%s: the top level holds %s alone; put it below one of these", name, strings.Join(topLevel, ", "))
		}
	}
}

// source is one Go file of ours.
type source struct {
	path string // from the root, with slashes
	text string
	tree *ast.File
	set  *token.FileSet
}

func (s source) at(n ast.Node) string {
	return s.path + ":" + strings.TrimPrefix(s.set.Position(n.Pos()).String(), s.path+":")
}

// sources are all Go files of ours, parsed. They are read once: a dozen tests look through them.
func sources(t testing.TB) []source {
	t.Helper()
	out, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("found only %d Go files", len(out))
	}
	return out
}

var parsed = sync.OnceValues(func() (out []source, err error) {
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(relative), text: string(text), set: token.NewFileSet()}
		s.tree, err = parser.ParseFile(s.set, s.path, text, parser.ParseComments)
		out = append(out, s)
		return err
	})
	return out, err
})

func TestFilesAreShortAndNamesSayWhatIsInside(t *testing.T) {
	for _, s := range sources(t) {
		if lines := strings.Count(s.text, "\n"); lines > longest {
			t.Errorf("%s has %d lines; split it by subject, %d is the most", s.path, lines, longest)
		}
		for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSuffix(s.path, ".go"), "_test"), "/") {
			if slices.Contains(emptyNames, part) {
				t.Errorf("%s: %q says nothing about what is inside", s.path, part)
			}
		}
		if slices.Contains(emptyNames, s.tree.Name.Name) {
			t.Errorf("%s: package %q says nothing about what is inside", s.path, s.tree.Name.Name)
		}
	}
}

// calls finds the calls of one function of a standard package.
func (s source) calls(path, name string, found func(n ast.Node)) {
	for local := range s.names(path) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == local {
					found(n)
				}
			}
			return true
		})
	}
}

// names are what an import is called in the file.
func (s source) names(path string) map[string]bool {
	out := map[string]bool{}
	for _, imported := range s.tree.Imports {
		if strings.Trim(imported.Path.Value, `"`) != path {
			continue
		}
		if imported.Name != nil {
			out[imported.Name.Name] = true
		} else {
			out[path[strings.LastIndex(path, "/")+1:]] = true
		}
	}
	return out
}

func TestTestsWaitForSignalsAndDoNotSleep(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || isHarness(strings.TrimSuffix(s.path, "/"+filepath.Base(s.path))) {
			s.calls("time", "Sleep", func(n ast.Node) {
				t.Errorf("%s: time.Sleep in a test; wait for a signal, a channel or an answer", s.at(n))
			})
		}
	}
}

// A rule gets the time as an argument, so that what was decided can be decided again (P5).
func TestRulesDoNotReadTheClock(t *testing.T) {
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.path, "app/rule/") || strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, name := range []string{"Now", "Since", "Until", "After", "Tick", "NewTimer", "NewTicker", "Sleep", "Local"} {
			s.calls("time", name, func(n ast.Node) {
				t.Errorf("%s: time.%s in a rule; take the instant as an argument", s.at(n), name)
			})
		}
	}
}

var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func TestNothingIsLeftForLater(t *testing.T) {
	for _, s := range sources(t) {
		for _, group := range s.tree.Comments {
			if word := unfinished.FindString(group.Text()); word != "" {
				t.Errorf("%s: %s; do it, or write down why not", s.at(group), word)
			}
		}
	}
}

// deploy/test.sh tests some packages without the race detector. It would find nothing there: neither they nor their tests do two things at once.
func TestWhatIsNotRacedStartsNothing(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(root, "deploy", "test.sh"))
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`without_race\(\) \{ grep -E '([^']+)'`).FindSubmatch(script)
	if match == nil {
		t.Fatal("deploy/test.sh does not say what is tested without the race detector")
	}
	without := regexp.MustCompile(string(match[1]))
	looked := 0
	for _, s := range sources(t) {
		folder := strings.TrimSuffix(s.path, "/"+filepath.Base(s.path))
		drivesPrograms := strings.HasPrefix(folder, "cmd/") || strings.HasPrefix(folder, "deploy/")
		wiring := folder == "app" && !strings.HasSuffix(s.path, "_test.go") // tested by running the program
		if !without.MatchString(module+"/"+folder) || drivesPrograms || wiring {
			continue
		}
		looked++
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine: test the package with the race detector (without_race in deploy/test.sh)", s.at(n))
			case *ast.SelectorExpr:
				if n.Sel.Name == "Parallel" && strings.HasSuffix(s.path, "_test.go") {
					t.Errorf("%s runs tests side by side: test the package with the race detector (without_race in deploy/test.sh)", s.at(n))
				}
			}
			return true
		})
	}
	if looked < 100 {
		t.Errorf("only %d files were looked at", looked)
	}
}
