package editing

import (
	"bytes"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/edition"
)

// tree is one file of a bundle as YAML, edited in place so that comments and the order of what is not touched stay.
type tree struct {
	name    string
	root    *yaml.Node // a mapping
	changed bool       // by say
}

// open reads a file of a bundle; one that is not there is empty.
func open(b *edition.Bundle, name string) (*tree, error) {
	t := &tree{name: name, root: mapping()}
	text := b.File(name)
	if len(bytes.TrimSpace(text)) == 0 {
		return t, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s holds no mapping", name)
	}
	t.root = doc.Content[0]
	return t, nil
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// bytes writes the file; nil if nothing is left in it.
func (t *tree) bytes() ([]byte, error) {
	if len(t.root.Content) == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(t.root); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// at is the value that keys lead to, nil if there is none; with make, mappings that are missing are put there.
func (t *tree) at(create bool, keys ...string) *yaml.Node {
	node := t.root
	for _, key := range keys {
		next := get(node, key)
		if next == nil {
			if !create {
				return nil
			}
			next = mapping()
			node.Content = append(node.Content, scalar(key), next)
		}
		node = next
	}
	return node
}

// set puts a value under a key of a mapping, in the place of the one before.
func set(node *yaml.Node, key string, value any) error {
	var written yaml.Node
	if err := written.Encode(value); err != nil {
		return err
	}
	if old := get(node, key); old != nil {
		written.HeadComment, written.LineComment, written.FootComment = old.HeadComment, old.LineComment, old.FootComment
		*old = written
		return nil
	}
	node.Content = append(node.Content, scalar(key), &written)
	return nil
}

// drop takes keys away, the innermost first, and with it every mapping and list that is left empty.
func (t *tree) drop(keys ...string) {
	for n := len(keys); n > 0; n-- {
		parent := t.at(false, keys[:n-1]...)
		if parent == nil {
			continue
		}
		i := index(parent, keys[n-1])
		if i < 0 || n < len(keys) && len(parent.Content[i+1].Content) > 0 {
			continue
		}
		parent.Content = slices.Delete(parent.Content, i, i+2)
	}
}

func get(node *yaml.Node, key string) *yaml.Node {
	if i := index(node, key); i >= 0 {
		return node.Content[i+1]
	}
	return nil
}

func index(node *yaml.Node, key string) int {
	if node.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	return n
}
