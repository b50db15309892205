package casetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Bundle makes an edition of files.
func (w *World) Bundle(files map[string]string) *edition.Bundle {
	w.T.Helper()
	raw := map[string][]byte{}
	for name, text := range files {
		raw[name] = []byte(text)
	}
	b, err := edition.New(raw)
	Must(w.T, err)
	return b
}

// Local is an edition of a municipality that says something over one national procedure: changes is the YAML of catalogue.Local.
func (w *World) Local(municipality, procedure, changes string) *edition.Bundle {
	w.T.Helper()
	title := "title: {ja: 市の版, plain: 市の きまり, en: The city's edition}"
	return w.Bundle(map[string]string{
		catalogue.ManifestFile: fmt.Sprintf("scope: %q\n%s\nchanges:\n  %s:\n    %s\n", municipality, title, procedure,
			strings.ReplaceAll(strings.TrimSpace(changes), "\n", "\n    ")),
	})
}

// Asked is the YAML of a document that a municipality asks the applicant for besides, on a condition.
func Asked(document, when string) string {
	return fmt.Sprintf("documents: [{document: %s, subject: applicant, when: %q}]", document, when)
}

// Corrected is the national edition that comes with the product with one file's text changed, and without its case tables, which would
// hold the change to what is settled.
func (w *World) Corrected(file string, change func(text string) string) *edition.Bundle {
	w.T.Helper()
	b := BuiltIn(w.T)
	files := map[string][]byte{file: []byte(change(string(b.File(file))))}
	for _, name := range b.Names() {
		if strings.HasPrefix(name, "cases/") {
			files[name] = nil
		}
	}
	out, err := b.With(files)
	Must(w.T, err)
	return out
}

// InForce puts an edition in force from an instant on as imported history, which may begin at any instant, past ones too.
func (w *World) InForce(b *edition.Bundle, from time.Time) {
	w.T.Helper()
	scope := w.put(b)
	w.Exec(`insert into edition_rows (id, scope, digest, effective_from, imported) values ($1, $2, $3, $4, true)`, models.NewID(), scope, b.Digest(), from)
	Must(w.T, w.Dossiers.Editions.Refresh(context.Background()))
}

func (w *World) put(b *edition.Bundle) (scope string) {
	w.T.Helper()
	scope, err := b.ScopeOf()
	Must(w.T, err)
	zip, err := b.Zip()
	Must(w.T, err)
	w.Exec(`insert into edition_bundles (digest, scope, contents, stored_at) values ($1, $2, $3, now()) on conflict do nothing`, b.Digest(), scope, zip)
	return scope
}

// Published puts an edition in force as two admins do, so soon after its commit as the database allows, and gives the instant.
func (w *World) Published(b *edition.Bundle, in time.Duration) time.Time {
	w.T.Helper()
	proposer, approver := w.Person(w.T, "proposer", models.RoleNational, ""), w.Person(w.T, "approver", models.RoleNational, "")
	scope := w.put(b)
	var from time.Time
	w.In(approver, func(tx *postgres.Tx) error {
		from = tx.Now.Add(in)
		e := &models.Edition{ID: models.NewID(), Scope: scope, Digest: b.Digest(), State: models.EditionApproved, Findings: []byte(`[]`), Cases: []byte(`{}`),
			Diff: []byte(`[]`), Reason: "test", Circular: "test", EffectiveFrom: &from, UploadedBy: proposer.Person, UploadedAt: tx.Now,
			ProposedBy: &proposer.Person, ProposedAt: &tx.Now, DecidedBy: &approver.Person, DecidedAt: &tx.Now, Version: 1}
		if err := tx.AddEdition(e); err != nil {
			return err
		}
		digest := b.Digest()
		return tx.AddEditionRow(&models.EditionRow{ID: models.NewID(), Scope: scope, Digest: &digest, EffectiveFrom: from, EditionID: &e.ID})
	})
	return from
}
