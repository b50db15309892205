package operate_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const hinata, minato, mori = "998010", "998028", "998036"

// country is the service with three municipalities: full operation nationwide, みなと町 held at trial.
type country struct {
	*pgtest.Database
	t        testing.TB
	dossiers *dossier.Service
	service  *operate.Service
	super    *sql.DB

	national, second models.Actor // two national admins
	own, colleague   models.Actor // two admins of ひなた市
	foreign          models.Actor // an admin of みなと町
	parent           models.Actor
}

func newCountry(t testing.TB) *country {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := &country{Database: pgtest.New(t), t: t}
	c.dossiers = dossier.New(c.App, cat, keys)
	c.service = operate.New(c.dossiers, c.Sweep, thresholds)
	if c.super, err = sql.Open("pgx", c.SuperDSN); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.super.Close() })
	c.national, c.second = c.Person(t, "national-1", models.RoleNational, ""), c.Person(t, "national-2", models.RoleNational, "")
	c.own, c.colleague = c.Person(t, "hinata-1", models.RoleAdmin, hinata), c.Person(t, "hinata-2", models.RoleAdmin, hinata)
	c.foreign, c.parent = c.Person(t, "minato-1", models.RoleAdmin, minato), c.Person(t, "parent", models.RoleApplicant, "")
	for _, code := range []string{hinata, minato, mori} {
		c.municipality(code)
	}
	for _, r := range []struct{ municipality, phase, from string }{{"*", "trial", "2017-07-18"}, {"*", "full", "2017-11-13"}, {minato, "trial", "2017-07-18"}} {
		c.exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, '*', '*', $2, $3, $4::date, true)`,
			models.NewID(), r.municipality, r.phase, r.from)
	}
	return c
}

func (c *country) municipality(code string) {
	c.t.Helper()
	c.in(c.national, func(tx *postgres.Tx) error {
		key, err := c.dossiers.NewMunicipalityKey(context.Background(), code)
		if err != nil {
			return err
		}
		if err := tx.PutMunicipality(&models.Municipality{Code: code, NameJa: "市", NameKana: "し", NameEn: "City", OfficeJa: "課", OfficePlain: "課",
			OfficeEn: "Office", Telephone: "000-000-0000", WrappedKey: key, Version: 1}); err != nil {
			return err
		}
		for _, p := range c.dossiers.Catalogue.Procedures() {
			if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: p.Code, Signature: models.SignatureLogin}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *country) in(actor models.Actor, fn func(tx *postgres.Tx) error) {
	c.t.Helper()
	if err := c.App.InTx(context.Background(), actor, fn); err != nil {
		c.t.Fatal(err)
	}
}

func (c *country) exec(statement string, args ...any) {
	c.t.Helper()
	if _, err := c.super.Exec(statement, args...); err != nil {
		c.t.Fatalf("%s: %v", statement, err)
	}
}

func value[T any](c *country, query string, args ...any) T {
	c.t.Helper()
	var out T
	if err := c.super.QueryRow(query, args...).Scan(&out); err != nil {
		c.t.Fatalf("%s: %v", query, err)
	}
	return out
}

func (c *country) now() time.Time { return value[time.Time](c, `select clock_timestamp()`) }

// rows are all phase rows as the rule sees them.
func (c *country) rows() []phase.Row {
	c.t.Helper()
	var out []phase.Row
	c.in(models.Actor{Role: models.RolePublic, Purpose: "test"}, func(tx *postgres.Tx) error {
		all, err := tx.AllPhaseRows()
		out = dossier.PhaseRows(all)
		return err
	})
	return out
}

func (c *country) inForce(procedure, item, municipality string, at time.Time) string {
	return phase.InForce(c.rows(), procedure, item, municipality, at).Phase
}

func request(key string) dossier.Request {
	h := sha256.Sum256([]byte("body"))
	return dossier.Request{Route: "POST /test", Key: key, BodyHash: h[:]}
}

func unique() dossier.Request { return request(models.NewID()) }

// change makes a proposal of rows.
func change(rows ...operate.Row) operate.Proposal {
	return operate.Proposal{Rows: rows, Reason: "試行が終わった", Circular: "府番第1号"}
}

func row(procedure, item, municipality, phase string, from time.Time) operate.Row {
	return operate.Row{Procedure: procedure, Item: item, Municipality: municipality, Phase: phase, From: from}
}

func (c *country) propose(actor models.Actor, rows ...operate.Row) *operate.Change {
	c.t.Helper()
	out, err := c.service.Propose(context.Background(), actor, unique(), change(rows...))
	if err != nil {
		c.t.Fatalf("%s", details(err))
	}
	return out
}

// approved is a change that national admins proposed and approved.
func (c *country) approved(rows ...operate.Row) *operate.Change {
	c.t.Helper()
	out, err := c.service.Approve(context.Background(), c.second, c.propose(c.national, rows...).ID)
	if err != nil {
		c.t.Fatalf("%s", details(err))
	}
	return out
}

func (c *country) suspend(actor models.Actor, scope operate.Scope) *operate.Change {
	c.t.Helper()
	out, err := c.service.Suspend(context.Background(), actor, unique(), scope, "誤った項目が届いた")
	if err != nil {
		c.t.Fatalf("%s", details(err))
	}
	return out
}

// lifted proposes and approves the end of a suspension.
func (c *country) lifted(id string) *operate.Change {
	c.t.Helper()
	lift, err := c.service.Lift(context.Background(), c.national, unique(), id, "")
	if err != nil {
		c.t.Fatalf("%s", details(err))
	}
	out, err := c.service.Approve(context.Background(), c.second, lift.ID)
	if err != nil {
		c.t.Fatalf("%s", details(err))
	}
	return out
}

func (c *country) state(id string) string {
	c.t.Helper()
	return value[string](c, `select state from phase_changes where id = $1`, id)
}

// lastYear moves a change into the past, as if its instants had come.
func (c *country) lastYear(id string) {
	c.t.Helper()
	c.exec(`alter table phase_rows disable trigger only_added`)
	c.exec(`update phase_rows set effective_from = effective_from - interval '1 year' where change_id = $1`, id)
	c.exec(`alter table phase_rows enable trigger only_added`)
	c.exec(
		`update phase_changes set rows = (select jsonb_agg(r || jsonb_build_object('from', ((r->>'from')::timestamptz - interval '1 year'))) from jsonb_array_elements(rows) r) where id = $1`,
		id,
	)
}

// draft adds a draft of the parent's in a municipality, with facts.
func (c *country) draft(municipality, facts string) *models.Application {
	c.t.Helper()
	ctx := context.Background()
	id := models.NewID()
	key, wrapped, err := c.dossiers.NewApplicationKey(ctx, id)
	if err != nil {
		c.t.Fatal(err)
	}
	sealed, err := dossier.SealContent(key, id, 1, &dossier.Content{Facts: []byte(facts)})
	if err != nil {
		c.t.Fatal(err)
	}
	app := &models.Application{ID: id, Municipality: municipality, PersonID: c.parent.Person, Procedure: "child-allowance-claim", State: models.StateDraft,
		Version: 1, Revision: 1, Channel: models.ChannelOnline, ChildrenIndex: []byte(id), WrappedKey: wrapped}
	c.in(c.parent, func(tx *postgres.Tx) error {
		until := tx.Now.Add(time.Hour)
		app.CreatedAt, app.UpdatedAt, app.ExpiresAt = tx.Now, tx.Now, &until
		return tx.AddApplication(app, &models.Revision{ApplicationID: id, Number: 1, Municipality: municipality, PersonID: c.parent.Person, Sealed: sealed,
			CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
	return app
}

// apart are facts of a claim for a child who lives elsewhere: its resident record is what the network can replace.
const apart = `{"applicant":{"pension":"employees"},"children":[{"birth_date":"2018-05-10","lives_with_applicant":false,"local_residence_years":6,
	"municipality":"131016","relationship":"child","studying_abroad":false}],"divorce_in_progress":false,"older_siblings_18_22":0,
	"parents_abroad_designation":false,"payee":{"use_public_account":true}}`

func details(err error) string {
	f := fault.As(err)
	if f == nil {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%v %+v", f, f.Details)
}

// wantAt expects an error with exactly these faults, each as "pointer code".
func wantAt(t testing.TB, err error, code string, at ...string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%s, want %s", details(err), code)
	}
	var got []string
	for _, d := range f.Details {
		got = append(got, d.Pointer+" "+d.Code)
	}
	slices.Sort(got)
	slices.Sort(at)
	if !slices.Equal(got, at) {
		t.Errorf("at fault:\n  %q\nwant\n  %q", got, at)
	}
}

func day(t testing.TB, text string) time.Time {
	t.Helper()
	d, err := jp.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d.Start()
}
