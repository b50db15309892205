package wire

import (
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
)

// PlanView is an evidence plan: each document, and whether it is attached.
type PlanView struct {
	Version   string            `json:"version" doc:"effective_from of the procedure version used."`
	Documents []requirementView `json:"documents" nullable:"false"`
}

type requirementView struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Item     string `json:"item,omitempty"`
	Decision string `json:"decision" enum:"attach,omit"`
	Reason   string `json:"reason" enum:"not-replaceable,full-operation,consent-refused,trial,suspended,not-started"`
	Inquire  bool   `json:"inquire" doc:"The network will be asked."`
	Name     string `json:"name"`
	Help     string `json:"help" doc:"What it is, and why it is needed or who is asked instead."`
}

// PlanOf is a plan in the words of the API.
func PlanOf(cat *catalogue.Catalogue, p *evidence.Plan, lang string) PlanView {
	out := PlanView{Version: p.Version, Documents: []requirementView{}}
	for _, r := range p.Requirements {
		out.Documents = append(out.Documents, requirementOf(cat, r, lang))
	}
	return out
}

func requirementOf(cat *catalogue.Catalogue, r evidence.Requirement, lang string) requirementView {
	need := present.Need(cat, r.Document, r.Subject, r.Reason, r.Item, lang)
	return requirementView{
		Document: r.Document,
		Subject:  r.Subject,
		Item:     r.Item,
		Decision: r.Decision,
		Reason:   r.Reason,
		Inquire:  r.Inquire,
		Name:     need.Name,
		Help:     need.Help + " " + need.Why,
	}
}
