package mine

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// labels are the questions that another site has answered for the person, by the JSON Pointers of its answers, each once.
func (p *pages) labels(r *page.Request, h *partner.Handover) []string {
	procedure := p.Editions().ForProcedure(h.Municipality, h.Procedure).Procedure(h.Procedure)
	if procedure == nil {
		return nil
	}
	version := procedure.Latest()
	var out []string
	seen := map[string]bool{}
	for _, pointer := range h.Fields {
		label := labelOf(version, pointer, r.Lang)
		if label == "" || seen[label] {
			continue
		}
		seen[label] = true
		out = append(out, label)
	}
	return out
}

// labelOf names the question of a pointer, "/facts/children/0/birth_date"; one of the form with its section: 申請者：姓.
func labelOf(v *catalogue.Version, pointer, lang string) string {
	parts := strings.Split(strings.Trim(pointer, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	section, questions, path := "", v.Facts, parts[1:]
	if parts[0] == "form" {
		at := slices.IndexFunc(v.FormRules().Sections(), func(s form.Section) bool { return s.Key == parts[1] })
		if at < 0 {
			return ""
		}
		s := v.FormRules().Sections()[at]
		section, questions, path = s.Group.Label.In(lang), s.Group.Fields, parts[len(parts)-1:]
	}
	q := question.Find(questions, path...)
	switch {
	case q == nil:
		return section
	case section == "":
		return q.Label.In(lang)
	}
	return section + "：" + q.Label.In(lang)
}
