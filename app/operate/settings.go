package operate

import (
	"context"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Settings are a municipality's own: its office, what it offers, its closed days.
type Settings struct {
	Municipality models.Municipality
	Offerings    []models.Offering
	ClosedDays   []models.ClosedDay
}

// Settings reads a municipality's settings. Errors: not-found, also for another municipality than the admin's own.
func (s *Service) Settings(ctx context.Context, actor models.Actor, code string) (*Settings, error) {
	if mayWrite(actor, code) != nil {
		return nil, fault.ErrNotFound
	}
	var out *Settings
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = settingsIn(tx, code)
		return err
	})
	return out, err
}

func settingsIn(tx *postgres.Tx, code string) (*Settings, error) {
	m, err := tx.Municipality(code)
	if err != nil {
		return nil, err
	}
	out := &Settings{Municipality: *m}
	out.Municipality.WrappedKey = nil
	if out.Offerings, err = tx.Offerings(code); err != nil {
		return nil, err
	}
	out.ClosedDays, err = tx.ClosedDays(code, time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), tx.Now.AddDate(10, 0, 0))
	return out, err
}

// PutSettings replaces a municipality's settings as a whole, guarded by the version that the admin saw. Errors:
// not-found, stale, invalid-request with each member at fault.
func (s *Service) PutSettings(ctx context.Context, actor models.Actor, version int64, in Settings) (*Settings, error) {
	code := in.Municipality.Code
	if mayWrite(actor, code) != nil {
		return nil, fault.ErrNotFound
	}
	if details := s.checkSettings(&in); len(details) > 0 {
		return nil, fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(details...)
	}
	var out *Settings
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		m, err := tx.Municipality(code)
		if err != nil {
			return err
		}
		if m.Version != version {
			return fault.New(fault.Stale, fault.CodeStale, "admin-settings")
		}
		n := in.Municipality
		tx.ChangeMunicipality(m, postgres.Set(&m.NameJa, n.NameJa), postgres.Set(&m.NameKana, n.NameKana), postgres.Set(&m.NameEn, n.NameEn),
			postgres.Set(&m.OfficeJa, n.OfficeJa), postgres.Set(&m.OfficePlain, n.OfficePlain), postgres.Set(&m.OfficeEn, n.OfficeEn),
			postgres.Set(&m.Telephone, n.Telephone), postgres.Set(&m.TrialNote, n.TrialNote),
			postgres.Set(&m.AskByHand, n.AskByHand), postgres.Set(&m.NextByDue, n.NextByDue))
		if err := s.putOfferings(tx, code, in.Offerings); err != nil {
			return err
		}
		if err := putClosedDays(tx, code, in.ClosedDays); err != nil {
			return err
		}
		err = tx.AddAudit(&models.AuditEntry{
			Action:       "change-settings",
			ObjectKind:   "municipality",
			ObjectID:     code,
			Municipality: code,
		})
		if err == nil {
			err = tx.Flush()
		}
		if err == nil {
			out, err = settingsIn(tx, code)
		}
		return err
	})
	return out, err
}

func (s *Service) putOfferings(tx *postgres.Tx, code string, wanted []models.Offering) error {
	keep, wanted := map[string]bool{}, slices.Clone(wanted) // the caller's stay as they are
	for i := range wanted {
		wanted[i].Municipality = code
		keep[wanted[i].Procedure] = true
		if err := tx.PutOffering(&wanted[i]); err != nil {
			return err
		}
	}
	old, err := tx.Offerings(code)
	if err != nil {
		return err
	}
	for _, o := range old {
		if !keep[o.Procedure] {
			tx.DeleteOffering(code, o.Procedure)
		}
	}
	return nil
}

func putClosedDays(tx *postgres.Tx, code string, wanted []models.ClosedDay) error {
	keep, wanted := map[jp.Date]bool{}, slices.Clone(wanted)
	for i := range wanted {
		wanted[i].Municipality = code
		keep[jp.DateOf(wanted[i].Day)] = true
		if err := tx.PutClosedDay(&wanted[i]); err != nil {
			return err
		}
	}
	old, err := tx.ClosedDays(code, time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), tx.Now.AddDate(10, 0, 0))
	if err != nil {
		return err
	}
	for _, d := range old {
		if !keep[jp.DateOf(d.Day)] {
			tx.DeleteClosedDay(code, d.Day)
		}
	}
	return nil
}

func (s *Service) checkSettings(in *Settings) []fault.Detail {
	m := in.Municipality
	details := checkMunicipality("", &m)
	offered, closed := map[string]bool{}, map[jp.Date]bool{}
	for i, o := range in.Offerings {
		at := pointerTo("offerings", i)
		details = append(details, s.checkOffering(at, &o)...)
		if offered[o.Procedure] {
			details = append(details, fault.Detail{Code: "repeated", Reason: "procedure-twice", Pointer: at + "/procedure"})
		}
		offered[o.Procedure] = true
	}
	for i, d := range in.ClosedDays {
		at, day := pointerTo("closed_days", i), jp.DateOf(d.Day)
		if closed[day] {
			details = append(details, fault.Detail{Code: "repeated", Reason: "day-twice", Pointer: at + "/day"})
		}
		closed[day] = true
		details = append(details, form.FreeTextFaults(at+"/name", d.Name)...)
	}
	return details
}

// checkMunicipality checks what parents read about a municipality; at is the pointer or the line that names it.
func checkMunicipality(at string, m *models.Municipality) []fault.Detail {
	var details []fault.Detail
	for _, t := range []struct{ member, text string }{{"/name_ja", m.NameJa}, {"/name_kana", m.NameKana}, {"/name_en", m.NameEn},
		{"/office_ja", m.OfficeJa}, {"/office_plain", m.OfficePlain}, {"/office_en", m.OfficeEn}, {"/telephone", m.Telephone}} {
		if strings.TrimSpace(t.text) == "" {
			details = append(details, fault.Detail{Code: "required", Pointer: at + t.member})
		}
		details = append(details, form.FreeTextFaults(at+t.member, t.text)...)
	}
	return details
}

// weeksFault says how many weeks a decision may be said to take.
func weeksFault(at string) fault.Detail {
	return fault.Detail{Code: "invalid", Reason: "answer-out-of-range", Pointer: at,
		Params: []fault.Param{fault.Number("min", 1), fault.Number("max", catalogue.MostWeeks)}}
}

// checkOffering checks one offering; at is the pointer or the line that names it.
func (s *Service) checkOffering(at string, o *models.Offering) []fault.Detail {
	var details []fault.Detail
	fail := func(member, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at + member})
	}
	if s.dossiers.Editions.Now(o.Municipality).Procedure(o.Procedure) == nil {
		fail("/procedure", fault.CodeUnknownProcedure, "")
	}
	switch o.Signature {
	case models.SignatureNone, models.SignatureLogin, models.SignatureSignature:
	default:
		fail("/signature", "invalid-choice", "signature-level")
	}
	if o.OpensOn != nil && o.ClosesOn != nil && o.ClosesOn.Before(*o.OpensOn) {
		fail("/until", "invalid-range", "invalid-range")
	}
	if o.Weeks != nil && (*o.Weeks < 1 || *o.Weeks > catalogue.MostWeeks) {
		details = append(details, weeksFault(at+"/weeks"))
	}
	for _, t := range []struct{ member, text string }{{"/guidance_ja", o.GuidanceJa}, {"/guidance_plain", o.GuidancePlain}, {"/guidance_en", o.GuidanceEn}} {
		details = append(details, form.FreeTextFaults(at+t.member, t.text)...)
	}
	return details
}
