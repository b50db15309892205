package oidc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// Each reason that a problem document may name has a sentence of its own.
func TestEveryReasonNamesItsSentence(t *testing.T) {
	tree, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := 0
	ast.Inspect(tree, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Reason") {
			constants++
			if value := strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`); whyRefused[value] == "" {
				t.Errorf("%s names no sentence", spec.Names[0].Name)
			}
		}
		return true
	})
	if constants == 0 || constants != len(whyRefused) {
		t.Errorf("%d reasons, %d sentences", constants, len(whyRefused))
	}
}
