package audit_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
)

// published is an office in which two admins have put an edition in force, with its trail sealed.
func published(t *testing.T) (*casetest.World, *audit.Sealer, *publish.Edition) {
	t.Helper()
	ctx := context.Background()
	w := casetest.New(t, casetest.Hinata)
	service := publish.New(w.Dossiers, w.Sweep)
	first, second := w.Admin("first", casetest.Hinata), w.Admin("second", casetest.Hinata)
	zip, err := w.Local(casetest.Hinata, "pregnancy-notification", "who: {ja: あ, plain: あ, en: a}").Zip()
	casetest.Must(t, err)
	e, err := service.Upload(ctx, first, casetest.Once(), zip)
	casetest.Must(t, err)
	_, err = service.Propose(ctx, first, casetest.Once(), e.ID, publish.Proposal{From: w.Now().Add(time.Hour), Reason: "ためす", Circular: "府番第1号"})
	casetest.Must(t, err)
	e, err = service.Approve(ctx, second, e.ID)
	casetest.Must(t, err)
	s := sealer(t, w.Database)
	seal(t, s, casetest.Value[int](w, `select count(*) from audit_entries`))
	return w, s, e
}

// TestVerifyNamesACertificateThatWasTamperedWith: it is a leaf of the trail.
func TestVerifyNamesACertificateThatWasTamperedWith(t *testing.T) {
	const loose = `alter table edition_certificates drop constraint edition_certificates_digest; `
	for name, c := range map[string]struct{ sql, kind string }{
		"nothing": {`select 1`, ""},
		"removed": {`delete from edition_certificates`, "certificate-removed"},
		"changed": {loose + `update edition_certificates set contents = replace(contents, '"passed":0', '"passed":9')`, "certificate-changed"},
		"changed with its digest": {`update edition_certificates set contents = contents || ' ', digest = encode(sha256(convert_to(contents || ' ', 'UTF8')), 'hex')`,
			"certificate-removed"},
		"its entry removed": {`delete from audit_entries where object_kind = 'edition-certificate'`, "removed"},
		"its entry made to name another": {`update audit_entries set object_id = repeat('0', 64) where object_kind = 'edition-certificate'`,
			"changed"},
		"one put in": {`alter table edition_certificates drop constraint edition_certificates_edition_id_key; insert into edition_certificates
			select encode(sha256('c'), 'hex'), edition_id, 'c', made_at from edition_certificates`, "certificate-inserted"},
	} {
		t.Run(name, func(t *testing.T) {
			w, s, e := published(t)
			tamper(t, w.Database, c.sql)
			v, err := s.Verify(context.Background(), audit.Check{})
			casetest.Must(t, err)
			found := map[string]string{}
			for _, f := range v.Findings {
				found[f.Kind] = f.Entry
			}
			if c.kind == "" && len(v.Findings) != 0 || c.kind != "" && found[c.kind] == "" {
				t.Errorf("found %v, want %q", v.Findings, c.kind)
			}
			if name == "changed" && casetest.Value[string](w, `select contents from edition_certificates`) == e.Certificate.Text {
				t.Error("nothing was changed: this test shows nothing")
			}
		})
	}
}
