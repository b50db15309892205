package apply

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Whole is a case that is filed whole, in one request: the draft and its filing in one transaction.
type Whole struct {
	service *Service
	n       *newCase
	ok      *checked
	refusal error
}

// Whole checks a case and makes its rows and keys ready, before any transaction. A refusal waits for the transaction (prepare).
func (s *Service) Whole(ctx context.Context, d Draft) *Whole {
	n, ok, refusal := s.prepare(ctx, d, true)
	return &Whole{service: s, n: n, ok: ok, refusal: refusal}
}

// Admit says in a transaction before its files come whether the case is taken at all. Errors: those of Create that need no file.
func (w *Whole) Admit(tx *postgres.Tx) error {
	if w.refusal != nil {
		return w.refusal
	}
	_, err := w.service.open(tx, w.n.app, w.n.intake)
	return err
}

// Case is the row of the case, and the key by which its files are sealed; after Admit.
func (w *Whole) Case() (*models.Application, seal.Key) { return w.n.app, w.n.key }

// Asks says whether the procedure can ask for a document; after Admit.
func (w *Whole) Asks(document, subject string) bool { return w.ok.version.Asks(document, subject) }

// File files the case with the files that files gives, of which the rows are added behind it. Errors are those of Create and File.
func (w *Whole) File(tx *postgres.Tx, files func(tx *postgres.Tx, app *models.Application) []models.File) (*Filed, error) {
	if w.refusal != nil {
		return nil, w.refusal
	}
	s, n := w.service, w.n
	n.app.PersonID = tx.Actor.Person
	if err := s.fill(tx, n, w.ok); err != nil {
		return nil, err
	}
	n.fresh = true
	offering, err := s.openAlone(tx, n.app, n.intake)
	if err != nil {
		return nil, err
	}
	var with []models.File
	if files != nil {
		with = files(tx, n.app)
	}
	return s.fileIn(tx, n, w.ok, offering, with)
}

// Ahead asks ahead for what File reads.
func (w *Whole) Ahead(tx *postgres.Tx) {
	if w.refusal != nil {
		return
	}
	w.n.app.PersonID, w.n.fresh = tx.Actor.Person, true
	_, _ = w.service.openAlone(tx, w.n.app, w.n.intake)
	w.service.filingAhead(tx, w.n, w.ok)
}

// FileWhole files a whole case that needs no file, in one request. Errors are those of Create and File.
func (s *Service) FileWhole(ctx context.Context, actor models.Actor, req dossier.Request, d Draft) (*Filed, error) {
	w := s.Whole(ctx, d)
	return dossier.OnceAhead(ctx, s.dossiers, actor, req, w.Ahead, func(tx *postgres.Tx) (*Filed, error) { return w.File(tx, nil) })
}

// Elsewhere is how a case was filed at another portal (P5): it arrived when it arrived there, and what was signed there is what was sent.
type Elsewhere struct {
	ArrivedAt time.Time
	Signed    []byte // what a signature of the applicant covers
	Signature []byte // CMS; nil for none
}

// WholeFrom is Whole for a case that was filed at another portal. It has a person of its own, the actor of the transactions; nobody is guessed to be somebody
// who has an account.
func (s *Service) WholeFrom(ctx context.Context, d Draft, from Elsewhere) *Whole {
	now := s.dossiers.DB.Now()
	c := dossier.Content{Facts: d.Facts, Form: d.Form, Consents: d.Consents}
	ok, refusal := s.check(s.inForce(d.Municipality, from.ArrivedAt), d.Procedure, d.Municipality, c, checkOptions{at: from.ArrivedAt, now: now, final: true})
	if refusal != nil {
		return &Whole{service: s, refusal: refusal}
	}
	n, refusal := s.newCase(ctx, d, ok)
	if refusal == nil {
		n.app.Channel, n.elsewhere, n.signature = models.ChannelPortal, &from, from.Signature
		n.intake = &models.CounterIntake{ReceivedAt: from.ArrivedAt} // what arrived before it comes
	}
	return &Whole{service: s, n: n, ok: ok, refusal: refusal}
}

// Content is what is filed, in its normal form; nil of what is refused.
func (w *Whole) Content() *dossier.Content {
	if w.ok == nil {
		return nil
	}
	return &w.ok.content
}
