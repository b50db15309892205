package apply_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestADraftFromNothingToWhole(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	v := s.create(t, apply.Draft{Procedure: d.Procedure, Municipality: minato})
	if v.State != models.StateDraft || v.Version != 1 || v.Plan != nil || len(v.FactsMissing) == 0 || v.ExpiresAt == nil || string(v.Facts) != "{}" {
		t.Fatalf("an empty draft: %+v", v)
	}
	// Half of the facts: kept, with what is missing, and no plan.
	v = s.patch(t, v.ID, v.Version, `{"facts":{"applicant":{"pension":"employees"}}}`)
	if v.Version != 2 || v.Plan != nil {
		t.Errorf("half of the facts: %+v", v)
	}
	for _, m := range v.FactsMissing {
		if m.Pointer == "/facts/applicant/pension" || m.Code != "required" && m.Code != "too-few" {
			t.Errorf("missing: %+v", m)
		}
	}
	form, err := json.Marshal(d.Form)
	if err != nil {
		t.Fatal(err)
	}
	v = s.patch(t, v.ID, v.Version, `{"facts":`+string(d.Facts)+`,"form":`+string(form)+`}`)
	if len(v.FactsMissing) != 0 || decision(v, record, child) != "attach" || len(v.PlanChanges) != 0 {
		t.Errorf("all facts: %+v %+v", v.FactsMissing, v.Plan)
	}
	again := s.get(t, v.ID)
	if again.Version != v.Version || again.State != models.StateDraft || len(again.Form) == 0 || again.ReceiptNumber != "" || again.ArrivedAt != nil {
		t.Errorf("read again: %+v", again)
	}
	list, err := s.service.List(context.Background(), s.Parent, postgres.Page{Limit: 10})
	if err != nil || len(list) != 1 || list[0].ID != v.ID || list[0].Form != nil {
		t.Errorf("list: %+v %v", list, err)
	}
}

func TestWhatCreateRefuses(t *testing.T) {
	s := setUp(t)
	good := s.claim(t, minato)
	s.Exec(`delete from offerings where municipality = $1 and procedure = 'pregnancy-notification'`, minato)
	for name, c := range map[string]struct {
		change func(d *apply.Draft)
		code   string
		at     []string
	}{
		"no such procedure":    {func(d *apply.Draft) { d.Procedure = "driving-licence" }, fault.CodeUnknownProcedure, []string{"/procedure unknown-procedure"}},
		"no such municipality": {func(d *apply.Draft) { d.Municipality = "998011" }, fault.CodeInvalidMunicipal, []string{"/municipality invalid-municipality"}},
		"not using it":         {func(d *apply.Draft) { d.Municipality = "131016" }, fault.CodeInvalidMunicipal, []string{"/municipality invalid-municipality"}},
		"not offered": {func(d *apply.Draft) { *d = apply.Draft{Procedure: "pregnancy-notification", Municipality: minato} }, fault.CodeProcedureClosed,
			nil},
		"on_duplicate": {func(d *apply.Draft) { d.OnDuplicate = "replace" }, fault.CodeInvalidRequest, []string{"/on_duplicate invalid-choice"}},
		"a fact of the wrong type": {func(d *apply.Draft) {
			*d = casetest.With(t, *d, func(f, _ map[string]any) { f["divorce_in_progress"] = "no" })
		}, fault.CodeInvalidFacts, []string{"/facts/divorce_in_progress wrong-type"}},
		"a consent with a space": {func(d *apply.Draft) { d.Consents = []string{"local tax"} }, fault.CodeInvalidRequest, []string{"/consents/0 invalid-consent"}},
		"an individual number among the consents": {func(d *apply.Draft) { d.Consents = []string{"x", "123456789018"} }, fault.CodeIndividualNumber,
			[]string{"/consents/1 individual-number"}},
		"an individual number in the form": {func(d *apply.Draft) {
			d.Form = maps.Clone(d.Form)
			d.Form["event"] = map[string]any{"note": "番号は 1234 5678 9018 です"}
		}, fault.CodeIndividualNumber, []string{"/form/event/note individual-number"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := good
			c.change(&d)
			_, err := s.service.Create(context.Background(), s.Parent, casetest.Request(name, "1"), d)
			casetest.RefusedAt(t, err, c.code, c.at...)
		})
	}
	if n := casetest.Value[int](s, `select count(*) from applications`); n != 0 {
		t.Errorf("%d applications were added", n)
	}
}

