package parent

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/page"
)

// changedKey is the parameter of an address that carries what a save found changed to the page after it: once the draft is
// saved, the plan that the person saw before is gone.
const changedKey = "changed"

var changeKinds = []string{evidence.Added, evidence.Removed, evidence.NowOmitted, evidence.NowNeeded}

// changes says what became different in the documents that are needed without the person's doing (P5): since the draft was
// last saved, and what the save that led here found.
func (p *pages) changes(r *page.Request, v *apply.View) []string {
	var out []string
	for _, c := range v.PlanChanges {
		out = append(out, present.Change(p.CatalogueWith(v, c.Requirement().Document), c, r.Lang))
	}
	for _, one := range r.Gin.QueryArray(changedKey) {
		kind, document, _ := strings.Cut(one, "/")
		cat := p.CatalogueWith(v, document)
		if !slices.Contains(changeKinds, kind) || cat.Document(document) == nil {
			continue // an address can be written by anybody: only what the catalogue knows is said
		}
		text := present.Change(cat, evidence.Change{Kind: kind, After: &evidence.Requirement{Document: document}}, r.Lang)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// told adds changes to the address of a page.
func told(address string, changes []evidence.Change) string {
	if len(changes) == 0 {
		return address
	}
	values := url.Values{}
	for _, c := range changes {
		values.Add(changedKey, c.Kind+"/"+c.Requirement().Document)
	}
	return address + "?" + values.Encode()
}
