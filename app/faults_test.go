package app_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"kosodate.example/onestop/app/wording"
)

// What the code says of faults: every reason that stands in it, with the parameters that it gives to the sentence. A reason is a
// constant of type fault.Reason or fault.Answer, or, where a fault or a detail names none, its code.

const faultPackage = module + "/app/fault"

// sentence is a name in the table with what the code gives to it.
type sentence struct {
	name   string
	params map[string]string // name → constructor in app/fault: Number, Day …
	of     bool              // a detail about a document: the sentence may say {document} and {whose}
	at     string
}

// typed is a package with what the compiler knows of it.
type typed struct {
	files []*ast.File
	info  *types.Info
}

// compiled are the program's packages, without tests, with their types.
func compiled(t testing.TB, set *token.FileSet) []typed {
	t.Helper()
	command := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "./app", "./cmd/onestop", "./storage/...", "./models")
	command.Dir, command.Stderr = root, os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	type pack struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	var ours []pack
	exports := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pack
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath, module+"/") && p.ImportPath != faultPackage {
			ours = append(ours, p)
		}
	}
	look := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	var all []typed
	for _, p := range ours {
		one := typed{info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			one.files = append(one.files, f)
		}
		if _, err := (&types.Config{Importer: look}).Check(p.ImportPath, set, one.files, one.info); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// inFault says whether a type is the one of that name in app/fault.
func inFault(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == faultPackage
}

// text is the value of a constant, "" of anything else.
func (p typed) text(e ast.Expr) string {
	if v := p.info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// reason is the name of a sentence that an expression is; "" if it is none.
func (p typed) reason(e ast.Expr) string {
	switch tv := p.info.Types[e]; {
	case tv.Value == nil || p.text(e) == "":
	case inFault(tv.Type, "Reason"):
		return p.text(e)
	case inFault(tv.Type, "Answer"):
		return "answer-" + p.text(e)
	}
	return ""
}

// params are the parameters that are made inside a call or a literal.
func (p typed) params(in ast.Node) map[string]string {
	found := map[string]string{}
	ast.Inspect(in, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !inFault(p.info.Types[call].Type, "Param") {
			return true
		}
		called := call.Fun
		if index, generic := called.(*ast.IndexExpr); generic {
			called = index.X
		}
		maker := called.(*ast.SelectorExpr).Sel.Name
		name := cmp.Or(p.text(call.Args[0]), "?")
		if maker == "Why" {
			name = "why"
		}
		found[name] = maker
		return true
	})
	return found
}

// said finds what a file says of faults.
func (p typed) said(set *token.FileSet, f *ast.File) (out []sentence) {
	var around []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		around = append(around, n)
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		one := sentence{name: p.reason(e), at: set.Position(n.Pos()).String()}
		within := ast.Node(e)
		if literal, ok := e.(*ast.CompositeLit); ok && inFault(p.info.Types[e].Type, "Detail") && p.member(literal, "Reason") == nil {
			one.name, one.of = p.text(p.member(literal, "Code")), p.member(literal, "Document") != nil
		} else if one.name != "" {
			if within = enclosing(around); within == nil {
				return true // the text of a conversion, which is one itself
			}
			if literal, ok := within.(*ast.CompositeLit); ok && inFault(p.info.Types[literal].Type, "Detail") {
				one.of = p.member(literal, "Document") != nil
			}
		}
		if one.name != "" {
			one.params = p.params(within)
			out = append(out, one)
		}
		return true
	})
	return out
}

// member is a member of a literal by its name; nil if it is not given.
func (p typed) member(literal *ast.CompositeLit, name string) ast.Expr {
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == name {
			return pair.Value
		}
	}
	return nil
}

// enclosing is the call or the literal in which the last node stands as an argument or a member, else the node itself; nil for
// the argument of a conversion.
func enclosing(around []ast.Node) ast.Node {
	last := around[len(around)-1]
	for _, n := range slices.Backward(around[:len(around)-1]) {
		switch n := n.(type) {
		case *ast.KeyValueExpr, *ast.ParenExpr:
			continue
		case *ast.CompositeLit:
			return n
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Reason" || sel.Sel.Name == "Answer") && len(n.Args) == 1 {
				return nil
			}
			return n
		}
		return last
	}
	return last
}

