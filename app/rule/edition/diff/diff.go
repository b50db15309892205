package diff

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/jp"
)

// Compare gives what is different from one catalogue to another: procedures in the order of the newer one, removed ones last,
// then documents. cases tell the direction of a changed condition; without any it is told by its structure. The same change in several
// versions of a procedure is one.
func Compare(before, after *catalogue.Catalogue, cases []condition.Case) []Change {
	d := &differ{before: before, after: after, trials: condition.NewTrials()}
	d.was, d.is = situations(before, cases), situations(after, cases)
	for _, p := range after.Procedures() {
		d.procedure(before.Procedure(p.Code), p)
	}
	for _, p := range before.Procedures() {
		if after.Procedure(p.Code) == nil {
			d.procedure(p, nil)
		}
	}
	d.documents()
	d.facilities()
	d.search()
	return d.out
}

type differ struct {
	before, after *catalogue.Catalogue
	was, is       map[*condition.Case]condition.Situation // the cases as each side reads them
	trials        *condition.Trials
	out           []Change

	// What is compared now.
	a, b *catalogue.Version
	day  string
}

func situations(c *catalogue.Catalogue, cases []condition.Case) map[*condition.Case]condition.Situation {
	out := map[*condition.Case]condition.Situation{}
	for _, s := range condition.Read(c, cases) {
		out[s.Case] = s
	}
	return out
}

// add notes a change of the versions that are compared; one that was noted for another version is said of both.
func (d *differ) add(c Change) {
	if d.b != nil || d.a != nil {
		c.Procedure = cmp.Or(d.b, d.a).Procedure.Code
		c.Versions = []string{d.day}
	}
	same := func(o Change) bool {
		o.Versions, o.MoreCases, o.FewerCases = c.Versions, c.MoreCases, c.FewerCases
		return c.Versions != nil && reflect.DeepEqual(o, c)
	}
	if i := slices.IndexFunc(d.out, same); i >= 0 {
		known := &d.out[i]
		known.Versions = append(known.Versions, c.Versions...)
		known.MoreCases, known.FewerCases = known.MoreCases+c.MoreCases, known.FewerCases+c.FewerCases
		return
	}
	d.out = append(d.out, c)
}

func (d *differ) procedure(a, b *catalogue.Procedure) {
	d.a, d.b = nil, nil
	switch {
	case a == b: // a municipality shares what it does not change
		return
	case a == nil:
		d.out = append(d.out, Change{Kind: Procedure, Procedure: b.Code, After: &Side{Text: text(b.Latest().Name)}})
		return
	case b == nil:
		d.out = append(d.out, Change{Kind: Procedure, Procedure: a.Code, Before: &Side{Text: text(a.Latest().Name)}})
		return
	}
	if a.Affair != b.Affair {
		d.out = append(d.out, Change{Kind: Affair, Procedure: b.Code, Before: coded([]string{a.Affair}), After: coded([]string{b.Affair})})
	}
	d.words(Change{Procedure: b.Code}, Title, a.Title, b.Title)
	d.codes(Change{Procedure: b.Code}, Weeks, weeks(a), weeks(b))
	d.codes(Change{Procedure: b.Code}, Keywords, a.Keywords, b.Keywords)
	for _, on := range days(a, b) {
		d.day = on.String()
		d.a, d.b = a.At(on), b.At(on)
		starts := func(v *catalogue.Version) bool { return v != nil && v.EffectiveFrom == on }
		switch was, is := starts(d.a), starts(d.b); {
		case was && !is:
			d.add(Change{Kind: Version, Before: &Side{Codes: []string{d.day}}})
		case is && !was:
			d.add(Change{Kind: Version, After: &Side{Codes: []string{d.day}}})
		}
		if d.a != nil && d.b != nil {
			d.version()
		}
	}
}

func weeks(p *catalogue.Procedure) []string {
	if p.Weeks == 0 {
		return nil
	}
	return []string{strconv.Itoa(p.Weeks)}
}

// days are those from which a version of either procedure holds, in order.
func days(a, b *catalogue.Procedure) []jp.Date {
	var out []jp.Date
	for _, v := range slices.Concat(a.Versions, b.Versions) {
		out = append(out, v.EffectiveFrom)
	}
	slices.SortFunc(out, jp.Date.Compare)
	return slices.Compact(out)
}

func text(n catalogue.Names) catalogue.Text {
	return catalogue.Text{Ja: n.Ja, Plain: n.Plain, En: n.En}
}

// words notes a text that changed.
func (d *differ) words(about Change, kind string, a, b catalogue.Text) {
	if a != b {
		about.Kind, about.Before, about.After = kind, said(a), said(b)
		d.add(about)
	}
}

func said(t catalogue.Text) *Side {
	if t == (catalogue.Text{}) {
		return nil
	}
	return &Side{Text: t}
}

// codes notes codes that changed.
func (d *differ) codes(about Change, kind string, a, b []string) {
	if !slices.Equal(a, b) {
		about.Kind, about.Before, about.After = kind, coded(a), coded(b)
		d.add(about)
	}
}

func coded(codes []string) *Side {
	codes = slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return c == "" })
	if len(codes) == 0 {
		return nil
	}
	return &Side{Codes: codes}
}

// yes notes a mark that changed.
func (d *differ) yes(about Change, kind string, a, b bool, direction string) {
	if a != b {
		about.Kind, about.Before, about.After, about.Direction = kind, marked(a), marked(b), direction
		d.add(about)
	}
}

func marked(yes bool) *Side {
	if !yes {
		return nil
	}
	return &Side{Yes: true}
}
