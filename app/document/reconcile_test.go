package document

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
)

const tomorrow = 24 * time.Hour

func leastAge() time.Duration { return options.UploadTime + options.UploadGrace }

// aged shows every object as older than it is, as if time had passed.
type aged struct {
	Objects
	by time.Duration
}

func (a aged) List(ctx context.Context, prefix, after string, fn func(object.Info) error) error {
	return a.Objects.List(ctx, prefix, after, func(o object.Info) error { o.Modified = o.Modified.Add(-a.by); return fn(o) })
}

// age lets a day pass for the objects.
func (w *world) age() { w.service.objects = aged{w.service.objects, tomorrow} }

func (w *world) reconcile(opt ReconcileOptions) Report {
	w.T.Helper()
	report, err := w.service.Reconcile(context.Background(), opt)
	if err != nil {
		w.T.Fatal(err)
	}
	return report
}

func (w *world) put(key string) {
	w.T.Helper()
	if _, err := w.store.Put(context.Background(), key, bytes.NewReader([]byte("x")), 1, "application/octet-stream"); err != nil {
		w.T.Fatal(err)
	}
}

func TestReconcileBothWays(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	good := w.receive(upload(app, "a.pdf", pdf(1000)))
	lost := w.receive(upload(app, "b.pdf", pdf(1000)))
	damaged := w.receive(upload(app, "c.pdf", pdf(1000)))
	w.begin(app, "under-way.pdf", pdf(1000), true)
	deleted := w.receive(upload(app, "d.pdf", pdf(1000)))
	if err := w.service.Delete(t.Context(), w.Parent, app.ID, deleted.ID, nil); err != nil {
		t.Fatal(err)
	}
	keyOf := func(id string) string {
		return casetest.Value[string](w, `select object_key from file_parts where file_id = $1`, id)
	}
	if err := w.store.Remove(t.Context(), keyOf(lost.ID)); err != nil {
		t.Fatal(err)
	}
	w.put(keyOf(damaged.ID))
	orphans := []string{objectKey(hinata, models.NewID(), 1), "files/000000/strange", "files/~"}
	for _, key := range append(orphans, "exports/another-matter") {
		w.put(key)
	}
	w.age()
	want := Report{Objects: 7, Rows: 3, Known: 2, Orphans: 3, Missing: 1, WrongSize: 1}
	var found []string
	each := func(f Finding) { found = append(found, f.Kind+" "+f.Key) }
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge(), DryRun: true, Each: each}); got != want {
		t.Errorf("a dry run: %+v, want %+v", got, want)
	}
	expected := []string{"missing " + keyOf(lost.ID), "wrong-size " + keyOf(damaged.ID)}
	for _, key := range orphans {
		expected = append(expected, "orphan "+key)
	}
	sort.Strings(found)
	sort.Strings(expected)
	if fmt.Sprint(found) != fmt.Sprint(expected) {
		t.Errorf("found %q, want %q", found, expected)
	}
	if n := casetest.Value[int](w, `select count(*) from object_removals`); n != 1 {
		t.Errorf("a dry run queued something: %d", n)
	}
	want.Queued = 2
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge(), AtMost: 2}); got != want {
		t.Errorf("at most two: %+v, want %+v", got, want)
	}
	want.Known, want.Orphans, want.Queued = 4, 1, 1
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge()}); got != want {
		t.Errorf("the rest: %+v, want %+v", got, want)
	}
	if got := casetest.Value[string](w, `select municipality from object_removals where object_key = $1`, orphans[0]); got != hinata {
		t.Errorf("the municipality of an orphan: %q", got)
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 4 || keys[0] != "exports/another-matter" { // and good, damaged, under way
		t.Errorf("left: %q", keys)
	}
	w.Exec(`update files set scan = 'clean'`)
	if _, err := w.read(app, good.ID); err != nil {
		t.Error(err)
	}
}

func TestReconcileRefusesAnAgeThatAnUploadCanReach(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	_, err := w.service.Reconcile(t.Context(), ReconcileOptions{MinAge: leastAge() - 1})
	wantFault(t, "a short age", err, fault.Refused, fault.CodeInvalidRequest, "")
}

