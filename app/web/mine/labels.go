package mine

import (
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
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
		label := present.Question(version, pointer, r.Lang)
		if label == "" || seen[label] {
			continue
		}
		seen[label] = true
		out = append(out, label)
	}
	return out
}
