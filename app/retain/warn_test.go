package retain_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/jp"
)

// left puts the end of a draft so far away.
func (o *office) left(id string, d time.Duration) {
	o.T.Helper()
	o.Exec(`update applications set expires_at = clock_timestamp() + $2 * interval '1 second', version = version + 1 where id = $1`, id, d.Seconds())
}

const told = `select coalesce(string_agg(args->>'number', ' ' order by id), '') from river_job where kind = 'notify' and args->>'what' = 'draft-expiring' ` +
	`and args->>'application' = $1`

func TestWarnings(t *testing.T) {
	o := newOfficeWith(t, retain.Options{Warnings: []int{14, 3}})
	v := o.draft(false)
	day := 24 * time.Hour
	for _, step := range []struct {
		left time.Duration
		told string
	}{{20 * day, ""}, {14*day - time.Hour, "14"}, {14*day - time.Hour, "14"}} {
		o.left(v.ID, step.left)
		for range 3 {
			if err := o.sweep(); err != nil {
				t.Fatal(err)
			}
		}
		if got := casetest.Value[string](o, told, v.ID); step.told != got && step.told+" 14" != got { // another end is another warning
			t.Errorf("%v before: told %q, want %q", step.left, got, step.told)
		}
	}
}

// Each warning is given once for one end, the nearest stands for the others, and several sweeps at once give no more.
func TestEachWarningOnce(t *testing.T) {
	o := newOfficeWith(t, retain.Options{Warnings: []int{14, 3}})
	far, near, over := o.draft(false), o.draft(false), o.draft(true)
	o.left(far.ID, 10*24*time.Hour)
	o.left(near.ID, 2*24*time.Hour)
	sweeps := func() {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := o.sweep(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	sweeps()
	for id, want := range map[string]string{far.ID: "14", near.ID: "3", over.ID: ""} {
		if got := casetest.Value[string](o, told, id); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	// The days pass: the same end, nearer. The database's clock is real, so the end's row is what moves with its warnings.
	o.Exec(`alter table draft_warnings disable trigger all`)
	o.Exec(`update applications set expires_at = expires_at - interval '8 days', version = version + 1 where id = $1`, far.ID)
	o.Exec(`update draft_warnings set expires_at = expires_at - interval '8 days' where application_id = $1`, far.ID)
	o.Exec(`alter table draft_warnings enable trigger all`)
	sweeps()
	if got := casetest.Value[string](o, told, far.ID); got != "14 3" {
		t.Errorf("told %q", got)
	}
	due := casetest.Value[string](o, `select args->>'due' from river_job where kind = 'notify' and args->>'application' = $1`, near.ID)
	if end := jp.DateIn(casetest.Value[time.Time](o, `select expires_at from applications where id = $1`, near.ID)); due != end.AddDays(-1).String() {
		t.Errorf("told until %s, it expires on %s", due, end)
	}
}

// Saved in between, a draft starts again.
func TestASavedDraftStartsAgain(t *testing.T) {
	o := newOfficeWith(t, retain.Options{Warnings: []int{3}})
	v := o.draft(false)
	o.left(v.ID, 2*24*time.Hour)
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	version := casetest.Value[int64](o, `select version from applications where id = $1`, v.ID)
	if _, err := o.Apply.Change(context.Background(), o.Parent, v.ID, version, apply.Patch(`{"consents":["local-tax"]}`)); err != nil {
		t.Fatal(err)
	}
	if n := casetest.Value[int](o,
		`select count(*) from applications where id = $1 and expires_at between now() + interval '50 minutes' and now() + interval '70 minutes'`, v.ID); n != 1 {
		t.Fatal("saving it did not move its end")
	}
	if err := o.sweep(); err != nil { // within three days of its new end, which is another one
		t.Fatal(err)
	}
	if got := casetest.Value[string](o, told, v.ID); got != "3 3" {
		t.Errorf("told %q", got)
	}
}

// A worker that dies between the warning and its job leaves neither: they are one transaction.
func TestAWarningThatFails(t *testing.T) {
	o := newOfficeWith(t, retain.Options{Warnings: []int{3}})
	v, other := o.draft(false), o.draft(false)
	o.left(v.ID, 24*time.Hour)
	o.left(other.ID, 48*time.Hour)
	o.Exec(
		fmt.Sprintf(
			`create function stick() returns trigger language plpgsql as $$ begin if new.args->>'application' = '%s' then raise exception 'stuck'; end if; return `+
				`new; end $$`,
			v.ID,
		),
	)
	o.Exec(`create trigger stick before insert on river_job for each row execute function stick()`)
	if err := o.sweep(); err == nil {
		t.Error("the failure is not told")
	}
	if n := casetest.Value[int](o, `select count(*) from draft_warnings where application_id = $1`, v.ID); n != 0 {
		t.Errorf("%d warnings without a message", n)
	}
	if got := casetest.Value[string](o, told, other.ID); got != "3" {
		t.Errorf("the other was told %q", got)
	}
	o.Exec(`drop trigger stick on river_job`)
	if err := o.sweep(); err != nil || casetest.Value[string](o, told, v.ID) != "3" {
		t.Errorf("the next time: %v", err)
	}
}
