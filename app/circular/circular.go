// Package circular is the register of circulars (通知) on which changes of phase rest (R17, product.md): number, date,
// issuer, title and the document itself. Everybody may read it; admins add to it; nothing is taken out.
package circular

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// MaxSize bounds a circular's PDF, in bytes.
const MaxSize = 20 << 20

// Bounds of the texts, in characters.
const (
	maxNumber = 100
	maxText   = 300
)

// Objects keeps the documents; *object.Store is one.
type Objects interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error)
	Get(ctx context.Context, key string) (io.ReadCloser, int64, error)
	Remove(ctx context.Context, key string) error
}

// Scanner looks for viruses; *clamav.Client is one.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (clamav.Verdict, error)
}

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	objects  Objects
	scanner  Scanner
}

// New makes the service.
func New(dossiers *dossier.Service, objects Objects, scanner Scanner) *Service {
	return &Service{dossiers: dossiers, objects: objects, scanner: scanner}
}

// Entry is one circular as an admin registers it.
type Entry struct {
	Number, Issuer, Title string
	IssuedOn              string // 2026-04-01
	PDF                   []byte
}

// Register adds an entry of the register with its document, which is checked by its first bytes and for viruses before
// anything is kept. An entry with a number that is there already is the later word on it. It is safe to repeat by req.
// Errors: forbidden for anybody but an admin; invalid-request with each member at fault (/number, /issued_on, /issuer,
// /title, /pdf); unavailable without scanner or object store.
func (s *Service) Register(ctx context.Context, actor models.Actor, req dossier.Request, in Entry) (*models.Circular, error) {
	if actor.Role != models.RoleAdmin && actor.Role != models.RoleNational {
		return nil, fault.ErrForbidden
	}
	in.Number, in.Issuer, in.Title = strings.TrimSpace(in.Number), strings.TrimSpace(in.Issuer), strings.TrimSpace(in.Title)
	day, err := in.check()
	if err != nil {
		return nil, err
	}
	verdict, err := s.scanner.Scan(ctx, bytes.NewReader(in.PDF))
	if err != nil {
		return nil, err
	}
	if !verdict.Clean() {
		return nil, refused(fault.Detail{Code: "infected", Reason: "virus", Pointer: "/pdf"})
	}
	id := models.NewID()
	row := &models.Circular{
		ID:           id,
		Number:       in.Number,
		IssuedOn:     day.Time(),
		Issuer:       in.Issuer,
		Title:        in.Title,
		ObjectKey:    "circulars/" + id,
		Size:         int64(len(in.PDF)),
		RegisteredBy: actor.Person,
	}
	sum := sha256.Sum256(in.PDF)
	row.SHA256 = sum[:]
	// The register shows no entry without its document, so the document comes first. One whose row did not follow is taken
	// away again, also when this request has just been answered before.
	if _, err := s.objects.Put(ctx, row.ObjectKey, bytes.NewReader(in.PDF), row.Size, mediaType); err != nil {
		return nil, err
	}
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*models.Circular, error) {
		if err := tx.AddCircular(row); err != nil {
			return nil, err
		}
		return row, tx.AddAudit(&models.AuditEntry{Action: "register-circular", ObjectKind: "circular", ObjectID: row.ID})
	})
	// While nobody can say whether the row was committed, its document stays.
	if err == nil && out.ID != row.ID || err != nil && fault.KindOf(err) != fault.Unavailable {
		_ = s.objects.Remove(context.WithoutCancel(ctx), row.ObjectKey) // else a public document stays that nothing names
	}
	return out, err
}

const mediaType = "application/pdf"

func refused(details ...fault.Detail) error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "circular-wrong").With(details...)
}

// check gives the day and says what is wrong.
func (in *Entry) check() (jp.Date, error) {
	var details []fault.Detail
	fail := func(pointer, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: pointer})
	}
	for _, m := range []struct {
		at, text string
		most     int
	}{{"/number", in.Number, maxNumber}, {"/issuer", in.Issuer, maxText}, {"/title", in.Title, maxText}} {
		switch {
		case m.text == "":
			fail(m.at, "required", "required")
		case utf8.RuneCountInString(m.text) > m.most || strings.ContainsAny(m.text, "\r\n"):
			fail(m.at, "invalid", "one-line")
		default:
			details = append(details, form.FreeTextFaults(m.at, m.text)...)
		}
	}
	day, err := jp.ParseDate(in.IssuedOn)
	switch {
	case in.IssuedOn == "":
		fail("/issued_on", "required", "required")
	case err != nil:
		fail("/issued_on", "invalid-date", "not-a-day")
	}
	switch {
	case len(in.PDF) == 0:
		fail("/pdf", "required", "circular-missing")
	case len(in.PDF) > MaxSize:
		fail("/pdf", "invalid", "circular-too-large")
	case !bytes.HasPrefix(in.PDF, []byte("%PDF-")): // at the very beginning: a browser that looks for itself sees nothing else
		fail("/pdf", "invalid", "not-a-pdf")
	}
	if len(details) > 0 {
		return day, refused(details...)
	}
	return day, nil
}

// public is who reads the register: nobody in particular.
func public(purpose string) models.Actor {
	return models.Actor{Role: models.RolePublic, Purpose: purpose}
}

// List gives the register, newest entry first.
func (s *Service) List(ctx context.Context, page postgres.Page) (out []models.Circular, err error) {
	err = s.dossiers.DB.InTx(ctx, public("list-circulars"), func(tx *postgres.Tx) error {
		out, err = tx.Circulars(page)
		return err
	})
	return out, err
}

// Numbered finds the entry that counts of each number, for those that the register has.
func (s *Service) Numbered(ctx context.Context, numbers ...string) (map[string]models.Circular, error) {
	out := map[string]models.Circular{}
	err := s.dossiers.DB.InTx(ctx, public("find-circulars"), func(tx *postgres.Tx) error {
		found, err := tx.CircularsNumbered(numbers)
		for _, c := range found {
			out[c.Number] = c
		}
		return err
	})
	return out, err
}

// Document opens an entry's PDF. The caller closes it. Errors: not-found, unavailable.
func (s *Service) Document(ctx context.Context, id string) (*models.Circular, io.ReadCloser, error) {
	var row *models.Circular
	err := s.dossiers.DB.InTx(ctx, public("open-circular"), func(tx *postgres.Tx) (err error) {
		row, err = tx.Circular(id)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	body, size, err := s.objects.Get(ctx, row.ObjectKey)
	if err == nil && size != row.Size {
		_ = body.Close()
		err = fault.New(fault.Unavailable, fault.CodeUnavailable, "document-damaged")
	}
	return row, body, err
}
