package catalogue

import (
	"slices"
	"strings"
)

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
		b.Add(use.at, "block %s: only `when` and `only` may stand beside a block", use.Block)
	}
	block, ok := b.catalogue.defs.Blocks[use.Block]
	if !ok {
		b.Add(use.at, "there is no block %q in %s", use.Block, commonFile)
		return nil
	}
	for _, document := range use.Only {
		if !slices.ContainsFunc(block, func(r *Rule) bool { return r.Document == document }) {
			b.Add(use.at, "block %s has no document %q", use.Block, document)
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
