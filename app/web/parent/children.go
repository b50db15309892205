package parent

import (
	"encoding/json"
	"net/url"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// children are those of an earlier application, offered on the first page of another: with the button they stand among the answers, to be
// looked through.
type children struct {
	ID    string // of the application
	On    time.Time
	Names []string // with the birth dates, in the person's language
	Taken bool
}

const (
	listChildren = "children"    // of the facts, and the section of the form with their names
	takeChildren = "children-of" // the button's name; its value is the application
)

// children finds those of the newest application that has any; nil if there are none, or the procedure asks about no children. If its
// button was pressed, they are put into what was typed.
func (p *pages) children(r *page.Request, v *catalogue.Version, posted url.Values) (*children, error) {
	asked := question.Find(v.Facts, listChildren)
	if asked == nil || asked.Of == nil || asked.Of.Type != question.Object {
		return nil, nil
	}
	var out *children
	err := p.filed(r, "", func(before *apply.View) bool {
		entries := entriesOf(before.Facts, listChildren)
		if len(entries) == 0 || posted.Has(takeChildren) && posted.Get(takeChildren) != before.ID {
			return false
		}
		out = &children{ID: before.ID, On: *before.ArrivedAt, Names: childNames(before, entries, r.Lang), Taken: posted.Has(takeChildren)}
		if out.Taken {
			answers.Take(posted, asked, "facts."+listChildren, entries)
		}
		return true
	})
	return out, err
}

// childNames are the children as a family calls them, with the day on which each was born.
func childNames(v *apply.View, entries []map[string]any, lang string) []string {
	form, _ := v.Form[listChildren].([]any)
	var out []string
	for i, e := range entries {
		one := map[string]any{}
		if i < len(form) {
			one, _ = form[i].(map[string]any)
		}
		out = append(out, present.Individual(one, e, lang))
	}
	return out
}

// entriesOf are the objects of a list in the facts.
func entriesOf(facts json.RawMessage, list string) []map[string]any {
	var all map[string]json.RawMessage
	var entries []map[string]any
	if json.Unmarshal(facts, &all) != nil || json.Unmarshal(all[list], &entries) != nil {
		return nil
	}
	return entries
}
