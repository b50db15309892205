package postgres_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// core is a core system of a municipality, approved, behind the program's back.
func core(t testing.TB, d *pgtest.Database, municipality string, seesProtected bool) models.Actor {
	t.Helper()
	id := models.NewID()
	exec(t, d.SuperDSN, `insert into people (id, provider, subject) values ($1, 'core-system', $2)`, id, id)
	exec(t, d.SuperDSN, `insert into core_systems (id, municipality, name, state, scopes, networks, per_second, sees_protected, keys, reason, proposed_by,
		proposed_at, decided_by, decided_at) values ($1, $2, 'n', 'approved', 'core:read', '10.0.0.0/8', 5, $3, '{}', 'r', $1, now(), gen_random_uuid(), now())`,
		id, municipality, seesProtected)
	return models.Actor{Role: models.RoleCore, Person: id, Municipality: municipality, Purpose: "test"}
}

// told reads the feed from after a place to its end, a few at a time.
func told(t testing.TB, d *pgtest.Database, who models.Actor, after int64) (out []postgres.CoreEvent) {
	t.Helper()
	for {
		var page []postgres.CoreEvent
		must(t, d.App, who, func(tx *postgres.Tx) (err error) {
			if _, err = tx.PublishCoreEvents(); err == nil {
				page, err = tx.CoreEvents(after, 7)
			}
			return err
		})
		if len(page) == 0 {
			return out
		}
		out, after = append(out, page...), page[len(page)-1].Position
	}
}

func kinds(events []postgres.CoreEvent) (out []string) {
	for _, e := range events {
		kind := e.Kind
		if e.ApplicationID == nil {
			kind += " hidden"
		}
		out = append(out, kind)
	}
	return out
}

// happens writes steps into a case's history, as a use case does: with the case locked.
func happens(t testing.TB, d *pgtest.Database, who models.Actor, app *models.Application, event string) {
	t.Helper()
	must(t, d.App, who, func(tx *postgres.Tx) error {
		locked, err := tx.LockApplication(app.ID)
		if err != nil {
			return err
		}
		return tx.AddHistory(&models.History{ID: models.NewID(), ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID, At: tx.Now,
			Event: event, FromState: locked.State, ToState: locked.State, Role: tx.Actor.Role, Revision: 1})
	})
}

// Writers that commit in any order, and readers meanwhile: every reader is told everything once, in the order of each case.
func TestTheFeedMissesNothingThatCommitsLate(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "parent", models.RoleApplicant, "")
	reader := core(t, d, hinata, false)
	const cases, steps = 6, 12
	var apps []*models.Application
	for range cases {
		app := addDraft(t, d, parent, hinata)
		fileDraft(t, d, parent, app)
		apps = append(apps, app)
	}
	events := []string{"submit-correction", "reopen", "paper"}
	var writers errgroup.Group
	for w := range cases * 2 { // two at each case
		writers.Go(func() error {
			for n := range steps {
				happens(t, d, parent, apps[w/2], events[(w+n)%len(events)])
			}
			return nil
		})
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = writers.Wait() }()
	var seen []postgres.CoreEvent
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		var after int64
		if len(seen) > 0 {
			after = seen[len(seen)-1].Position
		}
		seen = append(seen, told(t, d, reader, after)...)
	}
	if len(seen) != cases*2*steps {
		t.Fatalf("told of %d events, want %d", len(seen), cases*2*steps)
	}
	byCase := map[string][]string{}
	for i, e := range seen {
		if e.Position != int64(i+1) {
			t.Fatalf("event %d has place %d", i, e.Position)
		}
		byCase[*e.ApplicationID] = append(byCase[*e.ApplicationID], e.Kind)
	}
	for _, app := range apps {
		var happened []string
		direct(t, d.SuperDSN, func(conn *pgx.Conn) {
			if err := conn.QueryRow(bg, `select array_agg(kind order by seq) from core_events where application_id = $1`, app.ID).Scan(&happened); err != nil {
				t.Fatal(err)
			}
		})
		if !slices.Equal(byCase[app.ID], happened) {
			t.Errorf("told %v, happened %v", byCase[app.ID], happened)
		}
	}
	if again := told(t, d, reader, 0); len(again) != len(seen) {
		t.Errorf("from the beginning %d events, want %d", len(again), len(seen))
	}
	if foreign := told(t, d, core(t, d, minato, true), 0); len(foreign) != 0 {
		t.Errorf("another municipality's core system is told of %d events", len(foreign))
	}
}

