package diff

import (
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
)

// printed notes a form to print that came, went, or is another one under the same name.
func (d *differ) printed(about Change, a, b *catalogue.Document) {
	was, before := d.before.Printed(a)
	is, after := d.after.Printed(b)
	if before == after && was == is {
		return
	}
	about.Kind = DocumentPrint
	if before {
		about.Before = &Side{Yes: true}
	}
	if after {
		about.After = &Side{Yes: true}
	}
	d.add(about)
}

// facilities compares the municipality's lists, each facility by its name.
func (d *differ) facilities() {
	d.a, d.b = nil, nil
	find := func(in []*catalogue.Facility, name string) *catalogue.Facility {
		if i := slices.IndexFunc(in, func(f *catalogue.Facility) bool { return f.Name.Ja == name }); i >= 0 {
			return in[i]
		}
		return nil
	}
	was, is := d.before.Facilities(), d.after.Facilities()
	for _, f := range is {
		switch old := find(was, f.Name.Ja); {
		case old == nil:
			d.out = append(d.out, Change{Kind: Facility, After: facility(f)})
		case *old != *f:
			d.out = append(d.out, Change{Kind: Facility, Before: facility(old), After: facility(f)})
		}
	}
	for _, f := range was {
		if find(is, f.Name.Ja) == nil {
			d.out = append(d.out, Change{Kind: Facility, Before: facility(f)})
		}
	}
}

// facility is everything that stands of one in a list.
func facility(f *catalogue.Facility) *Side {
	in := func(lang string) string {
		parts := []string{f.Name.In(lang), f.Kind.In(lang), f.Ages.In(lang), f.Address, f.Phone, f.Note.In(lang)}
		return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "・")
	}
	return &Side{Text: catalogue.Text{Ja: in(catalogue.Japanese), Plain: in(catalogue.PlainJapanese), En: in(catalogue.English)}}
}

// Tables notes that an edition has another number of cases than the one before it: who takes cases away loosens what holds it.
func Tables(before, after int) []Change {
	if before == after {
		return nil
	}
	return []Change{{Kind: CaseTables, Before: &Side{Codes: []string{strconv.Itoa(before)}}, After: &Side{Codes: []string{strconv.Itoa(after)}}}}
}
