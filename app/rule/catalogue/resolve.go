package catalogue

import (
	"slices"
	"strings"
)

// locate remembers where a fact and those inside it are written.
func (f *Fact) locate(s *source, path ...any) {
	if f == nil {
		return
	}
	f.at = s.at(path...)
	for i, inner := range f.Fields {
		inner.locate(s, append(slices.Clone(path), "fields", i)...)
	}
	f.Of.locate(s, append(slices.Clone(path), "of")...)
}

// resolveFact replaces `use` by the definition in _common.yaml. What comes back is always a copy: two versions never
// share a fact, since each prepares its own for checking.
func (b *builder) resolveFact(f *Fact) *Fact {
	out := *f
	if f.Use != "" {
		def := b.catalogue.defs.Facts[f.Use]
		if def == nil {
			b.add(f.at, "use: there is no fact %q in %s", f.Use, commonFile)
			return &out
		}
		out = overlay(*def, f)
		if out.Name == "" {
			out.Name = f.Use
		}
	}
	out.Fields = slices.Clone(out.Fields)
	for i, inner := range out.Fields {
		out.Fields[i] = b.resolveFact(inner)
	}
	if out.Of != nil {
		out.Of = b.resolveFact(out.Of)
		out.Of.Name = ""
	}
	return &out
}

// overlay is a definition with what the place that uses it says besides.
func overlay(def Fact, use *Fact) Fact {
	def.at = use.at
	def.Use = ""
	if use.Name != "" {
		def.Name = use.Name
	}
	if use.Label != (Text{}) {
		def.Label = use.Label
	}
	if use.Help != (Text{}) {
		def.Help = use.Help
	}
	if use.Min != 0 {
		def.Min = use.Min
	}
	if use.When != "" {
		def.When = use.When
	}
	return def
}

// unfoldBlocks puts the rules of each block in the place of the rule that names it.
func (b *builder) unfoldBlocks(d *draft) {
	var out []*Rule
	for _, r := range d.Documents {
		if r.Block == "" {
			out = append(out, r)
			continue
		}
		out = append(out, b.unfold(r)...)
	}
	d.Documents = out
}

func (b *builder) unfold(use *Rule) []*Rule {
	if use.Document != "" || use.Subject != "" || use.Item != "" || use.Replaceable != "" || use.Original {
		b.add(use.at, "block %s: only `when` and `only` may stand beside a block", use.Block)
	}
	block, ok := b.catalogue.defs.Blocks[use.Block]
	if !ok {
		b.add(use.at, "there is no block %q in %s", use.Block, commonFile)
		return nil
	}
	for _, document := range use.Only {
		if !slices.ContainsFunc(block, func(r *Rule) bool { return r.Document == document }) {
			b.add(use.at, "block %s has no document %q", use.Block, document)
		}
	}
	var out []*Rule
	for _, r := range block {
		if len(use.Only) > 0 && !slices.Contains(use.Only, r.Document) {
			continue
		}
		unfolded := *r
		unfolded.When = both(use.When, r.When)
		out = append(out, &unfolded)
	}
	return out
}

// both is the condition that two conditions hold.
func both(a, b string) string {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	switch {
	case a == "":
		return b
	case b == "":
		return a
	default:
		return "(" + a + ") && (" + b + ")"
	}
}
