package app_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The contract is in deploy/design. What the code says of it has to be there: each page, section, habit and rule.

const contract = "deploy/design"

// passage is something that cites: a comment of Go, or a whole file of another kind.
type passage struct {
	path string // of its file, from the root, with slashes
	text string // on one line
}

// whole are the kinds of files of which everything may cite.
var whole = []string{".md", ".yaml", ".sql", ".html", ".mjs", ".js", ".css", ".sh"}

// passages are all that cites, from every file of ours but test data.
func passages(t testing.TB) []passage {
	t.Helper()
	citedOnce.Do(func() { citing = allPassages(t) })
	return citing
}

var (
	citedOnce sync.Once
	citing    []passage
)

func allPassages(t testing.TB) (out []passage) {
	t.Helper()
	for _, s := range sources(t) {
		for _, group := range s.tree.Comments {
			out = append(out, passage{s.path, oneLine(group.Text())})
		}
	}
	for name, text := range files(t, whole...) {
		out = append(out, passage{name, oneLine(strings.NewReplacer("\n-- ", " ", "\n# ", " ").Replace(text))})
	}
	return out
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// files are the texts of ours with one of the endings, by their paths from the root.
func files(t testing.TB, endings ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || !slices.Contains(endings, filepath.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		out[filepath.ToSlash(relative)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// exists says whether a path from the root is there.
func exists(name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}

// cited finds a page, then a section of it: `review.md, "Switching"`, `house.md, habit 9`.
var (
	cited   = regexp.MustCompile(`(?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_-]+\.md\b`)
	section = regexp.MustCompile(`^,?(?: table)? "([^"]+)"`)
	habit   = regexp.MustCompile(`^, habit (\d+)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// page is where a cited page is: beside who cites it, in the contract, in deploy, or from the root; empty if it is nowhere.
func page(from, name string) string {
	for _, at := range []string{path.Join(path.Dir(from), name), path.Join(contract, name), path.Join("deploy", name), path.Clean(name)} {
		if exists(at) {
			return at
		}
	}
	return ""
}

func TestCitationsOfPagesAndSections(t *testing.T) {
	texts, found := files(t, ".md"), 0
	for _, p := range passages(t) {
		for _, at := range cited.FindAllStringIndex(p.text, -1) {
			name := page(p.path, p.text[at[0]:at[1]])
			if name == "" {
				t.Errorf("%s cites %s, which is neither in %s nor beside it", p.path, p.text[at[0]:at[1]], contract)
				continue
			}
			found++
			checkSections(t, p, texts[name], name, p.text[at[1]:])
		}
	}
	if found < 150 {
		t.Errorf("only %d citations were found: the search looks for something that is written differently now", found)
	}
}

// checkSections looks up what stands right behind a cited page.
func checkSections(t *testing.T, p passage, text, name, rest string) {
	t.Helper()
	headings := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		headings[m[1]] = true
	}
	for m := section.FindStringSubmatch(rest); m != nil; m = section.FindStringSubmatch(rest) {
		if !headings[m[1]] {
			t.Errorf("%s cites %s, %q, which is no heading there", p.path, name, m[1])
		}
		rest = rest[len(m[0]):]
	}
	if m := habit.FindStringSubmatch(rest); m != nil && !strings.Contains(text, "\n"+m[1]+". ") {
		t.Errorf("%s cites %s, habit %s, which is not there", p.path, name, m[1])
	}
}

// ruleCode finds R7 and P1, but no day of an era (R7.5.1), no percentile and no curve.
var ruleCode = regexp.MustCompile(`\b([RP])(\d{1,2})\b`)

// codes are the rule codes in a text.
func codes(text string) (out []string) {
	for _, at := range ruleCode.FindAllStringIndex(text, -1) {
		code, rest := text[at[0]:at[1]], text[at[1]:]
		number, err := strconv.Atoi(code[1:])
		era := len(rest) > 1 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9'
		if err == nil && number < 50 && !era {
			out = append(out, code)
		}
	}
	return out
}

func TestCitationsOfRules(t *testing.T) {
	glossary := map[string]bool{}
	for line := range strings.Lines(files(t, ".md")[contract+"/product.md"]) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			glossary[strings.TrimSpace(cells[1])] = true
		}
	}
	found := 0
	for _, p := range passages(t) {
		for _, code := range codes(p.text) {
			found++
			if !glossary[code] {
				t.Errorf("%s speaks of %s, which %s/product.md does not have", p.path, code, contract)
			}
		}
	}
	if found < 300 {
		t.Errorf("only %d codes were found: the search looks for something that is written differently now", found)
	}
}

// declared are the functions of each Go file, by its path.
func declared(t testing.TB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, s := range sources(t) {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				out[s.path] = append(out[s.path], f.Name.Name)
			}
		}
	}
	return out
}
