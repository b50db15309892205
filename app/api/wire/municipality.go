package wire

import (
	"kosodate.example/onestop/app/present"
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
	return Municipality{Code: m.Code, Name: present.Municipality(m, lang), NameKana: m.NameKana, Office: present.Office(m, lang), Telephone: m.Telephone}
}
