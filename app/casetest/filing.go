package casetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Claim is the procedure of most tests: the claim of child allowance.
const Claim = "child-allowance-claim"

// The documents of a claim that Apart changed: one that the network can replace, one that it cannot. And the one of the
// certification that needs consent.
var (
	Record    = dossier.DocumentRef{Document: "household-resident-record", Subject: "child-1"}
	Statement = dossier.DocumentRef{Document: "separate-custody-statement", Subject: "child-1"}
	Income    = dossier.DocumentRef{Document: "income-certificate", Subject: "guardian-1"}
)

// Change adapts what a draft says.
type Change func(facts, form map[string]any)

// Apart lets the claim's child live elsewhere: where its item is on trial its resident record is asked for.
func Apart(facts, _ map[string]any) {
	child := facts["children"].([]any)[0].(map[string]any)
	child["lives_with_applicant"], child["studying_abroad"], child["municipality"] = false, false, "131016"
}

// Born gives the claim's child another birth date: another thing is claimed.
func Born(day string) Change {
	return func(facts, _ map[string]any) { facts["children"].([]any)[0].(map[string]any)["birth_date"] = day }
}

// MovedHere lets the certification's first guardian have lived elsewhere in January: the tax of that place is asked for.
func MovedHere(facts, _ map[string]any) {
	facts["guardians"].([]any)[0].(map[string]any)["jan1_municipality"] = "131016"
}

// Draft is the procedure's own example as a parent would write it today, changed.
func (w *World) Draft(procedure, municipality string, changes ...Change) apply.Draft {
	w.T.Helper()
	today := jp.DateIn(time.Now())
	facts, form, err := w.Dossiers.Editions.Now(municipality).Version(procedure, today).ExampleCase(municipality, today)
	Must(w.T, err)
	d := apply.Draft{Procedure: procedure, Municipality: municipality, Facts: facts, Form: form}
	return With(w.T, d, changes...)
}

// With is a draft that says something else.
func With(t testing.TB, d apply.Draft, changes ...Change) apply.Draft {
	t.Helper()
	var facts map[string]any
	Must(t, json.Unmarshal(d.Facts, &facts))
	d.Form = maps.Clone(d.Form)
	for _, change := range changes {
		change(facts, d.Form)
	}
	var err error
	d.Facts, err = json.Marshal(facts)
	Must(t, err)
	return d
}

// Filed files a draft of the parent's beside any other, with a clean file for each of these documents; every other that is
// asked for is announced to follow. It gives the case's id.
func (w *World) Filed(d apply.Draft, attached ...dossier.DocumentRef) string {
	w.T.Helper()
	ctx := context.Background()
	d.OnDuplicate = apply.Separate
	v, err := w.Apply.Create(ctx, w.Parent, Once(), d)
	Must(w.T, err)
	for _, r := range v.Plan.Requirements {
		ref := dossier.DocumentRef{Document: r.Document, Subject: r.Subject}
		switch {
		case r.Decision == "omit":
		case slices.Contains(attached, ref):
			w.Attach(v.ID, ref, ref.Document+".pdf", models.ScanClean)
		default:
			d.Declarations = append(d.Declarations, dossier.Declaration{Document: ref.Document, Subject: ref.Subject, Kind: dossier.WillFollow, Reason: "取り寄せています"})
		}
	}
	if len(d.Declarations) > 0 {
		patch, err := json.Marshal(map[string]any{"declarations": d.Declarations})
		Must(w.T, err)
		_, err = w.Apply.Change(ctx, w.Parent, v.ID, v.Version, patch)
		Must(w.T, err)
	}
	_, err = w.Apply.File(ctx, w.Parent, Once(), v.ID, nil)
	Must(w.T, err)
	return v.ID
}

// Attach stores the rows of a file as an upload and its scan leave them, without its bytes.
func (w *World) Attach(id string, ref dossier.DocumentRef, name string, scan models.ScanState) *models.File {
	w.T.Helper()
	f := w.Open(w.Parent, id)
	file, stored := models.NewID(), time.Now()
	digest := sha256.Sum256([]byte(name))
	sealed, err := f.Key.Seal([]byte(name), seal.Cell{Table: "files", Column: "sealed_name", Row: file})
	Must(w.T, err)
	row := &models.File{ID: file, ApplicationID: id, Municipality: f.Row.Municipality, PersonID: f.Row.PersonID, Document: ref.Document, Subject: ref.Subject,
		NameIndex: f.Key.BlindIndex("file-name", name), SealedName: sealed, MediaType: "application/pdf", Size: 9, Sha256: digest[:],
		State: models.FileStored, Scan: scan, Revision: f.Row.Revision, CreatedAt: stored, StoredAt: &stored}
	w.In(w.Parent, func(tx *postgres.Tx) error {
		return tx.AddFile(row, &models.FilePart{FileID: file, Number: 1, ApplicationID: id, Municipality: row.Municipality, PersonID: row.PersonID,
			ObjectKey: "objects/" + file, Size: 9, SealedSize: 60})
	})
	return row
}

// Stored puts a case into the tables as it is, past the rules: a draft of the parent's in ひなた市 that says nothing, unless
// change makes something else of it.
func (w *World) Stored(change func(app *models.Application, c *dossier.Content)) *models.Application {
	w.T.Helper()
	ctx, id, now := context.Background(), models.NewID(), time.Now()
	key, wrapped, err := w.Dossiers.NewApplicationKey(ctx, id)
	Must(w.T, err)
	until := now.Add(time.Hour)
	app := &models.Application{ID: id, Municipality: Hinata, PersonID: w.Parent.Person, Procedure: Claim, State: models.StateDraft, Version: 1, Revision: 1,
		Channel: models.ChannelOnline, ChildrenIndex: []byte(id), WrappedKey: wrapped, ExpiresAt: &until, CreatedAt: now, UpdatedAt: now}
	content := &dossier.Content{}
	if change != nil {
		change(app, content)
	}
	if content.Form != nil {
		municipality, err := w.Dossiers.MunicipalityKey(ctx, app.Municipality)
		Must(w.T, err)
		Must(w.T, dossier.FillQueueColumns(app, municipality, content))
	}
	sealed, err := dossier.SealContent(key, id, 1, content)
	Must(w.T, err)
	w.In(models.Actor{Person: app.PersonID, Role: models.RoleApplicant, Purpose: "test"}, func(tx *postgres.Tx) error {
		return tx.AddApplication(app, &models.Revision{ApplicationID: id, Number: 1, Municipality: app.Municipality, PersonID: app.PersonID, Sealed: sealed,
			Filed: app.FiledRevision != nil, CreatedAt: app.CreatedAt, UpdatedAt: app.CreatedAt})
	})
	return app
}

// Arrived gives a stored case what filing gives it, at an instant.
func Arrived(app *models.Application, at time.Time) {
	receipt, revision, version, day := jp.NewReceiptNumber(), app.Revision, "2024-10-01", jp.DateIn(at).Time()
	app.State, app.ReceiptNumber, app.FiledRevision, app.PlanVersion, app.ArrivedAt, app.ClaimOn = models.StateArrived, &receipt, &revision, &version, &at, &day
	app.ExpiresAt, app.CreatedAt, app.UpdatedAt = nil, at, at
}
