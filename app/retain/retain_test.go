package retain_test

import (
	"context"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/models"
)

const hinata = casetest.Hinata

// office is a municipality with one parent, who has drafts.
type office struct {
	*casetest.World
	service *retain.Service
}

func newOffice(t testing.TB) *office { return newOfficeWith(t, retain.Options{}) }

func newOfficeWith(t testing.TB, opt retain.Options) *office {
	t.Helper()
	w := casetest.New(t, hinata)
	w.Apply = apply.New(w.Dossiers, apply.Options{DraftLifetime: time.Hour}) // shorter than what a draft has left in a test: saving moves its end
	return &office{World: w, service: retain.New(w.Dossiers, w.Sweep, opt)}
}

// draft begins a draft whose time is over, or not yet.
func (o *office) draft(over bool) *apply.View {
	o.T.Helper()
	v, err := o.Apply.Create(context.Background(), o.Parent, casetest.Once(),
		apply.Draft{Procedure: "child-allowance-claim", Municipality: hinata, OnDuplicate: apply.Separate})
	if err != nil {
		o.T.Fatal(err)
	}
	if over {
		o.Exec(`update applications set expires_at = clock_timestamp() - interval '1 second', version = version + 1 where id = $1`, v.ID)
		v.Version++
	}
	return v
}

func (o *office) sweep() error { return o.service.Sweep(context.Background()) }

func (o *office) get(id string) *apply.View {
	o.T.Helper()
	v, err := o.Apply.Get(context.Background(), o.Parent, id)
	if err != nil {
		o.T.Fatal(err)
	}
	return v
}

func TestADraftThatNobodyCameBackTo(t *testing.T) {
	o := newOffice(t)
	over, open := o.draft(true), o.draft(false)
	for range 2 {
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	v := o.get(over.ID)
	last := v.Timeline[len(v.Timeline)-1]
	if v.State != models.StateExpired || last.Event != "expire" || last.Role != models.RoleSystem {
		t.Errorf("%s, %+v", v.State, last)
	}
	if now := o.get(open.ID); now.State != models.StateDraft || now.Version != open.Version {
		t.Errorf("a draft whose time is not over: %s", now.State)
	}
	if n := casetest.Value[int](o,
		`select count(*) from river_job where kind = 'notify' and args->>'what' = 'draft-expired' and args->>'application' = $1`, over.ID); n != 1 {
		t.Errorf("%d notices", n)
	}
	for name, err := range map[string]error{
		"save": func() error {
			_, err := o.Apply.Change(context.Background(), o.Parent, over.ID, v.Version, apply.Patch(`{}`))
			return err
		}(),
		"file": func() error {
			_, err := o.Apply.File(context.Background(), o.Parent, casetest.Once(), over.ID, nil)
			return err
		}(),
		"delete": o.Apply.Delete(context.Background(), o.Parent, over.ID, nil),
	} {
		if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever saves a draft at the moment at which it expires keeps it, or is told that it expired.
func TestASaveAtTheSameMoment(t *testing.T) {
	o := newOffice(t)
	kept := 0
	for range 12 {
		v := o.draft(true)
		var saved, swept error
		var begin, done sync.WaitGroup
		begin.Add(1)
		done.Go(func() {
			begin.Wait()
			_, saved = o.Apply.Change(context.Background(), o.Parent, v.ID, v.Version, apply.Patch(`{"consents":["local-tax"]}`))
		})
		done.Go(func() { begin.Wait(); swept = o.sweep() })
		begin.Done()
		done.Wait()
		if swept != nil {
			t.Fatal(swept)
		}
		now := o.get(v.ID)
		switch {
		case saved == nil && now.State == models.StateDraft && len(now.Consents) == 1:
			kept++
		case saved != nil && now.State == models.StateExpired:
			if code := fault.As(saved).Code; code != fault.CodeNotAllowedNow && code != fault.CodeStale {
				t.Error(saved)
			}
		default:
			t.Errorf("saved: %v, and it is %s", saved, now.State)
		}
	}
	t.Logf("%d of 12 were kept", kept)
}

// One draft that cannot be ended does not keep the others.
func TestOneThatFails(t *testing.T) {
	o := newOffice(t)
	stuck, other := o.draft(true), o.draft(true)
	o.Exec(
		`create function stick() returns trigger language plpgsql as $$
			begin if new.id = '` + stuck.ID + `' then raise exception 'stuck'; end if; return new; end $$`,
	)
	o.Exec(`create trigger stick before update on applications for each row execute function stick()`)
	if err := o.sweep(); err == nil {
		t.Error("the failure is not told")
	}
	if a, b := o.get(stuck.ID).State, o.get(other.ID).State; a != models.StateDraft || b != models.StateExpired {
		t.Errorf("%s and %s", a, b)
	}
	o.Exec(`drop trigger stick on applications`)
	if err := o.sweep(); err != nil || o.get(stuck.ID).State != models.StateExpired {
		t.Errorf("the next time: %v", err)
	}
}

func TestAnswersAndSessions(t *testing.T) {
	o := newOffice(t)
	o.draft(false)
	o.draft(false)
	o.Exec(`update idempotency_keys set created_at = created_at - interval '24 hours 1 second' where key = (select min(key) from idempotency_keys)`)
	o.Exec(`insert into sessions (token_digest, data, expires_at) values ('\x01', '', now() - interval '1 second'), ('\x02', '', now() + interval '1 hour')`)
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	if n, m := casetest.Value[int](o, `select count(*) from idempotency_keys`), casetest.Value[int](o, `select count(*) from sessions`); n != 1 || m != 1 {
		t.Errorf("%d answers and %d sessions are left", n, m)
	}
}
