package dossier

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Content is what a person wrote into one revision: one JSON, sealed with the application's key.
type Content struct {
	Facts        json.RawMessage `json:"facts"` // an object, as sent; complete or not while it is a draft
	Form         map[string]any  `json:"form"`
	Consents     []string        `json:"consents"` // item, or item/subject (P6)
	Declarations []Declaration   `json:"declarations"`
	// Shown is the plan that the person saw when the content was last saved; nil while the facts are not complete. A
	// draft opened later is compared with it (P5).
	Shown *evidence.Plan `json:"shown,omitempty"`
	// Origins says which site has filled a field in (R14): JSON Pointer → the site's name. A field that the person changed
	// since is not among them.
	Origins map[string]string `json:"origins,omitempty"`
	// HandedIn is what arrived when the case was filed, for its receipt; nil in a draft. A correction carries it on, and so
	// does a case that is passed on.
	HandedIn *HandedIn `json:"handed_in,omitempty"`
}

// HandedIn is what was handed in at a filing, as digests: files may be replaced later, what arrived stays what it was.
type HandedIn struct {
	Revision int            `json:"revision"`
	Manifest string         `json:"manifest_sha256"` // hex, of the canonical manifest (P3)
	Files    []HandedInFile `json:"files"`
}

// HandedInFile is one file that was handed in.
type HandedInFile struct {
	Document string    `json:"document"`
	Subject  string    `json:"subject"`
	Sha256   string    `json:"sha256"` // hex
	StoredAt time.Time `json:"stored_at"`
}

// Handed says whether a file belongs to what the municipality has received: it is kept as it was then, whatever replaces it
// (review.md: "the revision that was filed never changes").
func Handed(app *models.Application, f *models.File) bool {
	working := app.State == models.StateDraft || app.State == models.StateCorrectionRequested
	return !working || f.Revision < app.Revision
}

// Declaration says why a document is not attached (P1).
type Declaration struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Kind     string `json:"kind"` // will-follow, cannot-provide
	Reason   string `json:"reason"`
	Due      string `json:"due,omitempty"` // YYYY-MM-DD, of will-follow
}

// The kinds of declaration.
const (
	WillFollow    = "will-follow"
	CannotProvide = "cannot-provide"
)

// Declared finds the declaration for a requirement, or nil.
func (c *Content) Declared(document, subject string) *Declaration {
	for i := range c.Declarations {
		if d := &c.Declarations[i]; d.Document == document && d.Subject == subject {
			return d
		}
	}
	return nil
}

// File is an application opened: its row, its newest revision and what was written, with the key that opened it.
type File struct {
	Row      *models.Application
	Revision *models.Revision
	Content  Content
	Key      seal.Key
}

func revisionCell(application string, number int) seal.Cell {
	return seal.Cell{Table: "revisions", Column: "sealed", Row: application + "/" + strconv.Itoa(number)}
}

// SealContent seals what was written into a revision.
func SealContent(key seal.Key, application string, number int, c *Content) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, revisionCell(application, number))
}

// Unseal opens a revision with the application's key.
func (d *Service) Unseal(ctx context.Context, app *models.Application, rev *models.Revision) (*File, error) {
	key, err := d.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	content, err := OpenContent(key, rev)
	if err != nil {
		return nil, err
	}
	return &File{Row: app, Revision: rev, Key: key, Content: *content}, nil
}

// OpenContent opens what was written into a revision.
func OpenContent(key seal.Key, rev *models.Revision) (*Content, error) {
	plain, err := key.Open(rev.Sealed, revisionCell(rev.ApplicationID, rev.Number))
	if err != nil {
		return nil, err
	}
	c := &Content{}
	return c, json.Unmarshal(plain, c)
}

// Open reads an application with its newest revision in a transaction of its own and unseals it after it. read, if not
// nil, reads more in the same transaction. Errors: not-found, also for what the actor may not see, such as a case outside a
// reviewer's categories.
func (d *Service) Open(ctx context.Context, actor models.Actor, id string, read func(tx *postgres.Tx, app *models.Application) error) (*File, error) {
	return d.OpenAhead(ctx, actor, id, func(*postgres.Tx) {}, read)
}

// OpenAhead is Open for what read mostly reads, in this order, which an applicant need not wait for.
func (d *Service) OpenAhead(ctx context.Context, actor models.Actor, id string, ahead postgres.Ahead,
	read func(tx *postgres.Tx, app *models.Application) error) (*File, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var app *models.Application
	var rev *models.Revision
	first := func(tx *postgres.Tx) { _, _ = tx.Application(id) }
	in, all := d.DB.InTxAhead, first
	if actor.Role == models.RoleApplicant { // of staff it is looked next on what they work
		in, all = d.DB.Look, func(tx *postgres.Tx) { first(tx); _, _ = tx.NewestRevision(id); ahead(tx) }
	}
	err := in(ctx, actor, all, func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(id); err != nil {
			return err
		}
		if err := d.Readable(tx, app); err != nil {
			return err
		}
		if rev, err = tx.NewestRevision(id); err == nil && rev.Number != app.Revision {
			rev, err = tx.Revision(id, app.Revision)
		}
		if err != nil {
			return err
		}
		if read != nil {
			return read(tx, app)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.Unseal(ctx, app, rev)
}

// AnswersCell is where the answers lie sealed that a statement was written from on the screen.
func AnswersCell(file string) seal.Cell {
	return seal.Cell{Table: "files", Column: "sealed_answers", Row: file}
}

// Answers are those that a file was written from; nil for a file that was attached.
func (f *File) Answers(row *models.File) ([]byte, error) {
	if row.SealedAnswers == nil {
		return nil, nil
	}
	return f.Key.Open(row.SealedAnswers, AnswersCell(row.ID))
}

// CorrectionCell is where the text of a request for correction lies sealed.
func CorrectionCell(application string, number int) seal.Cell {
	return seal.Cell{Table: "corrections", Column: "sealed_text", Row: application + "/" + strconv.Itoa(number)}
}

// WithdrawalCell is where the reason of a withdrawal lies sealed.
func WithdrawalCell(application string) seal.Cell {
	return seal.Cell{Table: "applications", Column: "sealed_withdrawal", Row: application}
}

// SignatureCell is where an electronic signature lies sealed, with its certificate (P3).
func SignatureCell(application string, number int) seal.Cell {
	return seal.Cell{Table: "signatures", Column: "sealed", Row: application + "/" + strconv.Itoa(number)}
}

// TimestampCell is where a signature's time stamp lies sealed.
func TimestampCell(application string, number int) seal.Cell {
	return seal.Cell{Table: "signature_timestamps", Column: "sealed", Row: application + "/" + strconv.Itoa(number)}
}
