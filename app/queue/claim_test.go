package queue_test

import (
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Two reviewers claim a thousand cases at once, each case by both of them: each gets one owner, and both are told so.
func TestTwoReviewersClaimAThousandCases(t *testing.T) {
	o := newOffice(t)
	first := o.filed(time.Now().Add(-time.Hour), nil)
	o.Exec(
		`insert into applications select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'receipt_number', 'R-' || n, 'sealed_summary',
			null))).*
		from applications a, generate_series(2, 1000) n where a.id = $1`,
		first.ID,
	)
	cases := ids(o.pages(o.one, queue.Filter{Limit: 200}))
	if len(cases) != 1000 {
		t.Fatalf("%d cases", len(cases))
	}
	reviewers := []models.Actor{o.one, o.two}
	owners := make([][]string, len(cases)) // who was told to have won
	var mu sync.Mutex
	const hands = 4 // of each reviewer
	casetest.Together(2*hands, func(i int) error {
		who, hand := reviewers[i%2], i/2
		for n := hand; n < len(cases); n += hands {
			hold, err := o.service.Claim(bg, who, cases[n])
			if err != nil {
				f := fault.As(err)
				if f == nil || f.Code != fault.CodeConflict || f.Extra["held_by"] != reviewers[(i+1)%2].Person || f.Extra["held_until"] == "" {
					t.Errorf("case %d: %v", n, err)
				}
				continue
			}
			if hold.Fence != 1 {
				t.Errorf("case %d: fence %d", n, hold.Fence)
			}
			mu.Lock()
			owners[n] = append(owners[n], who.Person)
			mu.Unlock()
		}
		return nil
	})
	won := map[string]int{}
	for n, who := range owners {
		if len(who) != 1 {
			t.Fatalf("case %d has %d owners", n, len(who))
		}
		won[who[0]]++
	}
	for _, who := range reviewers {
		if n := casetest.Value[int](o, `select count(*) from claims where reviewer_id = $1`, who.Person); n != won[who.Person] {
			t.Errorf("%d claims of %s, who was told of %d", n, who.Person, won[who.Person])
		}
	}
	if n := casetest.Value[int](o, `select count(*) from audit_entries where action = 'claim-case'`); n != 1000 {
		t.Errorf("%d claims are recorded", n)
	}
}

func TestAWriteWithAnOldFenceIsRefusedWithWhatChanged(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), nil)
	old, err := o.service.Claim(bg, o.one, app.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.Exec(`update claims set expires_at = now() - interval '1 second'`) // the lease is over
	_, err = o.service.AddNote(bg, o.one, app.ID, old.Fence, "too late")
	casetest.Refused(t, err, fault.CodeConflict)
	now, err := o.service.Claim(bg, o.two, app.ID)
	if err != nil || now.Fence != old.Fence+1 {
		t.Fatalf("an expired lease is not taken over: %+v, %v", now, err)
	}
	_, err = o.service.AddNote(bg, o.one, app.ID, old.Fence, "of whoever lost it")
	f := casetest.Refused(t, err, fault.CodeConflict)
	if f.Extra["fence"] != "2" || f.Extra["state"] != string(models.StateArrived) || f.Extra["version"] != "1" {
		t.Errorf("it does not say what changed: %v", f.Extra)
	}
	casetest.Refused(t, o.service.Release(bg, o.one, app.ID, old.Fence), fault.CodeConflict)
	if err := o.service.Release(bg, o.two, app.ID, now.Fence); err != nil {
		t.Fatal(err)
	}
	casetest.Refused(t, o.service.Release(bg, o.two, app.ID, now.Fence), fault.CodeConflict)
	if back, err := o.service.Claim(bg, o.one, app.ID); err != nil || back.Fence != 3 {
		t.Errorf("after the release: %+v, %v", back, err)
	}
	if n := casetest.Value[int](o, `select count(*) from case_notes`); n != 0 {
		t.Errorf("%d notes were written with an old number", n)
	}
}

func TestAClaimIsRenewedWithItsNumber(t *testing.T) {
	o := newOffice(t)
	o.service = queue.New(o.Dossiers, queue.Options{Lease: time.Minute})
	app := o.filed(time.Now(), nil)
	first, err := o.service.Claim(bg, o.one, app.ID)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.service.Claim(bg, o.one, app.ID)
	if err != nil || again.Fence != first.Fence || !again.ExpiresAt.After(first.ExpiresAt) {
		t.Errorf("%+v, then %+v, %v", first, again, err)
	}
	if left := time.Until(again.ExpiresAt); left > time.Minute || left < 50*time.Second {
		t.Errorf("a lease of a minute lasts %s", left)
	}
}

