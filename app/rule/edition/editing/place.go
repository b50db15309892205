package editing

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/catalogue"
)

// define says what a document is. What a page does not know of stays.
func define(documents *yaml.Node, p *Paper) error {
	node := get(documents, p.Code)
	if node == nil {
		return set(documents, p.Code, written{cmp.Or(p.Writer, catalogue.WriterOffice), p.Name, p.Help, p.Obtain, p.Accept})
	}
	for _, one := range []struct {
		key   string
		value any
	}{{"writer", cmp.Or(p.Writer, catalogue.WriterOffice)}, {"name", p.Name}, {"help", p.Help}, {"obtain", p.Obtain}, {"accept", p.Accept}} {
		if err := set(node, one.key, one.value); err != nil {
			return err
		}
	}
	return nil
}

// ask says where a document is asked for, and nowhere else. A rule that is there keeps what a page does not know of.
func ask(manifest *tree, p *Paper) error {
	rules := map[[2]string]*yaml.Node{}
	changes := manifest.at(false, "changes")
	for i := 0; changes != nil && i+1 < len(changes.Content); i += 2 {
		if list := get(changes.Content[i+1], "documents"); list != nil {
			for _, node := range list.Content {
				if subject := get(node, "subject"); says(node, "document", p.Code) && subject != nil {
					rules[[2]string{changes.Content[i].Value, subject.Value}] = node
				}
			}
		}
	}
	forget(manifest, p.Code)
	for _, a := range p.Asked {
		r := rule{p.Code, a.Subject, a.When, a.Original, nil, catalogue.Checked{On: a.CheckedOn, By: a.CheckedBy}}
		if strings.TrimSpace(p.Basis) != "" {
			r.Source = []string{p.Code}
		}
		node := rules[[2]string{a.Procedure, a.Subject}]
		if node == nil {
			if err := add(manifest, a.Procedure, "documents", r); err != nil {
				return err
			}
			continue
		}
		if err := rewrite(node, r); err != nil {
			return err
		}
		put(manifest, a.Procedure, "documents", node)
	}
	return nil
}

// rewrite puts to a rule what a page says of it. Its other sources stay.
func rewrite(node *yaml.Node, r rule) error {
	var sources []string
	if old := get(node, "source"); old != nil {
		if err := old.Decode(&sources); err != nil {
			return err
		}
	}
	sources = slices.DeleteFunc(sources, func(key string) bool { return key == r.Document && len(r.Source) == 0 })
	for _, key := range r.Source {
		if !slices.Contains(sources, key) {
			sources = append(sources, key)
		}
	}
	for _, one := range []struct {
		key   string
		value any
		none  bool
	}{{"when", r.When, r.When == ""}, {"original", r.Original, !r.Original}, {"source", sources, len(sources) == 0},
		{"checked", r.Checked, r.Checked == catalogue.Checked{}}} {
		if !one.none {
			if err := set(node, one.key, one.value); err != nil {
				return err
			}
		} else if i := index(node, one.key); i >= 0 {
			node.Content = slices.Delete(node.Content, i, i+2)
		}
	}
	return nil
}
