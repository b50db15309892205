package dossier

import (
	"cmp"
	"encoding/json"
	"errors"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Summary is what the reviewer's queue shows of the applicant, and what it is searched by. It has no address: a list
// never shows one (支援措置).
type Summary struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	FamilyKana string `json:"family_kana"`
	GivenKana  string `json:"given_kana"`
	BirthDate  string `json:"birth_date"` // YYYY-MM-DD
	// Children are the names of those whom the application is for, as far as its form names them.
	Children []string `json:"children,omitempty"`
}

// Name is the applicant's name, of which there may be one part alone.
func (s Summary) Name() string { return jp.WholeName(" ", s.FamilyName, s.GivenName) }

// Kana is the reading of the applicant's name.
func (s Summary) Kana() string { return jp.WholeName(" ", s.FamilyKana, s.GivenKana) }

// FillQueueColumns seals the summary of what was written under the municipality's key and makes its blind indexes
// (security.md, "Encryption"), and under the slot of the application's key, so that it is gone with that, in backups too.
func FillQueueColumns(app *models.Application, municipality seal.Key, c *Content) error {
	var sum Summary
	if raw, err := json.Marshal(c.Form["applicant"]); err == nil {
		_ = json.Unmarshal(raw, &sum) // a procedure without an applicant group has an empty summary
	}
	for _, child := range c.named() {
		if child.child {
			sum.Children = append(sum.Children, jp.WholeName(" ", child.family, child.given))
		}
	}
	plain, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	app.SealedSummary, err = municipality.SealWith(app.WrappedKey, plain, summaryCell(app.ID))
	app.FamilyIndex = FamilyIndex(municipality, cmp.Or(sum.FamilyKana, sum.GivenKana))
	app.KanaIndex = KanaIndex(municipality, sum.FamilyKana, sum.GivenKana)
	app.BirthIndex = BirthIndex(municipality, sum.BirthDate)
	app.ReadingRow = jp.KanaRow(cmp.Or(sum.FamilyKana, sum.GivenKana))
	app.SearchTokens = nil
	if app.ReceiptNumber != nil { // a draft is in no list
		receipts := []string{*app.ReceiptNumber}
		if app.OriginNumber != nil {
			receipts = append(receipts, *app.OriginNumber)
		}
		app.SearchTokens = tokensOf(municipality, c, receipts...)
	}
	return err
}

// QueueChanges are the queue's columns, as FillQueueColumns filled them, as changes of a row that is there already.
func QueueChanges(app *models.Application) []postgres.Assignment {
	return postgres.As(&app.SealedSummary, &app.FamilyIndex, &app.KanaIndex, &app.BirthIndex, &app.ReadingRow, &app.SearchTokens)
}

// OpenSummary opens what FillQueueColumns sealed; the zero Summary for a case that was erased.
func OpenSummary(municipality seal.Key, application string, sealed []byte) (Summary, error) {
	var out Summary
	if sealed == nil {
		return out, nil
	}
	plain, err := municipality.OpenErasable(sealed, summaryCell(application))
	if errors.Is(err, seal.ErrErased) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(plain, &out)
}

// FamilyIndex is the blind index of the reading of a family name, of who has one name only of that, normalised as the form
// does.
func FamilyIndex(municipality seal.Key, family string) []byte {
	return municipality.BlindIndex("family-kana", family)
}

// KanaIndex is the blind index of the reading of a whole name, normalised as the form does.
func KanaIndex(municipality seal.Key, family, given string) []byte {
	return municipality.BlindIndex("kana", family+" "+given)
}

// BirthIndex is the blind index of a birth date, YYYY-MM-DD.
func BirthIndex(municipality seal.Key, date string) []byte {
	return municipality.BlindIndex("birth-date", date)
}

func summaryCell(application string) seal.Cell {
	return seal.Cell{Table: "applications", Column: "sealed_summary", Row: application}
}
