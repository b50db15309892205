package diff

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// rules compares which documents two versions ask for. A rule is known by its document and kind of subject; one that went and
// one that came for the same document are one whose subject changed.
func (d *differ) rules() {
	var came, went []*catalogue.Rule
	for _, r := range d.b.Documents {
		if old := ruleOf(d.a.Documents, r.Document, r.Subject); old != nil {
			d.rule(old, r)
		} else {
			came = append(came, r)
		}
	}
	for _, r := range d.a.Documents {
		if ruleOf(d.b.Documents, r.Document, r.Subject) == nil {
			went = append(went, r)
		}
	}
	for _, r := range came {
		i := slices.IndexFunc(went, func(o *catalogue.Rule) bool { return o.Document == r.Document })
		if i < 0 {
			d.add(Change{Kind: Rule, Document: r.Document, Subject: r.Subject, After: &Side{When: r.When}, Direction: More})
			continue
		}
		d.codes(Change{Document: r.Document, Subject: r.Subject, Direction: Other}, RuleSubject, []string{went[i].Subject}, []string{r.Subject})
		d.rule(went[i], r)
		went = slices.Delete(went, i, i+1)
	}
	for _, r := range went {
		d.add(Change{Kind: Rule, Document: r.Document, Subject: r.Subject, Before: &Side{When: r.When}, Direction: Fewer})
	}
}

func ruleOf(rules []*catalogue.Rule, document, subject string) *catalogue.Rule {
	i := slices.IndexFunc(rules, func(r *catalogue.Rule) bool { return r.Document == document && r.Subject == subject })
	if i < 0 {
		return nil
	}
	return rules[i]
}

func (d *differ) rule(a, b *catalogue.Rule) {
	about := Change{Document: b.Document, Subject: b.Subject}
	if a.Subject == b.Subject {
		d.condition(about, RuleWhen, a.When, b.When)
	} else {
		d.structure(about, RuleWhen, a.When, b.When)
	}
	item := about
	switch {
	case a.Item == "":
		item.Direction = Fewer
	case b.Item == "":
		item.Direction = More
	default:
		item.Direction = Other
	}
	d.codes(item, RuleItem, []string{a.Item}, []string{b.Item})
	if a.Item != "" && b.Item != "" {
		d.condition(about, RuleReplaceable, a.Replaceable, b.Replaceable)
	}
	d.yes(about, RuleOriginal, a.Original, b.Original, "")
	d.waived(about, a, b)
	d.yes(about, RuleFixed, a.Fixed, b.Fixed, "")
	d.codes(about, RuleSource, grounds(d.before, a.Source), grounds(d.after, b.Source))
	d.codes(about, RuleChecked, []string{a.Checked.On, a.Checked.By}, []string{b.Checked.On, b.Checked.By})
	d.codes(about, RuleDoubtful, []string{a.Doubtful}, []string{b.Doubtful})
	if own(d.a, a.Document) || own(d.b, b.Document) {
		d.document(Change{Document: b.Document}, a.Definition(), b.Definition())
	}
}

// own says whether a version describes a document in its own words.
func own(v *catalogue.Version, document string) bool { return v.DocumentTexts[document] != nil }

func (d *differ) waived(about Change, a, b *catalogue.Rule) {
	reason := func(w *catalogue.Waiver) catalogue.Text {
		if w == nil {
			return catalogue.Text{}
		}
		return w.Reason
	}
	switch {
	case a.Waived == nil && b.Waived != nil:
		about.Direction = Fewer
	case a.Waived != nil && b.Waived == nil:
		about.Direction = More
	}
	d.words(about, RuleWaived, reason(a.Waived), reason(b.Waived))
}

// documents compares the definitions that all procedures share.
func (d *differ) documents() {
	d.a, d.b = nil, nil
	for _, code := range d.after.Documents() {
		about := Change{Document: code}
		if old := d.before.Document(code); old != nil {
			d.document(about, old, d.after.Document(code))
			continue
		}
		about.Kind, about.After = Document, &Side{Text: d.after.Document(code).Name}
		d.out = append(d.out, about)
	}
	for _, code := range d.before.Documents() {
		if d.after.Document(code) == nil {
			d.out = append(d.out, Change{Kind: Document, Document: code, Before: &Side{Text: d.before.Document(code).Name}})
		}
	}
}

func (d *differ) document(about Change, a, b *catalogue.Document) {
	d.words(about, DocumentName, a.Name, b.Name)
	d.words(about, DocumentHelp, a.Help, b.Help)
	d.words(about, DocumentObtain, a.Obtain, b.Obtain)
	d.words(about, DocumentAccept, a.Accept, b.Accept)
	d.codes(about, DocumentWriter, []string{a.Writer}, []string{b.Writer})
	d.codes(about, DocumentQuestions, asked(a), asked(b))
	d.codes(about, DocumentBlank, blank(a), blank(b))
	d.printed(about, a, b)
}

func blank(d *catalogue.Document) []string {
	if d.Blank == nil {
		return nil
	}
	return append([]string{d.Blank.Title, d.Blank.By}, d.Blank.Lines...)
}

// asked are the questions by which a document is written, by name and label: whatever is asked differently has another.
func asked(d *catalogue.Document) (out []string) {
	var through func(questions []*question.Question, in string)
	through = func(questions []*question.Question, in string) {
		for _, q := range questions {
			out = append(out, in+q.Label.Ja)
			if through(q.Fields, in+q.Label.Ja+"："); q.Of != nil {
				through(q.Of.Fields, in+q.Label.Ja+"：")
			}
		}
	}
	through(d.Questions, "")
	return out
}

// spaces writes a condition on one line.
func spaces(when string) string { return strings.Join(strings.Fields(when), " ") }