// usedSentences is everything that the code says of faults, by the name of the sentence. What is at fault in the code itself, such as
// a reason whose parameters cannot be seen, is an error of the test.
func usedSentences(t *testing.T) map[string][]sentence {
	t.Helper()
	set := token.NewFileSet()
	all := map[string][]sentence{}
	for _, p := range compiled(t, set) {
		for _, f := range p.files {
			for _, s := range p.said(set, f) {
				all[s.name] = append(all[s.name], s)
			}
		}
	}
	for _, code := range publicCodes(t) {
		all[code] = append(all[code], sentence{name: code, at: "app/fault/codes.go"})
	}
	return all
}

// publicCodes are the codes, of which each has a sentence and a title.
func publicCodes(t *testing.T) (out []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "app/fault/codes.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			out = append(out, strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		}
		return true
	})
	return out
}

// faultTexts is the table of sentences.
func faultTexts(t *testing.T) wording.Table {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "app/wording/texts/fault.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	table := wording.Table{}
	if err := yaml.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	return table
}

// TestEverySentenceOfAFaultIsWrittenAndUsed: each reason and code in the code has its sentence in three languages with exactly the
// parameters that the code gives, and the table has no sentence that nothing says. (That every sentence stands in three languages
// with the same placeholders is what wording.Read asks for.)
func TestEverySentenceOfAFaultIsWrittenAndUsed(t *testing.T) {
	used, table := usedSentences(t), faultTexts(t)
	if len(used) < 300 {
		t.Fatalf("only %d sentences are used: the search looks for something that is written differently now", len(used))
	}
	hole := regexp.MustCompile(`\{([a-z_]+)\}`)
	for name, sites := range used {
		text, ok := table[name]
		if !ok {
			t.Errorf("%s: fault.yaml has no sentence %q", sites[0].at, name)
			continue
		}
		wanted := map[string]bool{}
		for _, m := range hole.FindAllStringSubmatch(text.En, -1) {
			wanted[m[1]] = true
		}
		for _, site := range sites {
			checkParams(t, site, wanted)
		}
	}
	for name := range table {
		code, title := strings.CutPrefix(name, "title-")
		switch {
		case title && code != "other" && !slices.Contains(publicCodes(t), code):
			t.Errorf("fault.yaml: %s is the title of no code", name)
		case !title && used[name] == nil:
			t.Errorf("fault.yaml: nothing says %s", name)
		}
	}
	for _, code := range publicCodes(t) {
		if _, ok := table["title-"+code]; !ok {
			t.Errorf("fault.yaml: the code %s has no title", code)
		}
	}
}

// checkParams holds the parameters that one place gives against those that the sentence names.
func checkParams(t *testing.T, s sentence, wanted map[string]bool) {
	t.Helper()
	given := maps.Clone(s.params)
	maps.DeleteFunc(given, func(_, maker string) bool { return maker == "Ref" })
	if given["?"] != "" {
		t.Errorf("%s: a parameter of %s has no constant name", s.at, s.name)
	}
	for name := range wanted {
		if given[name] == "" && !(s.of && (name == "document" || name == "whose")) {
			t.Errorf("%s: %s is said without {%s}", s.at, s.name, name)
		}
	}
	for name := range given {
		if !wanted[name] {
			t.Errorf("%s: the sentence of %s does not name {%s}", s.at, s.name, name)
		}
	}
}

// No Go code outside app/fault makes a fault of its own words: it has none to put them into. What is left to hold is that nothing
// finds a sentence by another one, which this table would show.
func TestNoSentenceIsFoundByItsWords(t *testing.T) {
	english := map[string]string{}
	for name, text := range faultTexts(t) {
		if strings.Contains(text.En, " ") && strings.HasSuffix(text.En, ".") {
			english[text.En] = name
		}
	}
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || !strings.HasPrefix(s.path, "app/") {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if _, tag := n.(*ast.Field); tag {
				return false // a field's tag may document an answer in any words
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if name := english[strings.Trim(lit.Value, "\"`")]; name != "" {
					t.Errorf("%s: the sentence of %s stands in Go", s.at(n), name)
				}
			}
			return true
		})
	}
}
