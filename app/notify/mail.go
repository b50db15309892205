package notify

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// mailLease is for how long a mail is one worker's: longer than a job may take, so that no two workers send it at once.
const mailLease = 2 * time.Minute

// Mail sends the mail that tells a person of one message, in the person's language and without a fact of the case.
//
// A mail is sent again until the server acknowledges it, and never after the acknowledgement is recorded. Between the two
// lies a window: a worker that dies in it, or a connection that breaks before the answer, leaves a mail that the server may
// have. It is sent again, byte for byte the same and with the same Message-ID, by which the receiver knows it; the other
// choice would lose mails. A mail that the person does not want any more is dropped; one that the server refuses for good
// is not tried again, and the message is in the inbox all the same. Errors: not-found when the message is gone;
// task.Later while another worker has it; fault.Unavailable (component "mail").
func (s *Service) Mail(ctx context.Context, t task.Mail) error {
	if s.opt.Mailer == nil {
		return nil // queued by a worker that sends mail; there is none to wait for
	}
	key, err := s.dossiers.ServiceKey(ctx, dossier.SettingsKey)
	if err != nil {
		return err
	}
	actor := models.System(t.Municipality, "mail")
	var row *models.Mail
	var to *postgres.Addressee
	var wait time.Duration
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if row, wait, err = tx.ClaimMail(t.Message, mailLease); err != nil || row == nil {
			return err
		}
		if to, err = tx.Addressee(t.Message); err != nil || to != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		tx.FinishMail(row, models.MailDropped)
		return nil
	})
	switch {
	case err != nil:
		return err
	case wait > 0:
		return task.Later{After: wait}
	case row == nil || to == nil:
		return nil
	}
	address, err := key.OpenErasable(to.SealedMail, dossier.MailCell(to.Person))
	if err != nil {
		return err
	}
	sent := s.opt.Mailer.Send(ctx, compose(t.Message, string(address), to, s.opt.PublicURL))
	state := models.MailSent
	switch {
	case errors.Is(sent, mail.ErrRefused):
		state, sent = models.MailRefused, nil
	case sent != nil:
		state = models.MailQueued
	}
	// The server's answer is recorded even if the job's own time is over.
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = s.dossiers.DB.InTx(record, actor, func(tx *postgres.Tx) error {
		tx.FinishMail(row, state)
		return nil
	})
	return errors.Join(sent, err)
}
