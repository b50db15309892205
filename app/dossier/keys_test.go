package dossier_test

import (
	"bytes"
	"context"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func TestKeys(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	for _, code := range []string{"998028", "", "x", "998010 "} {
		_, err := o.Dossiers.MunicipalityKey(ctx, code)
		casetest.Refused(t, err, fault.CodeInvalidMunicipal)
	}
	key, err := o.Dossiers.MunicipalityKey(ctx, hinata)
	if err != nil {
		t.Fatal(err)
	}
	same, err := o.other.MunicipalityKey(ctx, hinata)
	if err != nil || !bytes.Equal(key.BlindIndex("kana", "ヒナタ"), same.BlindIndex("kana", "ヒナタ")) {
		t.Errorf("two nodes have two keys: %v", err)
	}
	app := o.application(models.StateArrived)
	if _, err := o.Dossiers.Open(ctx, o.Parent, app.ID, nil); err != nil {
		t.Fatal(err)
	}
	// Erased: its key is gone, and with it all that was written.
	o.Exec(`update applications set wrapped_key = null, version = version + 1 where id = $1`, app.ID)
	_, err = o.Dossiers.Open(ctx, o.Parent, app.ID, nil)
	casetest.Refused(t, err, fault.CodeNotFound)
	// A key of another application does not fit, nor a revision in another's place.
	one, two := o.application(models.StateDraft), o.application(models.StateArrived)
	for _, statement := range []string{`update applications set wrapped_key = (select wrapped_key from applications where id = $2), version = version + 1 ` +
		`where id = $1`,
		`update revisions set sealed = (select sealed from revisions where application_id = $2) where application_id = $1`} {
		o.Exec(statement, one.ID, two.ID)
		if _, err := o.Dossiers.Open(ctx, o.Parent, one.ID, nil); err == nil {
			t.Errorf("it opens after %s", statement)
		}
	}
	stranger := o.Person(t, "stranger", models.RoleApplicant, "")
	_, err = o.Dossiers.Open(ctx, stranger, two.ID, nil)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.Dossiers.Open(ctx, o.Person(t, "far", models.RoleReviewer, "998028"), two.ID, nil)
	casetest.Refused(t, err, fault.CodeNotFound)
}

func TestChildrenIndex(t *testing.T) {
	o := newOffice(t)
	key, err := o.Dossiers.MunicipalityKey(context.Background(), hinata)
	if err != nil {
		t.Fatal(err)
	}
	index := func(facts string, form map[string]any) string {
		return string(dossier.ChildrenIndex(key, &dossier.Content{Facts: []byte(facts), Form: form}))
	}
	child := func(birth, kana string) map[string]any {
		return map[string]any{"child": map[string]any{"birth_date": birth, "given_kana": kana}}
	}
	named := func(kana string) map[string]any { return map[string]any{"child": map[string]any{"given_kana": kana}} }
	two := index(`{"children":[{"birth_date":"2020-01-01"},{"birth_date":"2018-05-10","studying_abroad":true}]}`, nil)
	if two != index(`{"children":[{"birth_date":"2018-05-10"},{"birth_date":"2020-01-01"}],"payee":{}}`, map[string]any{"applicant": 1}) {
		t.Error("the order, and what else was answered, do not matter")
	}
	different := []string{two, index(`{}`, nil), index(`{"children":[{"birth_date":"2018-05-10"}]}`, nil),
		index(`{"children":[{"birth_date":"2018-05-10"},{"birth_date":"2018-05-10"}]}`, nil),
		index(`{}`, child("2024-08-15", "ソラ")), index(`{}`, child("2024-08-15", "ウミ")), index(`{}`, child("2023-08-15", "ソラ")),
		// of the certifications whose facts have the birth date: brothers and sisters, twins too
		index(`{"child":{"birth_date":"2025-05-10"}}`, named("ソラ")), index(`{"child":{"birth_date":"2025-05-10"}}`, named("ウミ")),
		index(`{"child":{"birth_date":"2026-01-10"}}`, named("ソラ"))}
	for i := range different {
		for j := range i {
			if different[i] == different[j] {
				t.Errorf("%d and %d are the same", i, j)
			}
		}
	}
	for _, facts := range []string{``, `null`, `[]`, `{"children":{}}`, `{"children":null}`, `{"child":7}`, `{"child":null}`} {
		if index(facts, map[string]any{"child": "x"}) != index(`{}`, nil) {
			t.Errorf("%s has children", facts)
		}
	}
}

func TestPeriod(t *testing.T) {
	o := newOffice(t)
	for procedure, want := range map[string][3]string{"child-allowance-claim": {}, "child-allowance-annual": {"2025", "2026", "2026"},
		"childcare-enrolment": {"2025", "2026", "2026"}} {
		for i, day := range []string{"2026-03-31", "2026-04-01", "2027-03-31"} {
			on, err := jp.ParseDate(day)
			if err != nil {
				t.Fatal(err)
			}
			if got := dossier.Period(o.Dossiers.Editions.National().Version(procedure, on), on); got != want[i] {
				t.Errorf("%s on %s: %q, want %q", procedure, day, got, want[i])
			}
		}
	}
}
