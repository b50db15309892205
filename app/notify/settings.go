package notify

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Settings are how a person wants to be told of messages.
type Settings struct {
	Mail      string // the address; empty for none
	Language  string // models.LanguageJa, LanguagePlain or LanguageEn
	WantsMail bool
}

// Settings gives the person's own: Japanese and no mail for who never said so.
func (s *Service) Settings(ctx context.Context, actor models.Actor) (*Settings, error) {
	key, err := s.dossiers.ServiceKey(ctx, dossier.SettingsKey)
	if err != nil {
		return nil, err
	}
	var row *models.PersonSettings
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		row, err = tx.PersonSettings(actor.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	if row == nil {
		return &Settings{Language: models.LanguageJa}, nil
	}
	out := &Settings{Language: row.Language, WantsMail: row.WantsMail}
	if row.SealedMail != nil {
		address, err := key.OpenErasable(row.SealedMail, dossier.MailCell(actor.Person))
		if err != nil {
			return nil, err
		}
		out.Mail = string(address)
	}
	return out, nil
}

// PutSettings replaces the person's own as a whole. An address that is taken away is erased. Errors: invalid-request with
// the member at fault: an address that is none or that holds an individual number (P4), mail wanted without an address, an
// unknown language.
func (s *Service) PutSettings(ctx context.Context, actor models.Actor, in Settings) (*Settings, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	key, err := s.dossiers.ServiceKey(ctx, dossier.SettingsKey)
	if err != nil {
		return nil, err
	}
	row := &models.PersonSettings{PersonID: actor.Person, Language: in.Language, WantsMail: in.WantsMail}
	if in.Mail != "" {
		if row.SealedMail, err = key.SealErasable(ctx, []byte(in.Mail), dossier.MailCell(actor.Person)); err != nil {
			return nil, err
		}
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		person := actor.Person
		if err := tx.AddAudit(&models.AuditEntry{
			Action:     "change-settings",
			ObjectKind: "person",
			ObjectID:   person,
			SubjectID:  &person,
		}); err != nil {
			return err
		}
		return tx.PutPersonSettings(row)
	})
	if err != nil {
		return nil, err
	}
	return &in, nil
}

// check checks and normalises what a person sent.
func (in *Settings) check() error {
	var faults []fault.Detail
	switch in.Language {
	case models.LanguageJa, models.LanguagePlain, models.LanguageEn:
	default:
		faults = append(faults, fault.Detail{Code: "invalid", Reason: "unknown-language", Pointer: "/language"})
	}
	switch address, ok := mail.Address(in.Mail); {
	case in.Mail == "" && in.WantsMail:
		faults = append(faults, fault.Detail{Code: "required", Reason: "no-mail-address", Pointer: "/mail"})
	case in.Mail == "":
	case individual.InText(in.Mail):
		faults = append(faults, fault.Detail{Code: "individual-number", Pointer: "/mail"})
	case !ok:
		faults = append(faults, fault.Detail{Code: "invalid-email", Reason: "bad-mail-address", Pointer: "/mail"})
	default:
		in.Mail = address
	}
	if len(faults) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(faults...)
	}
	return nil
}
