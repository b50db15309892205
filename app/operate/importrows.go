package operate

import (
	"context"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func (s *Service) importMunicipalities(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.Municipality
	for _, l := range rows {
		m := &models.Municipality{
			Code:        l.municipality("code", &details),
			NameJa:      l.get("name_ja"),
			NameKana:    l.get("name_kana"),
			NameEn:      l.get("name_en"),
			OfficeJa:    l.get("office_ja"),
			OfficePlain: l.get("office_plain"),
			OfficeEn:    l.get("office_en"),
			Telephone:   l.get("telephone"),
			Version:     1,
		}
		trial, err := strconv.ParseBool(l.get("trial_note"))
		if err != nil {
			details = append(details, fault.Detail{Code: "wrong-type", Reason: "a-truth-value", Pointer: l.at("trial_note")})
		}
		m.TrialNote = trial
		details = append(details, checkMunicipality("/"+strconv.Itoa(l.number), m)...)
		key, err := s.dossiers.NewMunicipalityKey(ctx, m.Code)
		if err != nil {
			return err
		}
		m.WrappedKey = key // kept only for a municipality that has none
		list = append(list, m)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor.For("import-municipalities"), func(tx *postgres.Tx) error {
		for _, m := range list {
			if err := tx.PutMunicipality(m); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "municipalities", ObjectID: strconv.Itoa(len(list))})
	})
}

func (s *Service) importOfferings(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.Offering
	for _, l := range rows {
		o := &models.Offering{
			Municipality:  l.municipality("municipality", &details),
			Procedure:     l.get("procedure"),
			OpensOn:       l.date("from", &details),
			ClosesOn:      l.date("until", &details),
			Signature:     l.get("signature"),
			GuidanceJa:    l.get("guidance_ja"),
			GuidancePlain: l.get("guidance_plain"),
			GuidanceEn:    l.get("guidance_en"),
			DeadlineOn:    l.date("deadline", &details),
			Weeks:         l.weeks(&details),
		}
		details = append(details, s.checkOffering("/"+strconv.Itoa(l.number), o)...)
		list = append(list, o)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor.For("import-offerings"), func(tx *postgres.Tx) error {
		if err := knownMunicipalities(tx, rows); err != nil {
			return err
		}
		for i, o := range list {
			if !slices.Contains(rows[i].header, "weeks") { // a file of before: what was set stays
				if err := keepWeeks(tx, o); err != nil {
					return err
				}
			}
			if err := tx.PutOffering(o); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "offerings", ObjectID: strconv.Itoa(len(list))})
	})
}

func keepWeeks(tx *postgres.Tx, o *models.Offering) error {
	old, err := tx.Offering(o.Municipality, o.Procedure)
	switch {
	case err == nil:
		o.Weeks = old.Weeks
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return nil
}

func (s *Service) importClosedDays(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.ClosedDay
	for _, l := range rows {
		d := &models.ClosedDay{Municipality: l.municipality("municipality", &details), Name: l.get("name")}
		if day := l.date("day", &details); day != nil {
			d.Day = *day
		} else if l.get("day") == "" {
			details = append(details, fault.Detail{Code: "required", Reason: "which-day", Pointer: l.at("day")})
		}
		details = append(details, form.FreeTextFaults(l.at("name"), d.Name)...)
		list = append(list, d)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor.For("import-closed-days"), func(tx *postgres.Tx) error {
		if err := knownMunicipalities(tx, rows); err != nil {
			return err
		}
		for _, d := range list {
			if err := tx.PutClosedDay(d); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "closed-days", ObjectID: strconv.Itoa(len(list))})
	})
}

// knownMunicipalities refuses each line about a municipality that does not use the service.
func knownMunicipalities(tx *postgres.Tx, rows []line) error {
	all, err := tx.Municipalities()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, m := range all {
		known[m.Code] = true
	}
	var details []fault.Detail
	for _, l := range rows {
		if !known[l.get("municipality")] {
			details = append(
				details,
				fault.Detail{Code: fault.CodeInvalidMunicipal, Reason: "import-municipality", Pointer: l.at("municipality")},
			)
		}
	}
	return wrongLines(details)
}
