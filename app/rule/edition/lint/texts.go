package lint

import (
	"io/fs"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/plain"
	"kosodate.example/onestop/app/rule/source"
)

// texts holds every plain Japanese text of the files to its level. The files were loaded: what cannot be read was said there.
func (l *linter) texts() {
	if l.Files == nil {
		return
	}
	names, err := fs.Glob(l.Files, "*.yaml")
	if err != nil { // the pattern is a constant
		return
	}
	for _, name := range names {
		text, err := fs.ReadFile(l.Files, name)
		var tree yaml.Node
		if err == nil && yaml.Unmarshal(text, &tree) == nil {
			l.textsIn(name, &tree)
		}
	}
}

func (l *linter) textsIn(file string, n *yaml.Node) {
	for i, inner := range n.Content {
		said := n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == source.PlainJapanese && inner.Kind == yaml.ScalarNode
		if said {
			l.level(source.Position{File: file, Line: inner.Line}, inner.Value)
		}
		l.textsIn(file, inner)
	}
}

func (l *linter) level(at source.Position, text string) {
	for _, f := range plain.Check(text) {
		l.add(at, Warning, PlainText+f.Code, Finding{Word: f.Word})
	}
	if l.Unread == nil {
		return
	}
	for _, word := range l.Unread(text) {
		l.add(at, Notice, NoReading, Finding{Word: word})
	}
}
