package linkage

import (
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/storage/seal"
)

// query is how the directory is asked for a subject: who has one name only by that as the family name. A child without an address of its own lives with
// the applicant.
func query(municipality string, c *dossier.Content, subject string) directory.Query {
	form, facts := c.Person(subject)
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
	_, facts := c.Person(subject)
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
