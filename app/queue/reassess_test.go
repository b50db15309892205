package queue_test

import (
	"bytes"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const statement = "separate-custody-statement"

// TestWhoSeesAReassessment: the reviewers of the municipality, within their categories; that of a protected person is for named staff,
// and the country's admins see none.
func TestWhoSeesAReassessment(t *testing.T) {
	o := newOffice(t)
	here := o.filed(time.Now(), nil)
	other := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Procedure = "pregnancy-notification" })
	hidden := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Protected = true })
	there := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Municipality = minato })
	ids := map[string]string{}
	for name, app := range map[string]*models.Application{"here": here, "other": other, "hidden": hidden, "there": there} {
		ids[name] = o.Reassessed(app, statement, models.AskedTooMuch)
	}
	categories := o.Dossiers.Editions.National().Procedure(casetest.Claim).Category
	o.In(o.admin, func(tx *postgres.Tx) error {
		return tx.PutStaff(&models.Staff{Municipality: hinata, StaffID: o.two.Person, Categories: categories})
	})
	o.Named(o.two)
	for name, x := range map[string]struct {
		who  models.Actor
		sees []string
	}{
		"a reviewer":             {o.one, []string{"here", "other"}},
		"named staff":            {o.two, []string{"here", "hidden"}},
		"another municipality's": {o.foreign, []string{"there"}},
		"the country":            {o.Admin("national", ""), nil},
		"a parent":               {o.Parent, nil},
	} {
		rows, err := o.service.Reassessments(bg, x.who, queue.ReassessmentList{}, postgres.Page{Limit: 10})
		casetest.Must(t, err)
		got := map[string]bool{}
		for _, r := range rows {
			got[r.ID] = true
		}
		total := 0
		lists, err := o.service.ReassessmentLists(bg, x.who)
		casetest.Must(t, err)
		for _, l := range lists {
			total += l.Open
		}
		if len(got) != len(x.sees) || total != len(x.sees) {
			t.Errorf("%s sees %v, and %d in lists", name, got, total)
		}
		for _, one := range x.sees {
			if !got[ids[one]] {
				t.Errorf("%s does not see %s", name, one)
			}
		}
	}
	_, err := o.service.DealWith(bg, o.one, ids["hidden"], nil, "")
	casetest.Refused(t, err, "not-found")
	_, err = o.service.DealWith(bg, o.foreign, ids["here"], nil, "")
	casetest.Refused(t, err, "not-found")
	// By the list that one asks for, page by page.
	rows, err := o.service.Reassessments(bg, o.one, queue.ReassessmentList{Procedure: casetest.Claim, Document: statement, Direction: models.AskedTooMuch},
		postgres.Page{Limit: 10})
	if err != nil || len(rows) != 1 || rows[0].Application != here.ID || rows[0].ReceiptNumber != *here.ReceiptNumber || rows[0].Subject != "child" {
		t.Errorf("%+v %v", rows, err)
	}
	first, err := o.service.Reassessments(bg, o.one, queue.ReassessmentList{}, postgres.Page{Limit: 1})
	casetest.Must(t, err)
	second, err := o.service.Reassessments(bg, o.one, queue.ReassessmentList{}, postgres.Page{Limit: 1, After: first[0].ID})
	if err != nil || len(second) != 1 || second[0].ID >= first[0].ID {
		t.Errorf("%+v %v", second, err)
	}
}

// TestAReassessmentIsDealtWithOnce, with a note that only the case's key opens, and goes with its case.
func TestAReassessmentIsDealtWithOnce(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), nil)
	id := o.Reassessed(app, statement, models.AskedTooLittle)
	old := int64(7)
	_, err := o.service.DealWith(bg, o.one, id, &old, "電話した")
	casetest.Refused(t, err, "stale")
	_, err = o.service.DealWith(bg, o.one, id, nil, "番号は 1234 5678 9018 です") // an individual number
	casetest.Refused(t, err, "individual-number")
	seen := int64(1)
	done, err := o.service.DealWith(bg, o.one, id, &seen, "電話した")
	casetest.Must(t, err)
	if done.Note != "電話した" || done.DealtBy != o.one.Person || done.DealtAt == nil || done.Untold || done.Version != 2 {
		t.Errorf("%+v", done)
	}
	if sealed := casetest.Value[[]byte](o.World, `select sealed_note from reassessments`); bytes.Contains(sealed, []byte("電話")) {
		t.Error("the note can be read in the database")
	}
	_, err = o.service.DealWith(bg, o.two, id, nil, "")
	casetest.Refused(t, err, "not-allowed-now")
	if n := casetest.Value[int](o.World, `select count(*) from audit_entries where action = 'deal-with-reassessment' and subject_id = $1`, app.PersonID); n != 1 {
		t.Errorf("it stands %d times in the trail", n)
	}
	o.Exec(`insert into erasures (id, municipality, procedure, kind, rule, last_day, files, objects, erased_at)
		values ($1, $2, 'p', 'decided', 'r', now(), 0, 0, now())`, app.ID, hinata)
	o.Exec(`delete from applications where id = $1`, app.ID)
	if n := casetest.Value[int](o.World, `select count(*) from reassessments`); n != 0 {
		t.Error("it stays behind its case")
	}
}
