package operate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/models"
)

// thresholds are small, so that a test can tell on which side of each it stands.
var thresholds = operate.Thresholds{Cases: 4, Agreement: 0.75, Open: 0}

const claim = "child-allowance-claim"

// trial is the case to which a test's comparisons belong.
type trial struct {
	*country
	app *models.Application
	n   int
}

func (c *country) trial(municipality string) *trial {
	c.T.Helper()
	app := c.draft(municipality, apart)
	c.Exec(
		`update applications set state = 'arrived', version = 2, receipt_number = 'R' || id, filed_revision = 1, plan_version = '2024-10-01', arrived_at = `+
			`now(), claim_on = now() where id = $1`,
		app.ID,
	)
	return &trial{country: c, app: app}
}

// compared adds comparisons, each of a document of its own.
func (tr *trial) compared(item string, outcomes ...string) {
	tr.T.Helper()
	for _, outcome := range outcomes {
		tr.n++
		tr.again(item, fmt.Sprint("document-", tr.n), outcome, time.Now().Add(-time.Hour))
	}
}

func (tr *trial) again(item, document, outcome string, at time.Time) {
	tr.T.Helper()
	tr.Exec(`insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at)
		values ($1, $2, $3, $4, $5, $6, $7, 'child-1', 'trial', $8, $9)`, models.NewID(), tr.app.ID, tr.app.Municipality, tr.app.PersonID, claim, item, document,
		outcome, at)
}

// dispute adds a discrepancy's file that was closed after so many days; fewer than none leaves it open.
func (tr *trial) dispute(item string, days int) {
	tr.T.Helper()
	tr.n++
	opened := day(tr.T, "2026-05-01").Add(23 * time.Hour) // an hour before midnight in Japan
	state, closed := "open", (*time.Time)(nil)
	if days >= 0 {
		at := opened.Add(-22*time.Hour).AddDate(0, 0, days) // early in the morning
		if days == 0 {
			at = opened.Add(time.Minute)
		}
		state, closed = "closed", &at
	}
	tr.Exec(
		`insert into discrepancies (id, application_id, municipality, person_id, procedure, document, subject, item, kind, state, sealed_differences, opened_at,
			step_at, closed_at)
		values ($1, $2, $3, $4, $5, $6, 'child-1', $7, 'facts', $8, 's', $9, $9, $10)`,
		models.NewID(),
		tr.app.ID,
		tr.app.Municipality,
		tr.app.PersonID,
		claim,
		fmt.Sprint("document-", tr.n),
		item,
		state,
		opened,
		closed,
	)
}

func (c *country) readiness(actor models.Actor, q operate.ReadinessQuery) *operate.Readiness {
	c.T.Helper()
	r, err := c.service.Readiness(context.Background(), actor, q)
	if err != nil {
		c.T.Fatalf("%s", casetest.Details(err))
	}
	return r
}

func scope(procedure, item, municipality string) operate.Scope {
	return operate.Scope{Procedure: procedure, Item: item, Municipality: municipality}
}

func find(t testing.TB, rows []operate.Ready, s operate.Scope) operate.Ready {
	t.Helper()
	at := slices.IndexFunc(rows, func(r operate.Ready) bool { return r.Scope == s })
	if at < 0 {
		t.Fatalf("there is no %v", s)
	}
	return rows[at]
}

func lacking(r operate.Ready) string {
	text := ""
	for _, m := range r.Missing {
		text += fmt.Sprintf("%s %.3g of %.3g: %d;", m.Threshold, m.Have, m.Need, m.Lacking)
	}
	return text
}

func TestReadinessCountsTheTrial(t *testing.T) {
	c := newCountry(t)
	here, there := c.trial(hinata), c.trial(minato)
	here.compared("resident-record", "matched", "matched", "matched", "facts")
	there.compared("resident-record", "matched", "outcome", "no-answer")
	there.compared("pension", "matched")
	for _, days := range []int{1, 4, 10} {
		here.dispute("resident-record", days)
	}
	there.dispute("resident-record", 0)
	there.dispute("resident-record", 5)
	there.dispute("resident-record", -1)

	r := c.readiness(c.national, operate.ReadinessQuery{Scope: scope(claim, "", ""), Limit: 1000})
	for _, want := range []struct {
		name    string
		got     operate.Ready
		figures string
		median  float64
		phase   string
		lacking string
	}{
		{"ひなた市", find(t, r.Pairs, scope(claim, "resident-record", hinata)), "4 3 1 0 0 1 3 0", 4, "full", ""},
		{"みなと町", find(t, r.Pairs, scope(claim, "resident-record", minato)), "3 1 0 1 1 2 3 1", 2.5, "trial",
			"cases 3 of 4: 1;agreement 0.333 of 0.75: 5;open 1 of 0: 1;"},
		{"another item", find(t, r.Pairs, scope(claim, "pension", minato)), "1 1 0 0 0 0 0 0", -1, "trial", "cases 1 of 4: 3;"},
		{"nothing yet", find(t, r.Pairs, scope(claim, "pension", mori)), "0 0 0 0 0 0 0 0", -1, "full", "cases 0 of 4: 4;"},
		{"the country", find(t, r.Country, scope(claim, "resident-record", "*")), "7 4 1 1 1 3 6 1", 4, "full", "agreement 0.571 of 0.75: 5;open 1 of 0: 1;"},
		{"in total", r.Total, "8 5 1 1 1 3 6 1", 4, "", "agreement 0.625 of 0.75: 4;open 1 of 0: 1;"},
	} {
		f := want.got.Figures
		if got := fmt.Sprint(f.Compared, f.Matched, f.Facts, f.Outcome, f.NoAnswer, f.Discrepant(), f.Files, f.Open); got != want.figures {
			t.Errorf("%s: %s, want %s", want.name, got, want.figures)
		}
		if median := f.MedianDays; median == nil && want.median >= 0 || median != nil && *median != want.median {
			t.Errorf("%s: median %v, want %v", want.name, median, want.median)
		}
		if got := lacking(want.got); got != want.lacking || want.got.Ready() != (want.lacking == "") || want.got.Phase != want.phase {
			t.Errorf("%s: %s, lacks %q, want %s, %q", want.name, want.got.Phase, got, want.phase, want.lacking)
		}
	}
	if len(r.Pairs) != 3*len(r.Country) || r.Thresholds != thresholds {
		t.Errorf("%d pairs, %d of the country, %+v", len(r.Pairs), len(r.Country), r.Thresholds)
	}
}