// listing is a store that lists other objects than it has.
type listing struct {
	Objects
	keys []string
	size int64
}

func (c listing) List(_ context.Context, _, after string, fn func(object.Info) error) error {
	for _, key := range c.keys {
		if key > after {
			if err := fn(object.Info{Key: key, Size: c.size, Modified: time.Unix(0, 0)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c listing) Stat(ctx context.Context, key string) (object.Info, error) {
	if slices.Contains(c.keys, key) {
		return object.Info{Key: key, Size: c.size}, nil
	}
	return c.Objects.Stat(ctx, key)
}

// Thousands of both, over many pages: every second object has no row, every third row no object.
func TestReconcileOverManyPages(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	const n = 6000
	w.Exec(
		`insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, media_type, size, sha256, state, revision,
			created_at, stored_at)
		select ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, $1, $2, $3, 'd', 's', int4send(i), '', 'application/pdf', 1, 'x', 'stored', 1,
			now(), now()
		from generate_series(1, $4::int) i`,
		app.ID,
		hinata,
		w.Parent.Person,
		n,
	)
	w.Exec(`insert into file_parts (file_id, number, application_id, municipality, person_id, object_key, size, sealed_size)
		select id, 1, application_id, municipality, person_id, 'files/' || municipality || '/' || id || '/0001', 1, 57 from files`)
	var keys []string
	missing, orphans := 0, 0
	for i := range n {
		id := fmt.Sprintf("00000000-0000-7000-8000-%012x", i+1)
		if i%3 == 0 {
			missing++
		} else {
			keys = append(keys, objectKey(hinata, id, 1))
		}
		if i%2 == 0 {
			orphans++
			keys = append(keys, objectKey(hinata, id, 2))
		}
	}
	w.service.objects = listing{w.service.objects, keys, 57}
	want := Report{Objects: int64(len(keys)), Rows: n, Orphans: int64(orphans), Queued: int64(orphans), Missing: int64(missing)}
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge()}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if queued := casetest.Value[int](w, `select count(*) from object_removals`); queued != orphans {
		t.Errorf("%d queued", queued)
	}
}

// What changes while it runs is no finding.
func TestReconcileDuringUploadsAndDeletions(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	gone, stays := w.receive(upload(app, "a.pdf", pdf(1000))), w.receive(upload(app, "b.pdf", pdf(1000)))
	w.service.objects = duringList{w.service.objects, func() { // the rows are read; now one goes, with its object
		if err := w.service.Delete(context.Background(), w.Parent, app.ID, gone.ID, nil); err != nil {
			t.Error(err)
		}
		w.sweepAll()
	}}
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge()}); got.Missing != 0 || got.Orphans != 0 {
		t.Errorf("%+v", got)
	}
	// A listing made before an object came does not make its row a loss.
	w.service.objects = listing{w.store, nil, 0}
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge()}); got.Missing != 0 || got.Rows != 1 {
		t.Errorf("%s is a loss: %+v", stays.ID, got)
	}
	// Nor does one made before an object went make it an orphan.
	orphan := objectKey(hinata, models.NewID(), 1)
	w.put(orphan)
	w.service.objects = duringList{aged{w.store, tomorrow}, func() {
		if err := w.store.Remove(context.Background(), orphan); err != nil {
			t.Error(err)
		}
	}}
	if got := w.reconcile(ReconcileOptions{MinAge: leastAge()}); got.Orphans != 0 || got.Objects != 2 {
		t.Errorf("an object that is gone: %+v", got)
	}
}

// duringList lets something happen between a listing and its use.
type duringList struct {
	Objects
	do func()
}

func (d duringList) List(ctx context.Context, prefix, after string, fn func(object.Info) error) error {
	var listed []object.Info
	err := d.Objects.List(ctx, prefix, after, func(o object.Info) error { listed = append(listed, o); return nil })
	if err != nil {
		return err
	}
	d.do()
	for _, o := range listed {
		if err := fn(o); err != nil {
			return err
		}
	}
	return nil
}
