package operate_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const hinata, minato, mori = casetest.Hinata, casetest.Minato, casetest.Mori

// country is the service with three municipalities: full operation nationwide, みなと町 held at trial.
type country struct {
	*casetest.World
	service *operate.Service

	national, second models.Actor // two national admins
	own, colleague   models.Actor // two admins of ひなた市
	foreign          models.Actor // an admin of みなと町
}

func newCountry(t testing.TB) *country {
	t.Helper()
	w := casetest.New(t, hinata, minato, mori)
	w.Trial("*", "*")
	w.Full("*", "*")
	w.Trial("*", minato)
	return &country{World: w, service: operate.New(w.Dossiers, w.Sweep, thresholds), national: w.Admin("national-1", ""), second: w.Admin("national-2", ""),
		own: w.Admin("hinata-1", hinata), colleague: w.Admin("hinata-2", hinata), foreign: w.Admin("minato-1", minato)}
}

// rows are all phase rows as the rule sees them.
func (c *country) rows() []phase.Row {
	c.T.Helper()
	var out []phase.Row
	c.In(models.Actor{Role: models.RolePublic, Purpose: "test"}, func(tx *postgres.Tx) error {
		all, err := tx.AllPhaseRows()
		out = dossier.PhaseRows(all)
		return err
	})
	return out
}

func (c *country) inForce(procedure, item, municipality string, at time.Time) string {
	return phase.InForce(c.rows(), procedure, item, municipality, at).Phase
}

// change makes a proposal of rows.
func change(rows ...operate.Row) operate.Proposal {
	return operate.Proposal{Rows: rows, Reason: "試行が終わった", Circular: "府番第1号"}
}

func row(procedure, item, municipality, phase string, from time.Time) operate.Row {
	return operate.Row{Procedure: procedure, Item: item, Municipality: municipality, Phase: phase, From: from}
}

func (c *country) propose(actor models.Actor, rows ...operate.Row) *operate.Change {
	c.T.Helper()
	out, err := c.service.Propose(context.Background(), actor, casetest.Once(), change(rows...))
	casetest.Must(c.T, err)
	return out
}

// approved is a change that national admins proposed and approved.
func (c *country) approved(rows ...operate.Row) *operate.Change {
	c.T.Helper()
	out, err := c.service.Approve(context.Background(), c.second, c.propose(c.national, rows...).ID)
	casetest.Must(c.T, err)
	return out
}

func (c *country) suspend(actor models.Actor, scope operate.Scope) *operate.Change {
	c.T.Helper()
	out, err := c.service.Suspend(context.Background(), actor, casetest.Once(), scope, "誤った項目が届いた")
	casetest.Must(c.T, err)
	return out
}

// lifted proposes and approves the end of a suspension.
func (c *country) lifted(id string) *operate.Change {
	c.T.Helper()
	lift, err := c.service.Lift(context.Background(), c.national, casetest.Once(), id, "")
	casetest.Must(c.T, err)
	out, err := c.service.Approve(context.Background(), c.second, lift.ID)
	casetest.Must(c.T, err)
	return out
}

func (c *country) state(id string) models.ChangeState {
	c.T.Helper()
	return casetest.Value[models.ChangeState](c, `select state from phase_changes where id = $1`, id)
}

// lastYear moves a change into the past, as if its instants had come.
func (c *country) lastYear(id string) {
	c.T.Helper()
	c.Exec(`alter table phase_rows disable trigger only_added`)
	c.Exec(`update phase_rows set effective_from = effective_from - interval '1 year' where change_id = $1`, id)
	c.Exec(`alter table phase_rows enable trigger only_added`)
	c.Exec(
		`update phase_changes set rows = (select jsonb_agg(r || jsonb_build_object('from', ((r->>'from')::timestamptz - interval '1 year'))) from `+
			`jsonb_array_elements(rows) r) where id = $1`,
		id,
	)
}

// draft adds a draft of the parent's in a municipality, with facts.
func (c *country) draft(municipality, facts string) *models.Application {
	c.T.Helper()
	return c.Stored(func(app *models.Application, content *dossier.Content) {
		app.Municipality, content.Facts = municipality, []byte(facts)
	})
}

// apart are facts of a claim for a child who lives elsewhere: its resident record is what the network can replace.
const apart = `{"applicant":{"pension":"employees"},"children":[{"birth_date":"2018-05-10","lives_with_applicant":false,
	"municipality":"131016","relationship":"child","studying_abroad":false}],"divorce_in_progress":false,"dv_evacuation":false,"left_public_office":false,
	"older_siblings_18_22":0,"parents_abroad_designation":false,"payee":{"use_public_account":true}}`

func day(t testing.TB, text string) time.Time {
	t.Helper()
	d, err := jp.ParseDate(text)
	casetest.Must(t, err)
	return d.Start()
}
