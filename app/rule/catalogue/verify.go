package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

var (
	codeName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
)

func (b *builder) checkCommon() {
	c := b.catalogue.defs
	for i, k := range c.Categories {
		if !codeName.MatchString(k.Code) {
			b.Add(b.shared.At("categories", i), "category code %q: small letters, digits and hyphens", k.Code)
		}
	}
	for name, item := range c.Items {
		at := b.shared.At("items", name)
		if item == nil || !codeName.MatchString(name) || item.Code == "" {
			b.Add(at, "item %s: a name of small letters and hyphens, and a code", name)
			continue
		}
		for i, f := range item.Fields {
			kinds := []string{CompareEqual, CompareNormalised, CompareAmount, CompareDate}
			b.oneOf(b.shared.At("items", name, "fields", i), "compare", f.Compare, kinds)
			if !question.Name.MatchString(f.Name) {
				b.Add(b.shared.At("items", name, "fields", i), "field name %q: small letters, digits and _", f.Name)
			}
		}
	}
	for code := range c.Documents {
		if !codeName.MatchString(code) {
			b.Add(b.shared.At("documents", code), "document code %q: small letters, digits and hyphens", code)
		}
	}
}

func (b *builder) checkProcedure(s *source.File, p *Procedure) {
	if want := strings.TrimSuffix(s.Name, ".yaml"); p.Code != want || !codeName.MatchString(p.Code) {
		b.Add(s.At("code"), "code is %q but the file is %s", p.Code, s.Name)
	}
	if p.Number < 1 {
		b.Add(s.At("number"), "number is the place in the catalogue, from 1")
	}
	if other, taken := b.numbers[p.Number]; taken {
		b.Add(s.At("number"), "number %d belongs to %s", p.Number, other)
	}
	b.numbers[p.Number] = p.Code
	if _, ok := b.catalogue.Category(p.Category); !ok {
		b.Add(s.At("category"), "there is no category %q in %s", p.Category, commonFile)
	}
	if p.Affair == "" {
		b.Add(s.At("affair"), "affair: the code of the affair is missing")
	}
	if len(p.Versions) == 0 {
		b.Add(s.At("versions"), "there is no version")
	}
	for i := 1; i < len(p.Versions); i++ {
		if p.Versions[i].Effective <= p.Versions[i-1].Effective {
			b.Add(s.At("versions", i, "effective_from"), "versions stand in the order of effective_from, each day once")
		}
	}
}

func (b *builder) checkVersion(d *draft) {
	b.checkDeadline(d)
	b.oneOf(d.line("signature"), "signature", d.Signature, []string{SignatureNone, SignatureLogin, SignatureRequired})
	for i := range d.Linkage {
		b.checkLinkage(d, i)
	}
	for _, item := range d.Consents {
		if !d.links(item) {
			b.Add(d.line("consents"), "consent for %q, an item that linkage does not list", item)
		}
	}
	seen := map[string]bool{}
	for _, r := range d.Documents {
		if key := r.Document + "/" + r.Subject; seen[key] {
			b.Add(r.at, "%s is asked for twice", key)
		} else {
			seen[key] = true
		}
		b.checkRule(d, r)
	}
	for i, use := range d.Form {
		if use.Group == "" {
			b.Add(d.line("form", i), "form: the group is missing")
		}
		if use.Each != "" {
			if f := d.Fact(use.Each); f == nil || f.Type != question.Listing {
				b.Add(d.line("form", i), "form: there is no list %q in the facts", use.Each)
			}
		}
	}
}

func (b *builder) checkLinkage(d *draft, i int) {
	l, at := d.Linkage[i], d.line("linkage", i)
	item := b.catalogue.Item(l.Item)
	if item == nil {
		b.Add(at, "there is no item %q in %s", l.Item, commonFile)
		return
	}
	for _, name := range l.Compare {
		if !slices.ContainsFunc(item.Fields, func(f ComparedField) bool { return f.Name == name }) {
			b.Add(at, "item %s has no field %q", l.Item, name)
		}
	}
	kinds := []string{OutcomeEligibility, OutcomeCategory, OutcomeAmount}
	if b.oneOf(at, "outcome", l.Outcome, kinds); slices.Contains(kinds, l.Outcome) && !item.Decides(l.Outcome) {
		b.Add(at, "item %s decides no %s: its outcome in %s has none", l.Item, l.Outcome, commonFile)
	}
	if l.Eligible == "" {
		return
	}
	env, err := answerEnv()
	if err == nil {
		d.Linkage[i].eligible, err = compileOutcome(env, item, l.Eligible, []*cel.Type{cel.BoolType})
	}
	if err != nil {
		b.Add(at, "item %s: eligible %v", l.Item, err)
	}
}

func (b *builder) checkRule(d *draft, r *Rule) {
	var ok bool
	if r.kind, ok = subjectKinds[r.Subject]; !ok {
		b.Add(r.at, "subject %q is none of %s", r.Subject, strings.Join(sortedKeys(subjectKinds), ", "))
	}
	for _, name := range []string{r.kind.list, r.kind.fact} {
		if name == "" {
			continue
		}
		if f := d.Fact(name); f == nil || (name == r.kind.list) != (f.Type == question.Listing) {
			b.Add(r.at, "%s %s: subject %s needs the fact %s", d.Procedure.Code, d.Effective, r.Subject, name)
		}
	}
	if r.definition = b.catalogue.Document(r.Document); r.definition == nil {
		b.Add(r.at, "there is no document %q in %s", r.Document, commonFile)
	}
	switch {
	case r.Item != "" && b.catalogue.Item(r.Item) == nil:
		b.Add(r.at, "there is no item %q in %s", r.Item, commonFile)
	case r.Item != "" && !d.links(r.Item):
		b.Add(r.at, "%s %s: linkage does not list item %s", d.Procedure.Code, d.Effective, r.Item)
	case r.Item == "" && r.Replaceable != "":
		b.Add(r.at, "replaceable without an item")
	}
}

func (v *Version) links(item string) bool {
	return slices.ContainsFunc(v.Linkage, func(l Linkage) bool { return l.Item == item })
}

func (b *builder) checkDeadline(d *draft) {
	at := d.line("deadline")
	b.oneOf(at, "deadline kind", d.Deadline.Kind, []string{DeadlineNone, DeadlineDays, DeadlineWindow, DeadlineOffering,
		DeadlineWithoutDelay, DeadlineMayor, DeadlinePayMonth})
	if (d.Deadline.Kind == DeadlineDays) != (d.Deadline.Days > 0) {
		b.Add(at, "days stand with the kind days, and only there")
	}
	for _, day := range []string{d.Deadline.From, d.Deadline.To} {
		_, err := time.Parse("01-02", day)
		if window := d.Deadline.Kind == DeadlineWindow; window && err != nil || !window && day != "" {
			b.Add(at, "from and to stand with the kind window, as MM-DD, and only there")
			break
		}
	}
}

func (b *builder) oneOf(at source.Position, what, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		b.Add(at, "%s %q is none of %s", what, value, strings.Join(allowed, ", "))
	}
}
