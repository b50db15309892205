package diff

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
)

// search compares what people begin with, and the words by which they find a procedure.
func (d *differ) search() {
	d.a, d.b = nil, nil
	find := func(in []*catalogue.Event, code string) *catalogue.Event {
		if i := slices.IndexFunc(in, func(e *catalogue.Event) bool { return e.Code == code }); i >= 0 {
			return in[i]
		}
		return nil
	}
	was, is := d.before.Events(), d.after.Events()
	for _, e := range is {
		before, after := (*Side)(nil), event(d.after, e)
		if old := find(was, e.Code); old != nil {
			before = event(d.before, old)
		}
		if before == nil || before.Text != after.Text {
			d.out = append(d.out, Change{Kind: Event, Before: before, After: after})
		}
	}
	for _, e := range was {
		if find(is, e.Code) == nil {
			d.out = append(d.out, Change{Kind: Event, Before: event(d.before, e)})
		}
	}
	d.synonyms(d.before.Synonyms(), d.after.Synonyms())
}

// event is everything that stands of an event: its name, its words, and its procedures in order.
func event(c *catalogue.Catalogue, e *catalogue.Event) *Side {
	in := func(lang string) string {
		var names []string
		for _, code := range e.Procedures {
			names = append(names, c.Procedure(code).Latest().Title().In(lang))
		}
		return strings.Join(slices.Concat([]string{e.Name.In(lang)}, e.Words, names), "・")
	}
	return &Side{Text: catalogue.Text{Ja: in(catalogue.Japanese), Plain: in(catalogue.PlainJapanese), En: in(catalogue.English)}}
}

// synonyms notes the groups that came, and those that went.
func (d *differ) synonyms(was, is [][]string) {
	in := func(groups [][]string, group []string) bool {
		return slices.ContainsFunc(groups, func(g []string) bool { return slices.Equal(g, group) })
	}
	for _, group := range is {
		if !in(was, group) {
			d.out = append(d.out, Change{Kind: Synonyms, After: coded(group)})
		}
	}
	for _, group := range was {
		if !in(is, group) {
			d.out = append(d.out, Change{Kind: Synonyms, Before: coded(group)})
		}
	}
}
