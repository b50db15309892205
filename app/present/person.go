package present

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// Applicant is what the applicant of a form is called: family and given name, or the only one, with every character as it was typed.
func Applicant(form map[string]any) string {
	who, _ := form["applicant"].(map[string]any)
	return named(who)
}

// Called is the name by which a form calls a subject of its procedure: applicant, spouse, child-1. It is empty where the form does
// not ask it, or it is not answered yet.
func Called(v *catalogue.Version, form map[string]any, subject string) string {
	kind, number, _ := strings.Cut(subject, "-")
	who, _ := form[subject].(map[string]any)
	if n, err := strconv.Atoi(number); err == nil {
		for _, s := range v.FormRules().Sections() {
			if entries, _ := form[s.Key].([]any); s.Each != "" && s.Each == catalogue.ListOf(kind) && n >= 1 && n <= len(entries) {
				who, _ = entries[n-1].(map[string]any)
			}
		}
	}
	return named(who)
}

// Person says whom a document of a case is about: which child, by name and birth date too, as far as the form and the facts have them.
func Person(form map[string]any, facts json.RawMessage, subject, lang string) string {
	whose := Whose(subject, lang)
	if !strings.Contains(subject, "-") {
		return whose
	}
	var all map[string]any
	_ = json.Unmarshal(facts, &all) // what is no object says nothing
	if who := Individual(catalogue.PersonIn(form, subject), catalogue.PersonIn(all, subject), lang); who != "" {
		return wording.Fill(wording.In("person-who", lang), "whose", whose, "who", who)
	}
	return whose
}

// Individual tells one of several people from the others: by name and birth date, as far as the form or the facts have them.
func Individual(form, fact map[string]any, lang string) string {
	who := named(form)
	typed, _ := fact["birth_date"].(string)
	if typed == "" {
		typed, _ = form["birth_date"].(string)
	}
	day, err := jp.ParseDate(typed)
	if err != nil {
		return who
	}
	born := wording.Fill(wording.In("born", lang), "day", Date(day, lang))
	if who == "" {
		return born
	}
	return who + wording.In("born-and", lang) + born
}

// named is what a section of a form about a person calls them: by a name in one or in two fields.
func named(who map[string]any) string {
	whole, _ := who["name"].(string)
	family, _ := who["family_name"].(string)
	given, _ := who["given_name"].(string)
	return cmp.Or(whole, jp.WholeName(" ", family, given))
}

// Municipality is the name of a municipality: in English the Japanese one while it has no other.
func Municipality(m *models.Municipality, lang string) string {
	if lang == wording.English && m.NameEn != "" {
		return m.NameEn
	}
	return m.NameJa
}

// Place is a municipality by its code: of those that use the service as Municipality says it, of all others the country's own name.
func Place(known []models.Municipality, code, lang string) string {
	for i := range known {
		if known[i].Code == code {
			return Municipality(&known[i], lang)
		}
	}
	return cmp.Or(jp.MunicipalityName(code), code)
}

// Office is the office in charge (担当課) of a municipality, as Municipality.
func Office(m *models.Municipality, lang string) string {
	if text := (wording.Text{Ja: m.OfficeJa, Plain: m.OfficePlain, En: m.OfficeEn}).In(lang); text != "" {
		return text
	}
	return m.OfficeJa
}
