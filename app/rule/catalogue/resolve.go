package catalogue

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/source"
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
	block := b.block(use.Block)
	if block == nil {
		b.Add(use.at, "there is no block %q", use.Block)
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

// inherit takes what a version of texts alone does not say from the version before it: its facts and its rules as they are,
// its texts where it has none of its own.
func (b *builder) inherit(s *source.File, p *Procedure, i int) bool {
	at := s.At("versions", i)
	if i == 0 {
		b.Add(at, "texts_only: there is no version before the first")
		return false
	}
	v, before := p.Versions[i], p.Versions[i-1]
	if len(v.Facts)+len(v.Form)+len(v.Steps)+len(v.Documents)+len(v.Linkage)+len(v.Consents)+len(v.Signposts) > 0 || v.Example != nil {
		b.Add(at, "texts_only: facts, form, steps, documents, signposts, linkage, consents and example are those of the version before")
		return false
	}
	v.Name, v.Summary, v.LegalBasis = cmp.Or(v.Name, before.Name), cmp.Or(v.Summary, before.Summary), cmp.Or(v.LegalBasis, before.LegalBasis)
	v.Who, v.Next, v.Deadline = cmp.Or(v.Who, before.Who), cmp.Or(v.Next, before.Next), cmp.Or(v.Deadline, before.Deadline)
	v.Signature, v.Doubtful = cmp.Or(v.Signature, before.Signature), cmp.Or(v.Doubtful, before.Doubtful)
	if v.Source == nil {
		v.Source = before.Source
	}
	texts := maps.Clone(before.DocumentTexts)
	if texts == nil {
		texts = map[string]*DocumentTexts{}
	}
	maps.Copy(texts, v.DocumentTexts)
	v.DocumentTexts = texts
	if before.rules == nil {
		return false // what is wrong with it was said
	}
	v.Facts, v.Form, v.Linkage, v.Consents, v.Example = before.Facts, before.Form, before.Linkage, before.Consents, before.Example
	v.Steps, v.Signposts = before.Steps, before.Signposts
	v.facts, v.forms, v.rules = before.facts, before.forms, before.rules
	for _, r := range before.Documents {
		own := *r
		v.Documents = append(v.Documents, &own)
	}
	return true
}

// document is a document as the version describes it; nil for none.
func (v *Version) document(d *Document) *Document {
	if d == nil {
		return nil
	}
	if t := v.DocumentTexts[d.Code]; t != nil {
		return t.over(d)
	}
	return d
}
