package dossier_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// answer has what a real one has: a pointer, a list and a map that must not be mixed up with another's.
type answer struct {
	N      int
	Next   *answer
	List   []answer
	Member map[string]int
}

func counted(n *atomic.Int64) func(tx *postgres.Tx) (*answer, error) {
	return func(tx *postgres.Tx) (*answer, error) {
		i := int(n.Add(1))
		return &answer{N: i, List: []answer{{N: i}}, Member: map[string]int{"a": i}},
			tx.AddAudit(&models.AuditEntry{Action: "counted"})
	}
}

func TestOnce(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	var n atomic.Int64
	do := func(d *dossier.Service, actor models.Actor, req dossier.Request) (*answer, error) {
		return dossier.Once(ctx, d, actor, req, counted(&n))
	}
	first, err := do(o.Dossiers, o.Parent, casetest.Request("k", "body"))
	if err != nil || first.N != 1 {
		t.Fatalf("%+v %v", first, err)
	}
	for _, dossiers := range []*dossier.Service{o.Dossiers, o.other} { // another node knows it too
		again, err := do(dossiers, o.Parent, casetest.Request("k", "body"))
		if err != nil || again.N != 1 || again.List[0].N != 1 || again.Member["a"] != 1 {
			t.Errorf("the same: %+v %v", again, err)
		}
	}
	_, err = do(o.Dossiers, o.Parent, casetest.Request("k", "another body"))
	casetest.Refused(t, err, fault.CodeIdempotencyReused)
	if n.Load() != 1 || casetest.Value[int](o, `select count(*) from audit_entries`) != 1 {
		t.Errorf("it was done %d times", n.Load())
	}
	elsewhere := casetest.Request("k", "body")
	elsewhere.Route = "POST /other"
	stranger := o.Person(t, "stranger", models.RoleApplicant, "")
	for i, c := range []struct {
		actor models.Actor
		req   dossier.Request
	}{{stranger, casetest.Request("k", "body")}, {o.Parent, elsewhere}, {o.Parent, casetest.Request("l", "body")}} {
		if got, err := do(o.Dossiers, c.actor, c.req); err != nil || got.N != i+2 {
			t.Errorf("another's key, another route, another key: %+v %v", got, err)
		}
	}
	if casetest.Value[bool](o, `select bool_or(position(convert_to('List', 'UTF8') in sealed) > 0) from idempotency_keys`) {
		t.Error("answers are not sealed")
	}
	// A key may be anything, a person's number too: it is not kept as it came (P4).
	if keys := casetest.Value[int](o, `select count(*) from idempotency_keys where key !~ '^[0-9a-f]{64}$'`); keys != 0 {
		t.Errorf("%d keys stand as the client sent them", keys)
	}
}

func TestAFailureIsNotRemembered(t *testing.T) {
	o := newOffice(t)
	var n atomic.Int64
	for _, failure := range []error{fault.ErrConflict, fault.ErrNotFound, errors.New("broken"), fault.New(fault.Stale, fault.CodeStale, "")} {
		got, err := dossier.Once(context.Background(), o.Dossiers, o.Parent, casetest.Request("k", "b"), func(tx *postgres.Tx) (*answer, error) {
			if err := tx.AddAudit(&models.AuditEntry{Action: "failed"}); err != nil {
				return nil, err
			}
			return &answer{N: -1}, failure
		})
		if !errors.Is(err, failure) || got != nil {
			t.Errorf("%+v %v, want %v", got, err, failure)
		}
	}
	// Nor is one whose writes fail, when the answer was made already.
	got, err := dossier.Once(context.Background(), o.Dossiers, o.Parent, casetest.Request("k", "b"), func(tx *postgres.Tx) (*answer, error) {
		return &answer{
				N: -1,
			}, tx.AddHistory(
				&models.History{ID: models.NewID(), ApplicationID: models.NewID(), Municipality: hinata, PersonID: o.Parent.Person, At: tx.Now},
			)
	})
	if err == nil || got != nil {
		t.Errorf("a failed commit: %+v %v", got, err)
	}
	if n := casetest.Value[int](o, `select count(*) from audit_entries`) + casetest.Value[int](o, `select count(*) from idempotency_keys`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if got, err := dossier.Once(context.Background(), o.Dossiers, o.Parent, casetest.Request("k", "another"), counted(&n)); err != nil || got.N != 1 {
		t.Errorf("afterwards: %+v %v", got, err)
	}
}

// The same request many times at once is done once, and each gets the answer.
func TestOnceAtOnce(t *testing.T) {
	o := newOffice(t)
	for range 5 {
		req := casetest.Request(models.NewID(), "b")
		answers := make([]*answer, 6)
		before := casetest.Value[int](o, `select count(*) from audit_entries`)
		var n atomic.Int64
		errs := casetest.Together(len(answers), func(i int) (err error) {
			dossiers := []*dossier.Service{o.Dossiers, o.other}[i%2]
			answers[i], err = dossier.Once(context.Background(), dossiers, o.Parent, req, counted(&n))
			return err
		})
		for i, a := range answers {
			if errs[i] != nil || a.N != answers[0].N || a.Member["a"] != a.N || len(a.List) != 1 {
				t.Errorf("%+v %v", a, errs[i])
			}
		}
		if after := casetest.Value[int](o, `select count(*) from audit_entries`); after != before+1 {
			t.Errorf("it was done %d times", after-before)
		}
	}
}

// A request that finds its own twin in its way, and not its key, gets the twin's answer.
func TestOnceWhenTheTwinStandsInTheWay(t *testing.T) {
	o := newOffice(t)
	for range 5 {
		app := o.application(models.StateArrived)
		answers := make([]*answer, 4)
		req := casetest.Request(models.NewID(), "b")
		errs := casetest.Together(len(answers), func(i int) (err error) {
			answers[i], err = dossier.Once(context.Background(), o.Dossiers, o.Parent, req, func(tx *postgres.Tx) (*answer, error) {
				locked, err := tx.LockApplication(app.ID)
				if err != nil {
					return nil, err
				}
				return &answer{N: i + 1}, o.Dossiers.Move(tx, locked, dossier.Step{Event: "withdraw"})
			})
			return err
		})
		for i := range answers {
			if errs[i] != nil || answers[i].N != answers[0].N {
				t.Errorf("%+v %v", answers[i], errs[i])
			}
		}
		_, err := dossier.Once(context.Background(), o.Dossiers, o.Parent, casetest.Request(models.NewID(), "b"), func(tx *postgres.Tx) (*answer, error) {
			locked, err := tx.LockApplication(app.ID)
			if err != nil {
				return nil, err
			}
			return nil, o.Dossiers.Move(tx, locked, dossier.Step{Event: "withdraw"})
		})
		casetest.Refused(t, err, fault.CodeNotAllowedNow)
	}
}
