package dossier

import (
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
)

// Person is what the form says of a subject ("applicant", "child-2"), and what the facts say of it.
func (c *Content) Person(subject string) (form, facts map[string]any) {
	var all map[string]any
	_ = json.Unmarshal(c.Facts, &all) // filed facts are an object
	kind, number, numbered := strings.Cut(subject, "-")
	if !numbered {
		if subject == "household" { // asked about through who applies
			subject = "applicant"
		}
		form, _ = c.Form[subject].(map[string]any)
		facts, _ = all[subject].(map[string]any)
		return form, facts
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, nil
	}
	form, facts = element(c.Form[catalogue.ListOf(kind)], n), element(all[catalogue.ListOf(kind)], n)
	if kind == "child" && n == 1 { // of an application for one child
		if form == nil {
			form, _ = c.Form["child"].(map[string]any)
		}
		if facts == nil {
			facts, _ = all["child"].(map[string]any)
		}
	}
	return form, facts
}

func element(list any, n int) map[string]any {
	if all, ok := list.([]any); ok && n >= 1 && n <= len(all) {
		one, _ := all[n-1].(map[string]any)
		return one
	}
	return nil
}
