package mine

import (
	"strings"

	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

// labels are the questions that another site has answered for the person, by the JSON Pointers of its answers, each once.
func (p *pages) labels(r *page.Request, h *partner.Handover) []string {
	procedure := p.Catalogue.Procedure(h.Procedure)
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

// labelOf finds the question of a pointer: "/facts/children/0/birth_date", "/form/applicant/family_name".
func labelOf(v *catalogue.Version, pointer, lang string) string {
	parts := strings.Split(strings.Trim(pointer, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	if parts[0] == "form" {
		return formLabel(v, parts[1:], lang)
	}
	label := ""
	fields := v.Facts
	for _, name := range parts[1:] {
		for _, f := range fields {
			if f.Name != name {
				continue
			}
			label, fields = f.Label.In(lang), f.Fields
			if f.Of != nil {
				fields = f.Of.Fields
			}
			break
		}
	}
	return label
}

// formLabel names a field of the form with its section: 請求者 氏名（姓）.
func formLabel(v *catalogue.Version, parts []string, lang string) string {
	for _, s := range v.FormRules().Sections() {
		if s.Key != parts[0] {
			continue
		}
		for _, f := range s.Group.Fields {
			if f.Name == parts[len(parts)-1] {
				return s.Group.Label.In(lang) + "：" + f.Label.In(lang)
			}
		}
		return s.Group.Label.In(lang)
	}
	return ""
}
