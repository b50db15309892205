package linkage

import (
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/storage/seal"
)

// lists are the members of form and facts that hold the subjects of a kind, in the order of their numbers.
var lists = map[string]string{"child": "children", "guardian": "guardians", "supporter": "supporters"}

// person is what the form says of a subject ("applicant", "child-2"), and what the facts say of it.
func person(c *dossier.Content, subject string) (form, facts map[string]any) {
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
	form, facts = element(c.Form[lists[kind]], n), element(all[lists[kind]], n)
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

// query is how the directory is asked for a subject: who has one name only by that as the family name. A child without an address of its own lives with
// the applicant.
func query(municipality string, c *dossier.Content, subject string) directory.Query {
	form, facts := person(c, subject)
	applicant, _ := c.Form["applicant"].(map[string]any)
	text := func(key string, from ...map[string]any) string {
		for _, m := range from {
			if s, ok := m[key].(string); ok && s != "" {
				return s
			}
		}
		return ""
	}
	q := directory.Query{
		Municipality: municipality,
		FamilyName:   text("family_name", form),
		GivenName:    text("given_name", form),
		FamilyKana:   text("family_kana", form),
		GivenKana:    text("given_kana", form),
		BirthDate:    text("birth_date", form, facts),
		Address:      text("address", form, applicant),
	}
	if q.FamilyName == "" && q.FamilyKana == "" { // the only name
		q.FamilyName, q.FamilyKana, q.GivenName, q.GivenKana = q.GivenName, q.GivenKana, "", ""
	}
	return q
}

// providerOf is whom the network will ask, as far as the facts say: the municipality where the person was registered.
// Where they say nothing, the item stands for its one body in the country.
func providerOf(c *dossier.Content, item, subject string) string {
	_, facts := person(c, subject)
	for _, key := range []string{"jan1_municipality", "municipality"} {
		if code, ok := facts[key].(string); ok && (item == "local-tax" || item == "resident-record") {
			return code
		}
	}
	return "item/" + item
}

// residentCell is where the resident id of an inquiry lies sealed.
func residentCell(inquiry string) seal.Cell {
	return seal.Cell{Table: "inquiries", Column: "sealed_resident", Row: inquiry}
}

// linkCell is where the resident id of a subject lies sealed.
func linkCell(application, subject string) seal.Cell {
	return seal.Cell{Table: "resident_links", Column: "sealed", Row: application + "/" + subject}
}