func TestDeletingADraft(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	file := s.Attach(v.ID, casetest.Record, "住民票.pdf", models.ScanClean)
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	casetest.Refused(t, s.service.Delete(context.Background(), stranger, v.ID, nil), fault.CodeNotFound)
	old := int64(7)
	casetest.Refused(t, s.service.Delete(context.Background(), s.Parent, v.ID, &old), fault.CodeStale)
	if err := s.service.Delete(context.Background(), s.Parent, v.ID, &v.Version); err != nil {
		t.Fatal(err)
	}
	_, err := s.service.Get(context.Background(), s.Parent, v.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	for _, table := range []string{"applications", "revisions", "files", "file_parts", "history"} {
		if n := casetest.Value[int](s, `select count(*) from `+table); n != 0 {
			t.Errorf("%s keeps %d rows", table, n)
		}
	}
	if got := casetest.Value[string](s, `select object_key from object_removals`); got != "objects/"+file.ID {
		t.Errorf("queued for removal: %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from audit_entries where action = 'delete-draft' and object_id = $1`, v.ID); n != 1 {
		t.Errorf("%d audit entries of the deletion", n)
	}
	casetest.Refused(t, s.service.Delete(context.Background(), s.Parent, v.ID, nil), fault.CodeNotFound)

	filed, err := s.whole(s.claim(t, hinata))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	casetest.Refused(t, s.service.Delete(context.Background(), s.Parent, filed.ID, nil), fault.CodeNotAllowedNow)
}

func TestASaveKeepsTheDraftAlive(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	s.Exec(`update applications set expires_at = now() + interval '1 hour', version = version + 1 where id = $1`, v.ID)
	v = s.patch(t, v.ID, v.Version+1, `{"form":{"event":{"note":"双子"}}}`)
	if until := v.ExpiresAt.Sub(s.Now()); until < 89*24*time.Hour {
		t.Errorf("it expires in %v", until)
	}
}

func TestTheManifestIsStable(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	s.Attach(v.ID, casetest.Record, "b.pdf", models.ScanPending)
	s.Attach(v.ID, casetest.Statement, "a.pdf", models.ScanClean)
	manifest := func() (string, *apply.Manifest) {
		m, err := s.service.Manifest(context.Background(), s.Parent, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw), m
	}
	first, m := manifest()
	if len(m.Files) != 2 || len(m.Files[0].Sha256) != 64 || m.Revision != 1 {
		t.Errorf("manifest: %s", first)
	}
	for range 3 {
		if again, _ := manifest(); again != first {
			t.Fatalf("it changed:\n%s\n%s", first, again)
		}
	}
	s.mustFile(t, v.ID)
	filed, m := manifest()
	if names := slices.Collect(func(yield func(string) bool) {
		for _, f := range m.Files {
			_ = yield(f.Name)
		}
	}); !slices.Equal(names, []string{"b.pdf", "a.pdf"}) {
		t.Errorf("filed: %s", filed)
	}
	if filed != first {
		t.Errorf("filing changed what was signed:\n%s\n%s", first, filed)
	}
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	_, err := s.service.Manifest(context.Background(), stranger, v.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
}

func TestCreatingTwiceWithOneKey(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	first, err := s.service.Create(context.Background(), s.Parent, casetest.Request("k", "1"), d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.service.Create(context.Background(), s.Parent, casetest.Request("k", "1"), d)
	if err != nil || again.ID != first.ID {
		t.Errorf("the same key: %+v %v", again, err)
	}
	// What the calendar refuses today may have been accepted yesterday: the answer stays the same.
	d.Declarations = []dossier.Declaration{{Document: record, Subject: child, Kind: dossier.WillFollow, Reason: "後で", Due: "2020-01-01"}}
	again, err = s.service.Create(context.Background(), s.Parent, casetest.Request("k", "1"), d)
	if err != nil || again.ID != first.ID {
		t.Errorf("the same key on another day: %+v %v", again, err)
	}
	_, err = s.service.Create(context.Background(), s.Parent, casetest.Request("another", "1"), d)
	casetest.Refused(t, err, fault.CodeInvalidDeclaration)
}