func TestWhatIsNotTheReviewersDoesNotExist(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), nil)
	if page := o.list(o.foreign, queue.Filter{}); len(page) != 0 {
		t.Errorf("a foreign municipality's reviewer sees %v", ids(page))
	}
	if page := o.list(o.foreign, queue.Filter{Query: *app.ReceiptNumber}); len(page) != 0 {
		t.Errorf("a foreign municipality's reviewer finds %v", ids(page))
	}
	draft := models.NewID()
	o.Exec(`insert into applications (id, municipality, person_id, procedure, state, channel, children_index, expires_at, created_at, updated_at)
		values ($1, $2, $3, 'child-allowance-claim', 'draft', 'counter', 'x', now() + interval '1 day', now(), now())`, draft, hinata, o.Parent.Person)
	for _, try := range []struct {
		who models.Actor
		id  string
	}{{o.foreign, app.ID}, {o.one, draft}, {o.one, models.NewID()}, {o.one, "1"}} {
		_, err := o.service.Claim(bg, try.who, try.id)
		casetest.Refused(t, err, fault.CodeNotFound)
		casetest.Refused(t, o.service.Release(bg, try.who, try.id, 1), fault.CodeNotFound)
	}
	_, err := o.service.AddNote(bg, o.foreign, app.ID, 1, "x")
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.service.Notes(bg, o.foreign, app.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	if page := o.list(o.one, queue.Filter{}); len(page) != 1 || page[0].ID != app.ID {
		t.Errorf("a clerk's draft is in the queue: %v", ids(page))
	}
}

func TestACaseOfAProtectedPersonIsForNamedStaff(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Protected = true })
	waiting := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.AwaitsDirectory = true })
	for _, query := range []string{"", "山田", "ヤマダ ハナコ", "1990-05-01", *app.ReceiptNumber, (*app.ReceiptNumber)[:6], *waiting.ReceiptNumber} {
		if page := o.list(o.one, queue.Filter{Query: query}); len(page) != 0 {
			t.Errorf("%q finds %+v", query, page)
		}
	}
	_, err := o.service.Claim(bg, o.one, app.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.service.PutStaff(bg, o.admin, nil, queue.Member{Person: o.one.Person, SeesProtected: true})
	casetest.Refused(t, err, fault.CodeForbidden) // two decide
	o.Named(o.one)
	if _, err := o.service.Claim(bg, o.one, app.ID); err != nil {
		t.Errorf("named staff: %v", err)
	}
	if page := o.list(o.one, queue.Filter{Query: "山田"}); len(page) != 2 || page[0].Name != "山田 花子" {
		t.Errorf("named staff find %+v", page)
	}
}

func TestNotesAreSealedAndForStaffAlone(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), nil)
	hold, err := o.service.Claim(bg, o.one, app.ID)
	if err != nil {
		t.Fatal(err)
	}
	note, err := o.service.AddNote(bg, o.one, app.ID, hold.Fence, "電話で確認しました")
	if err != nil {
		t.Fatal(err)
	}
	for text, code := range map[string]string{"": fault.CodeInvalidRequest, "番号は123456789018です": fault.CodeIndividualNumber} {
		_, err := o.service.AddNote(bg, o.one, app.ID, hold.Fence, text)
		casetest.Refused(t, err, code)
	}
	notes, err := o.service.Notes(bg, o.two, app.ID)
	if err != nil || len(notes) != 1 || notes[0].Text != "電話で確認しました" || notes[0].Author != o.one.Person || notes[0].Mine || notes[0].ID != note.ID {
		t.Errorf("%+v, %v", notes, err)
	}
	if n := casetest.Value[int](o, `select count(*) from case_notes where position('電話'::bytea in sealed) > 0`); n != 0 {
		t.Error("a note lies open")
	}
	o.In(o.Parent, func(tx *postgres.Tx) error {
		rows, err := tx.NotesOf(app.ID)
		if len(rows) != 0 {
			t.Error("the parent sees a note")
		}
		return err
	})
}