// What agreed only after R7, or after the document was handed in anew, did not agree.
func TestTheFirstComparisonCounts(t *testing.T) {
	c := newCountry(t)
	tr := c.trial(minato)
	start := time.Now().Add(-48 * time.Hour)
	tr.again("pension", "certificate", "facts", start)
	tr.again("pension", "certificate", "no-answer", start.Add(time.Hour))
	tr.again("pension", "certificate", "matched", start.Add(2*time.Hour))
	tr.again("pension", "other", "matched", start)
	f := c.readiness(c.foreign, operate.ReadinessQuery{Scope: scope(claim, "pension", "")}).Total.Figures
	if f.Compared != 2 || f.Matched != 1 || f.Facts != 1 || f.NoAnswer != 0 {
		t.Errorf("%+v", f)
	}
	impact, err := c.service.Impact(context.Background(), []operate.Row{row(claim, "*", "*", "full", c.Now())})
	if err != nil || len(impact.Agreement) != 1 || impact.Agreement[0].Compared != 2 || impact.Agreement[0].Discrepant != 1 || *impact.Agreement[0].Rate != 0.5 {
		t.Errorf("impact: %+v %v", impact.Agreement, err)
	}
}

// P12: a slip of a reader, and the file that it opened, are no differences of the data; what a person found the same is none either.
func TestReadinessCountsRealDifferences(t *testing.T) {
	c := newCountry(t)
	tr := c.trial(minato)
	start := time.Now().Add(-48 * time.Hour)
	for _, one := range []struct {
		document string
		outcomes []string // an hour apart; those of one instant joined
	}{
		{"slipped", []string{"facts", "slip matched"}},
		{"slipped and different", []string{"facts", "slip facts", "matched"}},
		{"slipped twice", []string{"facts", "slip facts", "slip", "judged"}},
		{"judged", []string{"judged"}},
		{"different", []string{"outcome", "matched"}},
	} {
		for i, at := range one.outcomes {
			for outcome := range strings.FieldsSeq(at) {
				tr.again("pension", one.document, outcome, start.Add(time.Duration(i)*time.Hour))
			}
		}
	}
	for _, cause := range []string{"slip", "own-operation", "own", "provider-data", "document", "unknown", "unknown"} {
		tr.dispute("pension", 3)
		c.Exec(`update discrepancies set cause = $1 where cause = '' and state = 'closed'`, cause)
	}
	f := c.readiness(c.foreign, operate.ReadinessQuery{Scope: scope(claim, "pension", "")}).Total.Figures
	if f.Compared != 5 || f.Matched != 1 || f.Judged != 2 || f.Facts != 1 || f.Outcome != 1 || f.Discrepant() != 2 || f.Slips != 4 || *f.Agreement() != 0.6 {
		t.Errorf("%+v", f)
	}
	if want := (operate.Causes{Own: 2, Provider: 1, Document: 1, Unknown: 2}); f.Causes != want || f.Files != 6 {
		t.Errorf("%d files, %+v", f.Files, f.Causes)
	}
}

