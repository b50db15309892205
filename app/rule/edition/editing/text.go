package editing

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// PaperTexts are what a document says of itself.
type PaperTexts struct{ Name, Help, Obtain, Accept catalogue.Text }

// SetPaperTexts puts those texts of a document that are not what they were, in whichever file defines it; its rules stay. It gives
// the bundle as it is where no file does.
func SetPaperTexts(b *edition.Bundle, document string, was, now PaperTexts) (*edition.Bundle, error) {
	for _, name := range b.Names() {
		if !strings.HasPrefix(name, "_") || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		file, err := open(b, name)
		if err != nil {
			return nil, err
		}
		node := file.at(false, "documents", document)
		if node == nil {
			continue
		}
		err = file.say(node, []wording{{"name", was.Name, now.Name}, {"help", was.Help, now.Help}, {"obtain", was.Obtain, now.Obtain},
			{"accept", was.Accept, now.Accept}})
		if err != nil {
			return nil, err
		}
		return saved(b, file)
	}
	return b, nil
}

// ProcedureTexts are what one version of a procedure says of itself.
type ProcedureTexts struct {
	Name                         catalogue.Names
	Summary, Who, Next, Deadline catalogue.Text
}

// SetProcedureTexts puts those texts of the version from a day (YYYY-MM-DD) that are not what they were. A version that leaves a text
// to the one before says it itself from then on. It gives the bundle as it is where there is no such version.
func SetProcedureTexts(b *edition.Bundle, procedure, from string, was, now ProcedureTexts) (*edition.Bundle, error) {
	file, err := open(b, procedure+".yaml")
	if err != nil {
		return nil, err
	}
	versions := file.at(false, "versions")
	if versions == nil {
		return b, nil
	}
	i := slices.IndexFunc(versions.Content, func(n *yaml.Node) bool { return says(n, "effective_from", from) })
	if i < 0 {
		return b, nil
	}
	err = file.say(versions.Content[i], []wording{{"name", was.Name, now.Name}, {"summary", was.Summary, now.Summary}, {"who", was.Who, now.Who},
		{"next", was.Next, now.Next}})
	if err == nil && was.Deadline != now.Deadline {
		err = file.deadline(versions.Content[:i+1], now.Deadline)
	}
	if err != nil {
		return nil, err
	}
	return saved(b, file)
}

// saved is save, and the bundle itself where the file says what it said: how it is laid out is the writer's.
func saved(b *edition.Bundle, file *tree) (*edition.Bundle, error) {
	if !file.changed {
		return b, nil
	}
	return save(b, file)
}

// wording is one text under its key, as it was and as it is to be: catalogue.Text or catalogue.Names.
type wording struct {
	key      string
	was, now any
}

func (t *tree) say(node *yaml.Node, texts []wording) error {
	for _, w := range texts {
		if w.was == w.now {
			continue
		}
		if old := get(node, w.key); old != nil {
			t.release(old)
		}
		if err := set(node, w.key, w.now); err != nil {
			return err
		}
		t.changed = true
	}
	return nil
}

// deadline puts other words to the deadline of the last of some versions. Where it is that of a version before, or shared, it is
// written out first, so that the others keep theirs.
func (t *tree) deadline(versions []*yaml.Node, words catalogue.Text) error {
	last := versions[len(versions)-1]
	var rule *yaml.Node
	for i := len(versions) - 1; i >= 0 && rule == nil; i-- {
		rule = get(versions[i], "deadline")
	}
	if rule == nil {
		return nil
	}
	own := resolved(rule)
	if at := get(last, "deadline"); at != nil {
		t.release(at)
		*at = *own
	} else {
		last.Content = append(last.Content, scalar("deadline"), own)
	}
	t.changed = true
	return set(get(last, "deadline"), "text", words)
}

// resolved is a copy of what a node stands for, to stand by itself.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	out := clone(n)
	out.Anchor = ""
	return out
}

// release gives the contents of a node that others refer to, to the first of those, so that they keep them when the node changes.
func (t *tree) release(node *yaml.Node) {
	if node.Anchor == "" {
		return
	}
	var heir *yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for _, inner := range n.Content {
			switch {
			case inner.Kind != yaml.AliasNode || inner.Alias != node:
				walk(inner)
			case heir == nil:
				*inner = *clone(node)
				heir = inner
			default:
				inner.Alias = heir
			}
		}
	}
	walk(t.root)
	node.Anchor = ""
}

// clone is a node with all that it holds.
func clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, inner := range n.Content {
		out.Content[i] = clone(inner)
	}
	return &out
}
