package operate_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
)

// omitted files cases whose plan omits a paper, so many days ago.
func (c *country) omitted(municipality string, cases, days int) {
	c.T.Helper()
	app := c.trial(municipality).app
	for range cases {
		c.Exec(`with made as (insert into applications (id, municipality, person_id, procedure, state, version, channel, children_index, receipt_number,
				filed_revision, plan_version, arrived_at, claim_on, created_at, updated_at)
			select gen_random_uuid(), municipality, person_id, procedure, 'arrived', 2, 'online', gen_random_uuid()::text::bytea, gen_random_uuid()::text, 1,
				'2024-10-01', now(), now(), now(), now() from applications where id = $1 returning id, municipality, person_id),
			items as (insert into plan_items (application_id, document, subject, municipality, person_id, item, decision, reason, inquire, state, revision, updated_at)
				select m.id, d.document, 'child-1', m.municipality, m.person_id, 'resident-record', d.decision, 'r', true, 'inquiring', 1, now()
				from made m, (values ('a', 'omit'), ('b', 'attach')) d (document, decision))
			insert into history (id, application_id, municipality, person_id, at, event, from_state, to_state, role, revision)
				select (left(first_id(now() - make_interval(days => $2))::text, 19) || right(gen_random_uuid()::text, 17))::uuid, id, municipality, person_id,
					now() - make_interval(days => $2), 'file', 'draft', 'arrived', 'applicant', 1 from made`, app.ID, days)
	}
}

func (c *country) notAsked(municipality string) *operate.PapersNotAsked {
	c.T.Helper()
	out, err := c.service.PapersNotAsked(context.Background(), municipality)
	casetest.Must(c.T, err)
	return out
}

// TestPapersNotAskedAreCountedByDay, once, cut down to tens, and stay when the cases are gone.
func TestPapersNotAskedAreCountedByDay(t *testing.T) {
	c := newCountry(t)
	if before := c.notAsked(""); before.Until != "" || before.Total != 0 || len(before.Pairs) == 0 {
		t.Errorf("before anything was counted: %+v", before)
	}
	c.omitted(hinata, 17, 3)
	c.omitted(mori, 7, 2)
	c.omitted(hinata, 9, 0) // today is not over
	for range 2 {           // counting again counts nothing twice
		casetest.Must(t, c.service.CountPapers(context.Background()))
	}
	c.Exec(`set session_replication_role = replica; delete from applications; set session_replication_role = default`)
	yesterday := jp.DateIn(c.Now()).AddDays(-1).String()
	for municipality, want := range map[string][2]int64{"": {20, 20}, hinata: {10, 10}, mori: {0, 0}} {
		got := c.notAsked(municipality)
		if got.Total != want[0] || got.Pairs[0].Papers != want[1] || got.Until != yesterday && got.Until != jp.DateIn(c.Now()).AddDays(-2).String() {
			t.Errorf("%q: %+v", municipality, got)
		}
		for _, p := range got.Pairs {
			if p.Papers > 0 && (p.Item != "resident-record" || p.Procedure != claim || p.Since.IsZero()) || p.Papers%10 != 0 {
				t.Errorf("%q: %+v", municipality, p)
			}
		}
	}
	if got := c.notAsked(minato); len(got.Pairs) != 0 {
		t.Errorf("みなと町 never was in full operation: %+v", got.Pairs)
	}
	if _, err := c.service.PapersNotAsked(context.Background(), "998044"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a municipality that there is not: %v", err)
	}
	day := casetest.Value[time.Time](c, `select max(day) from paper_days`)
	if _, err := c.Super().Exec(`insert into papers_omitted values ($1, '998010', 'p', 'i', 1); update papers_omitted set papers = 2`, day); err == nil {
		t.Error("what was counted can be changed")
	}
}