func TestReadinessIsTheOwnMunicipalityForItsAdmin(t *testing.T) {
	c := newCountry(t)
	c.trial(hinata).compared("pension", "matched")
	c.trial(minato).compared("pension", "facts", "facts")
	own := c.readiness(c.own, operate.ReadinessQuery{Limit: 10000})
	if own.Total.Figures.Compared != 1 || len(own.Country) != 0 || slices.ContainsFunc(own.Pairs, func(r operate.Ready) bool { return r.Municipality != hinata }) {
		t.Errorf("an admin of ひなた市 sees more: %+v", own.Total)
	}
	if _, err := c.service.Readiness(context.Background(), c.own, operate.ReadinessQuery{Scope: scope("", "", minato)}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another municipality: %v", err)
	}
	auditor := c.Person(t, "auditor", models.RoleAuditor, "")
	for _, actor := range []models.Actor{c.national, auditor} {
		all := c.readiness(actor, operate.ReadinessQuery{Scope: scope("*", "pension", "*"), Limit: 10000})
		if all.Total.Figures.Compared != 3 || len(all.Country) == 0 || len(all.Pairs) != 3*len(all.Country) {
			t.Errorf("%s: %+v", actor.Role, all.Total)
		}
	}
	for _, actor := range []models.Actor{c.Parent, c.Person(t, "reviewer", models.RoleReviewer, hinata)} {
		if all := c.readiness(actor, operate.ReadinessQuery{}); all.Total.Figures.Compared != 0 {
			t.Errorf("%s counts what is not theirs to see: %+v", actor.Role, all.Total)
		}
	}
}

func TestReadinessPagesAndFilters(t *testing.T) {
	c := newCountry(t)
	whole := c.readiness(c.national, operate.ReadinessQuery{Limit: 10000})
	if whole.Next != (operate.Scope{}) || len(whole.Pairs) < 10 {
		t.Fatalf("%d pairs, next %v", len(whole.Pairs), whole.Next)
	}
	var paged []operate.Scope
	q := operate.ReadinessQuery{Limit: 7}
	for {
		r := c.readiness(c.national, q)
		for _, p := range r.Pairs {
			paged = append(paged, p.Scope)
		}
		if q.After = r.Next; r.Next == (operate.Scope{}) {
			break
		}
	}
	for i, p := range whole.Pairs {
		if i >= len(paged) || paged[i] != p.Scope {
			t.Fatalf("page by page %d of %d pairs, or in another order", len(paged), len(whole.Pairs))
		}
	}
	one := c.readiness(c.national, operate.ReadinessQuery{Scope: scope(claim, "pension", mori), Limit: 10})
	if len(one.Pairs) != 1 || one.Pairs[0].Scope != scope(claim, "pension", mori) {
		t.Errorf("one pair: %+v", one.Pairs)
	}
	for _, bad := range []operate.Scope{scope("no-such", "", ""), scope("", "no-such", ""), scope("", "", "998011")} {
		if _, err := c.service.Readiness(context.Background(), c.national, operate.ReadinessQuery{Scope: bad}); fault.As(err) == nil ||
			fault.As(err).Code != fault.CodeInvalidRequest {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := c.service.Readiness(context.Background(), c.national, operate.ReadinessQuery{Scope: scope("", "", "131016")}); fault.KindOf(
		err,
	) != fault.NotFound {
		t.Errorf("a municipality that does not use the service: %v", err)
	}
}

func TestTheChecklist(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	put := func(tried, note string, done bool) *operate.Check {
		t.Helper()
		got, err := c.service.PutCheck(ctx, c.own, operate.NewCheck{Procedure: claim, Item: "pension", Tried: tried, Note: note, Done: done})
		if err != nil {
			t.Fatalf("%s", casetest.Details(err))
		}
		return got
	}
	put("counter", "窓口で3件", true)
	if got := put("counter", "窓口で5件", true); !got.Done || got.Note != "窓口で5件" || got.DoneBy != c.own.Person || got.DoneAt == nil {
		t.Errorf("%+v", got)
	}
	put("workflow", "", true)
	put("workflow", "", false)
	pair := find(t, c.readiness(c.national, operate.ReadinessQuery{Scope: scope(claim, "pension", ""), Limit: 10}).Pairs, scope(claim, "pension", hinata))
	if len(pair.Checks) != 3 || pair.Checks[0].Note != "窓口で5件" || pair.Checks[1].Done || pair.Checks[1].Tried != "terminals" || pair.Checks[2].Done {
		t.Errorf("%+v", pair.Checks)
	}
	if n := casetest.Value[int](c, `select count(*) from audit_entries where object_id = 'child-allowance-claim/pension/workflow'`); n != 2 {
		t.Errorf("%d entries in the trail", n)
	}
	_, err := c.service.PutCheck(ctx, c.own, operate.NewCheck{Procedure: "no-such", Tried: "coffee", Done: true})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/procedure unknown-procedure", "/tried not-a-choice")
	_, err = c.service.PutCheck(ctx, c.own, operate.NewCheck{Procedure: claim, Item: "vaccination", Tried: "counter", Note: "番号は 1234 5678 9018", Done: true})
	casetest.RefusedAt(t, err, fault.CodeIndividualNumber, "/item unknown-item", "/note individual-number")
	if _, err := c.service.PutCheck(ctx, c.national, operate.NewCheck{Procedure: claim, Item: "pension", Tried: "counter", Done: true}); fault.KindOf(
		err,
	) != fault.Forbidden {
		t.Errorf("a national admin ticks off what a municipality tried: %v", err)
	}
}
