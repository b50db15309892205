package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const module = "kosodate.example/onestop/"

// layer is one step of the house, from the ground up.
type layer struct {
	name    string
	folders []string     // as app/imports_test.go names them
	rooms   []room       // what is there, sorted
	on      map[int]bool // the layers below that it imports
}

// room is a subject with a package of its own, and the packages below it.
type room struct {
	folder string
	below  []string
}

type house struct{ layers []layer }

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
}

// readHouse reads the layers from the test that holds them, and the imports from the packages.
func readHouse(root string) (*house, error) {
	h := &house{}
	var err error
	if h.layers, err = readLayers(filepath.Join(root, "app", "imports_test.go")); err != nil {
		return nil, err
	}
	packages, err := listPackages(root)
	if err != nil {
		return nil, err
	}
	for _, p := range packages {
		if at, _ := h.place(p.folder()); at >= 0 {
			h.layers[at].add(p.folder())
		}
	}
	for _, p := range packages {
		from, _ := h.place(p.folder())
		for _, imported := range p.Imports {
			folder, ours := strings.CutPrefix(imported, module)
			if to, _ := h.place(folder); ours && from >= 0 && to >= 0 && to < from {
				h.layers[from].on[to] = true
			}
		}
	}
	return h, nil
}

func (p goPackage) folder() string { return strings.TrimPrefix(p.ImportPath, module) }

func listPackages(root string) ([]goPackage, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// readLayers reads `var layers = []layer{{name: …, packages: []string{…}}, …}`.
func readLayers(file string) ([]layer, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return nil, err
	}
	var out []layer
	ast.Inspect(tree, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Names) != 1 || v.Names[0].Name != "layers" || len(v.Values) != 1 {
			return true
		}
		if rows, ok := v.Values[0].(*ast.CompositeLit); ok {
			for _, row := range rows.Elts {
				out = append(out, layerOf(row))
			}
		}
		return false
	})
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no variable layers", file)
	}
	return out, nil
}

func layerOf(row ast.Expr) layer {
	l := layer{on: map[int]bool{}}
	members, ok := row.(*ast.CompositeLit)
	if !ok {
		return l
	}
	for _, m := range members.Elts {
		pair, ok := m.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := pair.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "name":
			l.name = word(pair.Value)
		case key.Name == "packages":
			if list, ok := pair.Value.(*ast.CompositeLit); ok {
				for _, e := range list.Elts {
					l.folders = append(l.folders, word(e))
				}
			}
		}
	}
	return l
}

func word(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// place finds the layer of a folder and its subject within; -1 if it has none. The wiring is app alone.
func (h *house) place(folder string) (int, string) {
	best, subject := -1, ""
	for i, l := range h.layers {
		for _, f := range l.folders {
			if (folder == f || f != "app" && strings.HasPrefix(folder, f+"/")) && len(f) > len(subject) {
				best, subject = i, f
			}
		}
	}
	return best, subject
}

// aside are the ends of folders that hold no subject of their own: simulators, harnesses, programs of tests.
var aside = []string{"simulator", "test", "testdata", "child", "conformance", "pages", "program", "client", "e2e", "s3server", "example"}

// add puts a package into its room. A subject without a package of its own, app/rule, is many rooms.
func (l *layer) add(folder string) {
	if slices.ContainsFunc(aside, func(end string) bool { return strings.HasSuffix(folder, end) }) {
		return
	}
	for i := range l.rooms {
		if strings.HasPrefix(folder, l.rooms[i].folder+"/") {
			l.rooms[i].below = append(l.rooms[i].below, strings.TrimPrefix(folder, l.rooms[i].folder+"/"))
			return
		}
	}
	l.rooms = append(l.rooms, room{folder: folder})
}
