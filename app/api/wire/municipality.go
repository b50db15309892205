package wire

import (
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/models"
)

// Municipality is a municipality that uses the service.
type Municipality struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	NameKana  string `json:"name_kana"`
	Office    string `json:"office" doc:"The office in charge."`
	Telephone string `json:"telephone"`
}

// MunicipalityOf is one in the words of the API.
func MunicipalityOf(m *models.Municipality, lang string) Municipality {
	out := Municipality{Code: m.Code, Name: m.NameJa, NameKana: m.NameKana, Office: m.OfficeJa, Telephone: m.Telephone}
	if lang == edge.English {
		out.Name, out.Office = m.NameEn, m.OfficeEn
	}
	return out
}
