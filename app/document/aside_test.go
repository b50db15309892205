package document

import (
	"testing"

	"kosodate.example/onestop/app/fault"
)

// TestADeletedFileCanBeHadBackForAnHour: it is gone for everybody meanwhile, takes no place, and then its bytes go too.
func TestADeletedFileCanBeHadBackForAnHour(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "通帳.pdf", pdf(1000)))
	w.Exec(`update files set scan = 'clean'`)
	aside := func() []Aside {
		t.Helper()
		out, err := w.service.SetAside(t.Context(), w.Parent, app.ID)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	put := func(back bool) error {
		if back {
			return w.service.PutBack(t.Context(), w.Parent, app.ID, got.ID)
		}
		return w.service.PutAside(t.Context(), w.Parent, app.ID, got.ID)
	}
	if err := put(false); err != nil {
		t.Fatal(err)
	}
	_, err := w.service.Content(t.Context(), w.Parent, app.ID, got.ID)
	wantFault(t, "while it is aside", err, fault.NotFound, fault.CodeNotFound, "")
	w.Exec(`update files set view = 'ready'`)
	_, err = w.service.Page(t.Context(), w.Parent, app.ID, got.ID, 0)
	wantFault(t, "its picture", err, fault.NotFound, fault.CodeNotFound, "")
	w.Exec(`update files set scan = 'clean'`)
	wantFault(t, "its copy anew", w.service.Remake(t.Context(), w.Parent, app.ID, got.ID), fault.NotFound, fault.CodeNotFound, "")
	if list := aside(); len(list) != 1 || list[0].Name != "通帳.pdf" || list[0].ID != got.ID {
		t.Errorf("%+v", list)
	}
	wantFault(t, "twice", put(false), fault.NotFound, fault.CodeNotFound, "")
	if open, err := w.service.Uploads(t.Context(), w.Parent, app.ID, "", ""); err != nil || len(open) != 0 {
		t.Errorf("it is taken for an upload under way: %+v %v", open, err)
	}
	if err := put(true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.read(app, got.ID); err != nil || len(aside()) != 0 {
		t.Errorf("it is not back: %v %+v", err, aside())
	}
	wantFault(t, "what is back", put(true), fault.NotFound, fault.CodeNotFound, "")

	if err := put(false); err != nil {
		t.Fatal(err)
	}
	w.receive(upload(app, "通帳.pdf", pdf(2000)))
	if err := put(true); err != nil {
		t.Fatal(err)
	}
	if there := w.stored(app); len(there) != 2 || w.idOf(app, "通帳 (2).pdf") != got.ID {
		t.Errorf("beside a newer one: %v", there)
	}
	if err := put(false); err != nil {
		t.Fatal(err)
	}
	w.Exec(`update files set expires_at = now() where state = 'receiving'`)
	wantFault(t, "after its hour", put(true), fault.NotFound, fault.CodeNotFound, "")
	w.sweepAll()
	if len(aside()) != 0 || len(w.keys()) != 1 {
		t.Errorf("%+v, objects %v", aside(), w.keys())
	}
}
