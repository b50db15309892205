package operate

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Letters are what a municipality's letters say (決定通知書), and what they said before.
type Letters struct {
	Now  models.LetterSettings   // empty, with version 0, while nobody entered any
	Past []models.LetterSettings // newest first; the first is Now
}

// Letters reads what a municipality's letters say. Errors: not-found, also for another municipality than the admin's own.
func (s *Service) Letters(ctx context.Context, actor models.Actor, code string) (*Letters, error) {
	if mayWrite(actor, code) != nil {
		return nil, fault.ErrNotFound
	}
	out := &Letters{Now: models.LetterSettings{Municipality: code, Seal: models.SealSpace}}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if _, err = tx.Municipality(code); err != nil {
			return err
		}
		out.Past, err = tx.LetterSettingsPast(code)
		return err
	})
	if len(out.Past) > 0 {
		out.Now = out.Past[0]
	}
	return out, err
}

// PutLetters says what a municipality's letters say from now on; in.Version is the version that the admin saw. Errors: not-found, stale,
// invalid-request with each member at fault: nothing may be left out, and no text that was copied to be filled in.
func (s *Service) PutLetters(ctx context.Context, actor models.Actor, in models.LetterSettings) error {
	if mayWrite(actor, in.Municipality) != nil {
		return fault.ErrNotFound
	}
	if details := checkLetters(&in); len(details) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", details)
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		now, err := tx.LetterSettings(in.Municipality)
		if err != nil {
			return err
		}
		seen := in.Version
		if now != nil && now.Version != seen || now == nil && seen != 0 {
			return fault.New(fault.Stale, fault.CodeStale, "admin-settings")
		}
		in.Version = seen + 1
		if err := tx.AddLetterSettings(&in); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "change-letter-settings", ObjectKind: "municipality", ObjectID: in.Municipality,
			Municipality: in.Municipality})
	})
}

func checkLetters(in *models.LetterSettings) []fault.Detail {
	var details []fault.Detail
	for _, t := range []struct {
		member string
		text   *string
	}{{"/prefix", &in.Prefix}, {"/mayor_title", &in.MayorTitle}, {"/mayor_name", &in.MayorName}, {"/address", &in.Address}, {"/contact", &in.Contact},
		{"/appeal", &in.Appeal}, {"/suit", &in.Suit}} {
		*t.text = strings.TrimSpace(*t.text)
		if *t.text == "" {
			details = append(details, fault.Detail{Code: "required", Pointer: t.member})
			continue
		}
		if found := boilerplate.Sample(*t.text); found != "" {
			details = append(details, fault.Detail{Code: "invalid", Reason: "letter-sample", Pointer: t.member, Params: []fault.Param{fault.Name("found", found)}})
		}
		details = append(details, form.FreeTextFaults(t.member, *t.text)...)
	}
	if in.Seal != models.SealSpace && in.Seal != models.SealOmitted {
		details = append(details, fault.Detail{Code: "invalid-choice", Reason: "letter-seal", Pointer: "/seal"})
	}
	return details
}

// WithoutLetters are the municipalities in which nothing can be decided, since no letter could be made: for the log at the start.
func (s *Service) WithoutLetters(ctx context.Context) ([]string, error) {
	var out []string
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "check-letters"}, func(tx *postgres.Tx) error {
		places, err := tx.Municipalities()
		if err != nil {
			return err
		}
		all, err := tx.AllLetterSettings()
		if err != nil {
			return err
		}
		for _, m := range places {
			i := slices.IndexFunc(all, func(s models.LetterSettings) bool { return s.Municipality == m.Code })
			if i < 0 || len(all[i].Missing()) > 0 {
				out = append(out, m.Code)
			}
		}
		return nil
	})
	return out, err
}
