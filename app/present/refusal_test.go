package present_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/wording"
)

// specific are the codes whose general text says too little: "this cannot be done now" is no help without what stands in
// the way. Each such refusal has its own text in every language.
var specific = map[string]bool{"CodeNotAllowedNow": true, "CodeForbidden": true, "CodeConflict": true}

// What the rules refuse by a text of their own is said in Japanese too: read from the source, so that a new refusal
// without a translation is found here and not by a parent.
func TestEveryRefusalOfTheUseCasesIsSaidInJapanese(t *testing.T) {
	count := 0
	for _, one := range refusals(t, "..") {
		count++
		if present.Refusal(one.text, wording.Japanese) == "" || present.Refusal(one.text, wording.Plain) == "" {
			t.Errorf("%s: refusal.yaml has no %q", one.at, one.text)
		}
	}
	if count < 40 {
		t.Errorf("only %d refusals were found: the search looks for something that is written differently now", count)
	}
}

type refusal struct{ at, text string }

// refusals are the texts of fault.New(kind, code, "text") under a folder, of the specific codes.
func refusals(t *testing.T, root string) (out []refusal) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, path, source, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := refused(n); ok {
				out = append(out, refusal{set.Position(n.Pos()).String(), text})
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func refused(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", false
	}
	if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "notNow" { // review's: not-allowed-now
		return literal(call.Args[0])
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || fun.Sel.Name != "New" || len(call.Args) != 3 {
		return "", false
	}
	code, ok := call.Args[1].(*ast.SelectorExpr)
	if !ok || !specific[code.Sel.Name] {
		return "", false
	}
	return literal(call.Args[2])
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
