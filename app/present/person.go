package present

import (
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// Applicant is what the applicant of a form is called: family and given name, with every character as it was typed.
func Applicant(form map[string]any) string {
	who, _ := form["applicant"].(map[string]any)
	family, _ := who["family_name"].(string)
	given, _ := who["given_name"].(string)
	return family + " " + given
}

// Municipality is the name of a municipality: in English the Japanese one while it has no other.
func Municipality(m *models.Municipality, lang string) string {
	if lang == wording.English && m.NameEn != "" {
		return m.NameEn
	}
	return m.NameJa
}

// Office is the office in charge (担当課) of a municipality, as Municipality.
func Office(m *models.Municipality, lang string) string {
	if text := (wording.Text{Ja: m.OfficeJa, Plain: m.OfficePlain, En: m.OfficeEn}).In(lang); text != "" {
		return text
	}
	return m.OfficeJa
}
