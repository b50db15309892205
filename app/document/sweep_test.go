package document

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/models"
)

func TestSweepAsksAgainForScans(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	pending, failed, clean, young := w.receive(upload(app, "1.pdf", pdf(100))), w.receive(upload(app, "2.pdf", pdf(100))),
		w.receive(upload(app, "3.pdf", pdf(100))), w.receive(upload(app, "4.pdf", pdf(100)))
	w.Exec(`update files set created_at = created_at - interval '2 hours' where id <> $1`, young.ID)
	w.Exec(`update files set scan = 'failed' where id = $1`, failed.ID)
	w.Exec(`update files set scan = 'clean' where id = $1`, clean.ID)
	w.Exec(`delete from river_job`) // the jobs are lost
	for range 3 {                   // however often it comes by, one job waits for a file
		if swept := w.sweepAll(); swept.Rescanned != 2 {
			t.Errorf("swept %+v", swept)
		}
	}
	for id, want := range map[string]int{pending.ID: 1, failed.ID: 1, clean.ID: 0, young.ID: 0} {
		n := casetest.Value[int](
			w,
			`select count(*) from river_job where kind = 'scan' and args = jsonb_build_object('municipality', $1::text, 'application', $2::text, 'file', $3::text)`,
			hinata,
			app.ID,
			id,
		)
		if n != want {
			t.Errorf("%d scans wait, want %d", n, want)
		}
	}
	w.Exec(`update river_job set state = 'completed', finalized_at = now()`)
	w.sweepAll()
	if n := casetest.Value[int](w, `select count(*) from river_job where state = 'available'`); n != 2 {
		t.Errorf("after the jobs ended without a verdict %d wait", n)
	}
}

func TestSweepAsksAgainForViewCopies(t *testing.T) {
	w := newViewWorld(t, &drawer{})
	app := w.draft(w.Parent)
	lost, made, none, unscanned, young := w.receive(upload(app, "1.pdf", pdf(100))), w.receive(upload(app, "2.pdf", pdf(100))),
		w.receive(upload(app, "3.pdf", pdf(100))), w.receive(upload(app, "4.pdf", pdf(100))), w.receive(upload(app, "5.pdf", pdf(100)))
	w.Exec(`update files set created_at = created_at - interval '2 hours' where id <> $1`, young.ID)
	w.Exec(`update files set scan = 'clean' where id <> $1`, unscanned.ID)
	w.Exec(`update files set view = 'ready' where id = $1`, made.ID)
	w.Exec(`update files set view = 'none' where id = $1`, none.ID)
	w.Exec(`delete from river_job`) // the jobs are lost
	for range 3 {                   // however often it comes by, one job waits for a file
		if swept := w.sweepAll(); swept.Recopied != 1 {
			t.Errorf("swept %+v", swept)
		}
	}
	for id, want := range map[string]int{lost.ID: 1, made.ID: 0, none.ID: 0, unscanned.ID: 0, young.ID: 0} {
		if n := casetest.Value[int](w, `select count(*) from river_job where kind = 'make-view' and args ->> 'file' = $1`, id); n != want {
			t.Errorf("%d view copies wait, want %d", n, want)
		}
	}
}

// Files over many pages are all asked for, also when those at the front never get a verdict.
func TestSweepGoesThroughAllPages(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	const n = 2*sweepBatch + 7
	w.Exec(
		`insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, media_type, size, sha256, state, revision,
			created_at, stored_at)
		select gen_random_uuid(), $1, $2, $3, 'd', 's', int4send(i), '', 'application/pdf', 1, 'x', 'stored', 1,
			now() - interval '1 day' - (i % 5) * interval '1 s', now()
		from generate_series(1, $4::int) i`,
		app.ID,
		hinata,
		w.Parent.Person,
		n,
	)
	w.Exec(`insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, state, expires_at, revision, created_at)
		select gen_random_uuid(), $1, $2, $3, 'd', 's', int4send(i), '', 'receiving', now() - interval '1 s', 1, now() from generate_series(1, $4::int) i`, app.ID,
		hinata, w.Parent.Person, n)
	w.Exec(`insert into file_parts (file_id, number, application_id, municipality, person_id, object_key)
		select id, 1, application_id, municipality, person_id, 'files/' || id from files where state = 'receiving'`)
	if swept := w.sweepAll(); swept != (Swept{Abandoned: n, Removed: n, Rescanned: n}) {
		t.Errorf("swept %+v", swept)
	}
	if jobs := casetest.Value[int](w, `select count(distinct args) from river_job where kind = 'scan'`); jobs != n {
		t.Errorf("%d jobs", jobs)
	}
}

// What could not be removed stays queued, and what could is not asked for again.
func TestASweepThatIsCutShortGoesOn(t *testing.T) {
	broken := &failing{after: 3}
	w := newWorld(t, options, func(o Objects) Objects { broken.Objects = o; return broken }, nil)
	app := w.draft(w.Parent)
	for i := range 10 {
		got := w.receive(upload(app, fmt.Sprintf("%d.pdf", i), pdf(100)))
		if err := w.service.Delete(t.Context(), w.Parent, app.ID, got.ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	if swept, err := w.service.Sweep(t.Context()); !errors.Is(err, errBroken) || swept.Removed != 3 {
		t.Errorf("the first sweep: %+v, %v", swept, err)
	}
	if waiting := casetest.Value[int](w, `select count(*) from object_removals`); waiting != 7 || len(w.keys()) != 7 {
		t.Errorf("%d wait, objects %q", waiting, w.keys())
	}
	broken.after = 1000
	if swept := w.sweepAll(); swept.Removed != 7 {
		t.Errorf("the second sweep: %+v", swept)
	}
	w.wantNothing("two sweeps")
}

var errBroken = errors.New("broken")

// failing lets some removals through and refuses the rest.
type failing struct {
	Objects
	after int64
	done  atomic.Int64
}

func (f *failing) Remove(ctx context.Context, key string) error {
	if f.done.Add(1) > f.after {
		return errBroken
	}
	return f.Objects.Remove(ctx, key)
}

// A deleted draft takes its files' objects with it, whoever deleted it.
func TestSweepTakesTheObjectsOfADeletedDraft(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app, other := w.draft(w.Parent), w.draft(w.Parent)
	w.receive(upload(app, "a.pdf", pdf(100)))
	w.begin(app, "b.pdf", pdf(100), true)
	kept := w.receive(upload(other, "a.pdf", pdf(100)))
	w.Exec(`delete from applications where id = $1`, app.ID)
	w.sweepAll()
	if keys := w.keys(); !slices.Equal(keys, []string{objectKey(hinata, kept.ID, 1)}) {
		t.Errorf("objects %q", keys)
	}
	if files := w.files(other); len(files) != 1 || files[0].State != models.FileStored {
		t.Errorf("rows %+v", files)
	}
}
