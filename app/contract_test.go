package app_test

import (
	"go/ast"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the pages say of the code has to be so: each path, link, test, function and name.

var (
	inCode   = regexp.MustCompile("`([^`\n]+)`")
	ourPath  = regexp.MustCompile(`^(app|cmd|models|storage|configs|deploy)(/[A-Za-z0-9_.*-]+)+$`)
	link     = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	testName = regexp.MustCompile(`^(Test|Fuzz|Benchmark|Example)[A-Z]\w*$`)
	ourName  = regexp.MustCompile(`^([A-Za-z]+)\.([A-Z]\w*)$`)
)

func TestCitationsOfPaths(t *testing.T) {
	found := 0
	for name, text := range files(t, ".md") {
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			if !ourPath.MatchString(m[1]) {
				continue
			}
			found++
			matches, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(m[1])))
			if err != nil || len(matches) == 0 {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if at := path.Join(path.Dir(name), m[1]); !exists(at) {
				t.Errorf("%s leads to %s, which is not there", name, at)
			}
		}
	}
	if found < 150 {
		t.Errorf("only %d paths were found", found)
	}
}

func TestCitationsOfTests(t *testing.T) {
	tests, found := map[string]bool{}, 0
	for _, names := range declared(t) {
		for _, n := range names {
			tests[n] = true
		}
	}
	for name, text := range files(t, ".md") {
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			if testName.MatchString(m[1]) {
				found++
				if !tests[m[1]] {
					t.Errorf("%s names %s, which is no test", name, m[1])
				}
			}
		}
	}
	if found < 150 {
		t.Errorf("only %d tests were found", found)
	}
}

// step is a row of a walk: | 3 | `file` | `function` | what happens |
var step = regexp.MustCompile("(?m)^\\| \\d+ \\| `([^`]+)` \\| `([^`]+)` \\|")

func TestCitationsOfWalks(t *testing.T) {
	functions := declared(t)
	rows := step.FindAllStringSubmatch(files(t, ".md")[contract+"/walks.md"], -1)
	for _, row := range rows {
		if !slices.Contains(functions[row[1]], row[2]) {
			t.Errorf("walks.md leads to %s in %s, which is not there", row[2], row[1])
		}
	}
	if len(rows) < 30 {
		t.Errorf("only %d steps were found", len(rows))
	}
}

// TestCitationsOfNames holds the words and pages to names that the code has: phase.InForce, models.Decision,
// Application.ClaimOn.
func TestCitationsOfNames(t *testing.T) {
	names := namesOfCode(t)
	for name, text := range files(t, ".md") {
		if !strings.HasPrefix(name, contract+"/") {
			continue
		}
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			if n := ourName.FindStringSubmatch(m[1]); n != nil && n[1] != "tx" && n[1] != "db" && !names[m[1]] {
				t.Errorf("%s names %s, which the code does not have", name, m[1])
			}
		}
	}
}

// namesOfCode are package.Name of each declaration, Type.Method, and Type.Field.
func namesOfCode(t testing.TB) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, s := range sources(t) {
		in := s.tree.Name.Name + "."
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[in+n.Name.Name] = true
				if n.Recv != nil {
					names[receiver(n)+"."+n.Name.Name] = true
				}
				return false
			case *ast.TypeSpec:
				names[in+n.Name.Name] = true
				if of, ok := n.Type.(*ast.StructType); ok {
					for _, f := range of.Fields.List {
						for _, id := range f.Names {
							names[n.Name.Name+"."+id.Name] = true
						}
					}
				}
			case *ast.ValueSpec:
				for _, id := range n.Names {
					names[in+id.Name] = true
				}
			}
			return true
		})
	}
	return names
}

func receiver(f *ast.FuncDecl) string {
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// measure is a row of measures.md, by its name.
var measure = regexp.MustCompile(`(?m)^\| ([a-z0-9-]+) \| `)

func TestCitationsOfMeasures(t *testing.T) {
	var text string
	for _, s := range sources(t) {
		if s.path == "cmd/bench/main.go" {
			text = s.text
		}
	}
	for _, m := range measure.FindAllStringSubmatch(files(t, ".md")[contract+"/measures.md"], -1) {
		if m[1] != "name" && !strings.Contains(text, `{"`+m[1]+`", `) {
			t.Errorf("measures.md has %s, which the command does not", m[1])
		}
	}
}

// procedure is a row of the table of procedures in catalogue.md, by its code.
var procedure = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ")

func TestCitationsOfProcedures(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(root, "configs", "procedures", "[a-z]*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var there, listed []string
	for _, n := range names {
		there = append(there, strings.TrimSuffix(filepath.Base(n), ".yaml"))
	}
	for _, m := range procedure.FindAllStringSubmatch(files(t, ".md")[contract+"/catalogue.md"], -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(there)
	slices.Sort(listed)
	if !slices.Equal(there, listed) {
		t.Errorf("catalogue.md lists %v, there are %v", listed, there)
	}
}