// Of a case that is hidden a system that may not see it is told that something happened, and neither which case nor what it was; of one that waits for
// the directory nobody is told until that has answered; and once it is open again it is told to be taken anew.
func TestTheFeedHidesWhomTheSystemMayNotSee(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "parent", models.RoleApplicant, "")
	plain, trusted := core(t, d, hinata, false), core(t, d, hinata, true)
	app := addDraft(t, d, parent, hinata)
	fileDraft(t, d, parent, app)
	exec(t, d.SuperDSN, `update applications set awaits_directory = true where id = $1`, app.ID)
	happens(t, d, parent, app, "file")
	if got := told(t, d, trusted, 0); len(got) != 0 {
		t.Errorf("before the directory has answered: %v", kinds(got))
	}
	exec(t, d.SuperDSN, `update applications set awaits_directory = false where id = $1`, app.ID)
	if got := kinds(told(t, d, plain, 0)); !slices.Equal(got, []string{"arrived"}) {
		t.Errorf("once it has answered: %v", got)
	}
	exec(t, d.SuperDSN, `update applications set protected = true where id = $1`, app.ID)
	if got := kinds(told(t, d, plain, 0)); !slices.Equal(got, []string{"arrived hidden", "protected hidden"}) {
		t.Errorf("protected, to who may not see it: %v", got)
	}
	if got := kinds(told(t, d, trusted, 0)); !slices.Equal(got, []string{"arrived", "protected"}) {
		t.Errorf("protected, to who may: %v", got)
	}
	exec(t, d.SuperDSN, `update applications set protected = false where id = $1`, app.ID)
	if got := kinds(told(t, d, plain, 0)); !slices.Equal(got, []string{"arrived", "protected", "available"}) {
		t.Errorf("open again: %v", got)
	}
	exec(t, d.SuperDSN, `update applications set awaits_directory = true where id = $1`, app.ID)
	exec(t, d.SuperDSN, `update applications set awaits_directory = false where id = $1`, app.ID)
	if got := told(t, d, plain, 3); len(got) != 1 || got[0].Kind != models.ToldAvailable {
		t.Errorf("asked about once more: %v", kinds(got))
	}
}

// A year is kept; who comes back later than that is told so by what is forgotten.
func TestTheFeedForgetsAfterAYear(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "parent", models.RoleApplicant, "")
	reader := core(t, d, hinata, false)
	app := addDraft(t, d, parent, hinata)
	fileDraft(t, d, parent, app)
	for range 5 {
		happens(t, d, parent, app, "paper")
	}
	if got := told(t, d, reader, 0); len(got) != 5 {
		t.Fatalf("%d events", len(got))
	}
	exec(t, d.SuperDSN, `update core_events set published_at = now() - interval '366 days' where position <= 3`)
	must(t, d.Sweep, models.System("", "test"), func(tx *postgres.Tx) error {
		n, err := tx.SweepCoreEvents(2)
		if err == nil && n != 2 {
			t.Errorf("%d taken away at first", n)
		}
		if _, err := tx.SweepCoreEvents(100); err != nil {
			return err
		}
		return err
	})
	must(t, d.App, reader, func(tx *postgres.Tx) error {
		forgotten, err := tx.PublishCoreEvents()
		if err == nil && forgotten != 3 {
			t.Errorf("forgotten up to %d", forgotten)
		}
		return err
	})
	if got := told(t, d, reader, 0); len(got) != 2 || got[0].Position != 4 {
		t.Errorf("left: %+v", got)
	}
}

// Nobody alone makes a core system or ends it, whatever the program does.
func TestTwoPersonsDecideOnACoreSystem(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	one, two := models.Actor{Role: models.RoleAdmin, Person: models.NewID(), Municipality: hinata}, models.NewID()
	who := core(t, d, hinata, false)
	exec(t, d.SuperDSN, `update core_systems set state = 'stopped', stopped_by = $2, stopped_at = now() where id = $1`, who.Person, one.Person)
	for _, statement := range []string{
		`update core_systems set state = 'revoked', ended_by = '` + one.Person + `', ended_at = now()`,
		`update core_systems set state = 'approved', decided_by = '` + one.Person + `', stopped_by = null, stopped_at = null`,
		`update core_systems set networks = '0.0.0.0/0'`,
		`update core_systems set sees_protected = true, state = 'approved', decided_by = '` + two + `', stopped_by = null, stopped_at = null`,
	} {
		must(t, d.App, one, func(tx *postgres.Tx) error {
			if _, err := attempt(tx, statement); state(err) != "OS002" && state(err) != "23514" {
				t.Errorf("%s: %v", statement, err)
			}
			return nil
		})
	}
	must(t, d.App, one, func(tx *postgres.Tx) error {
		n, err := attempt(tx, `update core_systems set state = 'approved', decided_by = '`+two+`', stopped_by = null, stopped_at = null`)
		if n != 1 {
			t.Errorf("another lets it go on: %d %v", n, err)
		}
		return nil
	})
}
