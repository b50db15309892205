package document

import (
	"context"
	"io"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// What a person may not see does not exist for that person.
func TestOthersSeeNothing(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(1000)))
	w.Exec(`update files set scan = 'clean'`)
	for what, actor := range map[string]models.Actor{
		"another parent":        w.Person(t, "other", models.RoleApplicant, ""),
		"a reviewer":            w.Person(t, "reviewer", models.RoleReviewer, hinata),
		"a foreign reviewer":    w.Person(t, "foreign", models.RoleReviewer, "998028"),
		"an admin":              w.Person(t, "admin", models.RoleAdmin, hinata),
		"the parent, as public": {Person: w.Parent.Person, Role: models.RolePublic},
	} {
		_, err := w.service.Receive(t.Context(), actor, upload(app, "b.pdf", pdf(1000)))
		wantFault(t, what+" sends", err, fault.NotFound, fault.CodeNotFound, "")
		_, err = w.service.Content(t.Context(), actor, app.ID, got.ID)
		wantFault(t, what+" reads", err, fault.NotFound, fault.CodeNotFound, "")
		err = w.service.Delete(t.Context(), actor, app.ID, got.ID, nil)
		wantFault(t, what+" deletes", err, fault.NotFound, fault.CodeNotFound, "")
	}
	other := w.draft(w.Parent)
	if _, err := w.service.Content(t.Context(), w.Parent, other.ID, got.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a file of another application of the same person: %v", err)
	}
	if files := w.files(app); len(files) != 1 {
		t.Errorf("rows %+v", files)
	}
}

func TestContentIsOpenedOnlyWhenClean(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(3 << 20)
	got := w.receive(upload(app, "証明書.pdf", body))
	for _, scan := range []models.ScanState{models.ScanPending, models.ScanInfected, models.ScanFailed} {
		w.Exec(`update files set scan = $1`, scan)
		_, err := w.service.Content(t.Context(), w.Parent, app.ID, got.ID)
		wantFault(t, string(scan), err, fault.Conflict, fault.CodeNotAllowedNow, "")
	}
	if n := casetest.Value[int](w, `select count(*) from audit_entries where action = 'open-file'`); n != 0 {
		t.Errorf("%d openings recorded that did not happen", n)
	}
	w.Exec(`update files set scan = 'clean'`)
	d, err := w.service.Content(t.Context(), w.Parent, app.ID, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(d.Body)
	if err != nil || digest(back) != got.Sha256 || d.Name != "証明書.pdf" || d.MediaType != "application/pdf" || d.Size != int64(len(body)) {
		t.Errorf("%+v, %d bytes, %v", d, len(back), err)
	}
	if err := d.Body.Close(); err != nil {
		t.Error(err)
	}
	if n := casetest.Value[int](w,
		`select count(*) from audit_entries where action = 'open-file' and object_id = $1 and actor_id = $2`, got.ID, w.Parent.Person); n != 1 {
		t.Errorf("%d openings recorded", n)
	}
}

// What is wrong in the store is a failure of ours: never a file that is not found, never a short one.
func TestContentThatIsLostOrDamaged(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(100<<10)))
	moved := w.receive(upload(app, "b.pdf", pdf(100<<10)))
	w.Exec(`update files set scan = 'clean'`)
	keys := map[string]string{}
	for _, id := range []string{got.ID, moved.ID} {
		keys[id] = casetest.Value[string](w, `select object_key from file_parts where file_id = $1`, id)
	}
	// The bytes of one file in the place of another's are refused, though key and length are right.
	object, size, err := w.store.Get(t.Context(), keys[moved.ID])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Put(t.Context(), keys[got.ID], object, size, "application/octet-stream"); err != nil {
		t.Fatal(err)
	}
	_ = object.Close()
	if back, err := w.read(app, got.ID); err == nil || fault.KindOf(err) != fault.Internal || len(back) != 0 {
		t.Errorf("moved: %d bytes, %v", len(back), err)
	}
	if err := w.store.Remove(t.Context(), keys[moved.ID]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.read(app, moved.ID); fault.KindOf(err) != fault.Internal {
		t.Errorf("lost: %v", err)
	}
}

func TestDelete(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(1000)))
	old := app.Version
	err := w.service.Delete(t.Context(), w.Parent, app.ID, got.ID, &old)
	wantFault(t, "an old version", err, fault.Stale, fault.CodeStale, "")
	if f := fault.As(err); f != nil && f.Extra["etag"] != `"2"` {
		t.Errorf("the version now is not told: %v", f.Extra)
	}
	if err := w.service.Delete(t.Context(), w.Parent, app.ID, got.ID, &got.Version); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{got.ID, models.NewID(), "x"} {
		err := w.service.Delete(t.Context(), w.Parent, app.ID, id, nil)
		wantFault(t, "deleting "+id, err, fault.NotFound, fault.CodeNotFound, "")
	}
	if n := casetest.Value[int](w, `select count(*) from audit_entries where action = 'delete-file'`); n != 1 {
		t.Errorf("%d deletions recorded", n)
	}
	if v := casetest.Value[int64](w, `select version from applications`); v != got.Version+1 {
		t.Errorf("version %d", v)
	}
	w.wantNothing("a deleted file")
}

// A file on its way does not exist for anybody yet.
func TestAFileOnItsWayIsNotThere(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(1 << 20)
	in := upload(app, "a.pdf", body)
	in.Body = midway(body, func() {
		id := w.files(app)[0].ID
		_, err := w.service.Content(context.Background(), w.Parent, app.ID, id)
		wantFault(t, "reading it", err, fault.NotFound, fault.CodeNotFound, "")
		err = w.service.Delete(context.Background(), w.Parent, app.ID, id, nil)
		wantFault(t, "deleting it", err, fault.NotFound, fault.CodeNotFound, "")
	})
	w.receive(in)
}
