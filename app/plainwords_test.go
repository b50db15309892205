package app_test

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/plain"
)

// What people read says a rule in words: its code means nothing to them, and they have no glossary.

// remarks are what a template says to who edits it.
var remarks = regexp.MustCompile(`(?s)\{\{/\*.*?\*/\}\}|\{\{- /\*.*?\*/ -\}\}|<!--.*?-->`)

func TestCitationsStayOutOfWhatPeopleRead(t *testing.T) {
	said := map[string][]string{} // by file: what it says with a code
	for name, text := range files(t, ".yaml", ".html", ".txt", ".tmpl") {
		for _, one := range read(t, name, text) {
			if len(codes(one)) > 0 {
				said[name] = append(said[name], one)
			}
		}
	}
	for _, s := range sources(t) {
		for _, one := range literals(s) {
			if len(codes(one)) > 0 {
				said[s.path] = append(said[s.path], one)
			}
		}
	}
	for name, texts := range said {
		for _, one := range texts {
			t.Errorf("%s says a rule's code to people: %.120s", name, one)
		}
	}
}

// read are the texts for people in a file that is none of Go: the values of YAML, a template without its remarks.
func read(t *testing.T, name, text string) []string {
	t.Helper()
	if path.Ext(name) != ".yaml" {
		return strings.Split(remarks.ReplaceAllString(text, ""), "\n")
	}
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			out = append(out, n.Value)
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(&tree)
	return out
}

// literals are the texts in a Go file that is no test: refusals, descriptions of the API, help of the commands.
func literals(s source) (out []string) {
	if strings.HasSuffix(s.path, "_test.go") {
		return nil
	}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			out = append(out, lit.Value)
		}
		return true
	})
	return out
}

// Plain Japanese keeps the level to which the catalogue's texts are held (app/rule/plain). The texts of the catalogue itself are
// for `onestop catalogue lint`.
func TestPlainJapaneseIsPlain(t *testing.T) {
	seen := 0
	for name, text := range files(t, ".yaml") {
		if !strings.Contains(name, "/texts/") {
			continue
		}
		var said map[string]map[string]string
		if err := yaml.Unmarshal([]byte(text), &said); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, in := range said {
			seen++
			for _, f := range plain.Check(in["plain"]) {
				t.Errorf("%s: %s: %s %s", name, key, f.Code, f.Word)
			}
		}
	}
	if seen < 900 {
		t.Errorf("there are %d texts only", seen)
	}
}
