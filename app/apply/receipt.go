package apply

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Receipt is what a receipt (受付票) states: the arrival, and what was handed in then. A correction that is being written, or
// was handed in since, changes nothing of it: it is named beside it.
type Receipt struct {
	ID, Number              string
	ArrivedAt               time.Time // it stays, also for a case that is signed again
	Late                    bool
	ClaimOn, DeadlineOn     string // YYYY-MM-DD in Japan, empty if there is none
	Procedure, Municipality string
	Edition                 edition.Ref       // that decided it: by it the receipt names everything
	Editions                []receipt.Edition // the same, with how each came into force
	Version                 string            // effective_from of the catalogue version that decided (P5)
	Form                    map[string]any    // as it was filed
	Items                   []models.PlanItem // what was asked for then, with what was declared then; the states are of now
	Revision                int               // that was filed
	ManifestSha256          string            // of its manifest, hex (P3)
	// Files are those that arrived with it, also if another took their place since; then those that came after it and are
	// handed in, by their instants.
	Files     []dossier.HandedInFile
	Corrected []time.Time // when corrections (補正) of it were handed in, oldest first
	Open      int         // the number of the correction that is asked for, 0 if none is
}

// Receipt gives what the receipt of a filed application states, to who handles it; a look of staff is recorded. Errors:
// not-found, also for somebody else's; not-allowed-now for a draft.
func (s *Service) Receipt(ctx context.Context, actor models.Actor, id string) (*Receipt, error) {
	var rev *models.Revision
	var files []models.File
	var corrections []models.Correction
	var items []models.PlanItem
	var editions []receipt.Edition
	f, err := s.openHandled(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if tx.Actor.Role == models.RoleReviewer {
			if err := s.dossiers.Audit(tx, app, "open-case", "application", id); err != nil {
				return err
			}
		}
		if app.ArrivedAt == nil || app.ReceiptNumber == nil || app.FiledRevision == nil {
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "no-receipt-yet")
		}
		if rev, err = tx.Revision(id, *app.FiledRevision); err != nil {
			return err
		}
		if files, err = tx.FilesOf(id); err != nil {
			return err
		}
		if corrections, err = tx.CorrectionsOf(id); err != nil {
			return err
		}
		if items, err = tx.PlanItems(id); err != nil {
			return err
		}
		editions, err = s.dossiers.Publications(tx, app)
		return err
	})
	if err != nil {
		return nil, err
	}
	c, err := dossier.OpenContent(f.Key, rev)
	if err != nil {
		return nil, err
	}
	if c.HandedIn == nil { // a case that came in from elsewhere, without its digests
		arrived := slices.DeleteFunc(slices.Clone(files), func(x models.File) bool { return x.Revision > rev.Number })
		if c.HandedIn, err = digests(f.Row, f.Key, rev.Number, c, arrived); err != nil {
			return nil, err
		}
	}
	r := receiptOf(f.Row, c, files)
	r.Items, r.Editions = itemsAsFiled(c, items), editions
	for _, x := range corrections {
		switch {
		case x.SubmittedAt != nil:
			r.Corrected = append(r.Corrected, *x.SubmittedAt)
		case x.State == models.CorrectionOpen:
			r.Open = x.Number
		}
	}
	return r, nil
}

func receiptOf(app *models.Application, c *dossier.Content, files []models.File) *Receipt {
	r := &Receipt{
		ID:             app.ID,
		Number:         *app.ReceiptNumber,
		ArrivedAt:      *app.ArrivedAt,
		Late:           app.Late,
		ClaimOn:        dateText(app.ClaimOn),
		DeadlineOn:     dateText(app.DeadlineOn),
		Procedure:      app.Procedure,
		Municipality:   app.Municipality,
		Edition:        editionOf(app),
		Form:           c.Form,
		Revision:       c.HandedIn.Revision,
		ManifestSha256: c.HandedIn.Manifest,
		Files:          slices.Clone(c.HandedIn.Files),
	}
	if app.PlanVersion != nil {
		r.Version = *app.PlanVersion
	}
	for _, f := range files {
		if f.State == models.FileReceiving || !dossier.Handed(app, &f) { // it can still be taken away
			continue
		}
		one := dossier.HandedInFile{
			Document: f.Document,
			Subject:  f.Subject,
			Sha256:   hex.EncodeToString(f.Sha256),
			StoredAt: f.CreatedAt,
		}
		same := func(o dossier.HandedInFile) bool {
			return o.Document == one.Document && o.Subject == one.Subject && o.Sha256 == one.Sha256
		}
		if !slices.ContainsFunc(r.Files, same) {
			r.Files = append(r.Files, one)
		}
	}
	return r
}

// itemsAsFiled are the requirements of the plan of the arrival, each with what was declared then: a correction may have
// declared something else since, and asked for more.
func itemsAsFiled(c *dossier.Content, items []models.PlanItem) []models.PlanItem {
	var out []models.PlanItem
	for _, i := range items {
		if c.Shown != nil &&
			!slices.ContainsFunc(c.Shown.Requirements, func(q evidence.Requirement) bool { return q.Document == i.Document && q.Subject == i.Subject }) {
			continue
		}
		switch d := c.Declared(i.Document, i.Subject); {
		case d == nil:
			i.Declared, i.DueOn = "", nil
		case d.Due != "":
			i.Declared = d.Kind
			if on, err := jp.ParseDate(d.Due); err == nil {
				due := on.Time()
				i.DueOn = &due
			}
		default:
			i.Declared = d.Kind
		}
		out = append(out, i)
	}
	return out
}

// digests are what is handed in with a revision: its manifest (P3), and each file.
func digests(app *models.Application, key seal.Key, revision int, c *dossier.Content, files []models.File) (*dossier.HandedIn, error) {
	views, err := fileViews(&dossier.File{Key: key}, files)
	if err != nil {
		return nil, err
	}
	m := manifestWith(app, c, views)
	m.Revision = revision
	canonical, err := m.Canonical()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(canonical)
	out := &dossier.HandedIn{Revision: revision, Manifest: hex.EncodeToString(sum[:]), Files: []dossier.HandedInFile{}}
	for _, v := range views {
		out.Files = append(out.Files, dossier.HandedInFile{
			Document: v.Document,
			Subject:  v.Subject,
			Sha256:   v.Sha256,
			StoredAt: v.CreatedAt,
		})
	}
	return out, nil
}
