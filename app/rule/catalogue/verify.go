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

// checkShared checks the definitions of one file by themselves; checkRefersTo what refers to other files.
func (b *builder) checkShared(s *source.File, c *shared) {
	for i, k := range c.Categories {
		if !codeName.MatchString(k.Code) {
			b.Add(s.At("categories", i), "category code %q: small letters, digits and hyphens", k.Code)
		}
	}
	for name, item := range c.Items {
		at := s.At("items", name)
		if item == nil || !codeName.MatchString(name) || item.Code == "" {
			b.Add(at, "item %s: a name of small letters and hyphens, and a code", name)
			continue
		}
		for i, f := range item.Fields {
			kinds := []string{CompareEqual, CompareNormalised, CompareName, CompareAddress, CompareAmount, CompareDate}
			b.oneOf(s.At("items", name, "fields", i), "compare", f.Compare, kinds)
			if n := len(f.PartOf); n > 0 && (n != 2 || f.Compare != CompareName) {
				b.Add(s.At("items", name, "fields", i), "part_of: the two fields that make up the whole name, of a field that is compared as a name")
			}
			if !question.Name.MatchString(f.Name) {
				b.Add(s.At("items", name, "fields", i), "field name %q: small letters, digits and _", f.Name)
			}
		}
	}
	b.compileOutcomes(s, c.Items)
	for code, d := range c.Documents {
		if !codeName.MatchString(code) {
			b.Add(d.at, "document code %q: small letters, digits and hyphens", code)
		}
		b.oneOf(d.at, "writer", d.Writer, []string{WriterApplicant, WriterThirdParty, WriterOffice})
		if (d.Writer == WriterApplicant) != (len(d.Questions) > 0) {
			b.Add(d.at, "document %s: questions stand with the writer applicant, and only there", code)
		}
		b.checkPrint(d.at, d.Print)
		if f := d.Blank; f != nil && (d.Writer != WriterThirdParty || f.By == "" || len(f.Lines) == 0 || len(f.Lines) > mostLines) {
			b.Add(d.at, "document %s: blank stands with the writer third-party, and has by and up to %d lines", code, mostLines)
		}
	}
	for key, one := range c.Sources {
		if one == nil || strings.TrimSpace(one.Title) == "" {
			b.Add(s.At("sources", key), "source %s: the title is missing", key)
			continue
		}
		b.checkGrounds(s.At("sources", key), nil, Checked{On: one.AmendedOn})
	}
}

// checkRefersTo checks what the shared definitions say of each other.
func (b *builder) checkRefersTo() {
	c := b.catalogue.defs
	for _, code := range sortedKeys(c.Documents) {
		d := c.Documents[code]
		if len(d.Questions) == 0 {
			continue
		}
		for i, q := range d.Questions {
			d.Questions[i] = q.Resolve(b.facts(), &b.List)
		}
		d.list = question.Compile("", d.Questions, &b.List)
	}
	for _, name := range sortedKeys(c.Blocks) {
		for _, r := range c.Blocks[name] {
			b.checkGrounds(r.at, r.Source, r.Checked)
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
		b.Add(s.At("category"), "there is no category %q", p.Category)
	}
	if p.Affair == "" {
		b.Add(s.At("affair"), "affair: the code of the affair is missing")
	}
	if p.Weeks < 0 || p.Weeks > MostWeeks {
		b.Add(s.At("weeks"), "weeks is how long a decision takes, up to %d", MostWeeks)
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
	for code := range d.DocumentTexts {
		if b.catalogue.Document(code) == nil {
			b.Add(d.line("document_texts", code), "there is no document %q", code)
		}
		if t := d.DocumentTexts[code]; t != nil {
			b.checkPrint(d.line("document_texts", code), t.Print)
		}
	}
	d.Checked = d.Checked.or(d.Procedure.Checked)
	b.checkGrounds(d.line(), d.Source, d.Checked)
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
		b.Add(at, "there is no item %q", l.Item)
		return
	}
	for _, name := range l.Compare {
		if !slices.ContainsFunc(item.Fields, func(f ComparedField) bool { return f.Name == name }) {
			b.Add(at, "item %s has no field %q", l.Item, name)
		}
	}
	kinds := []string{OutcomeEligibility, OutcomeCategory, OutcomeAmount}
	if b.oneOf(at, "outcome", l.Outcome, kinds); slices.Contains(kinds, l.Outcome) && !item.Decides(l.Outcome) {
		b.Add(at, "item %s decides no %s: its outcome has none", l.Item, l.Outcome)
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
	base := b.catalogue.base
	if !r.Local || base.byCode[d.Procedure.Code] == nil { // what a municipality adds, nobody has checked with the national version
		r.Checked = r.Checked.or(d.Checked)
	}
	b.checkGrounds(r.at, r.Source, r.Checked)
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
	if r.definition = d.document(b.catalogue.Document(r.Document)); r.definition == nil {
		b.Add(r.at, "there is no document %q", r.Document)
	}
	switch {
	case r.Item != "" && b.catalogue.Item(r.Item) == nil:
		b.Add(r.at, "there is no item %q", r.Item)
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
