package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// A page is read from an index in its order, however many cases there are: none is sorted, and row security does not keep
// the server from it. Searches go by an index of their own.
func TestPagesOfTheQueueUseAnIndex(t *testing.T) {
	d := pgtest.New(t)
	person := d.Person(t, "parent", models.RoleApplicant, "").Person
	reviewer := d.Person(t, "reviewer", models.RoleReviewer, "998010")
	exec(t, d.SuperDSN, `insert into municipalities (code, name_ja, name_kana, name_en, office_ja, office_plain, office_en, telephone, wrapped_key)
		values ('998010', '', '', '', '', '', '', '', 'k')`)
	exec(
		t,
		d.SuperDSN,
		`insert into applications (id, municipality, person_id, procedure, state, channel, children_index, receipt_number, filed_revision, plan_version,
			arrived_at, claim_on, created_at, updated_at, urgent, late, protected, search_tokens, reading_row, due_on)
		select gen_random_uuid(), '998010', '`+person+`', 'nursery', (array['arrived', 'in-review', 'decided', 'decided'])[1 + n % 4],
			case n % 500 when 0 then 'counter' else 'online' end,
			'x', 'R-' || n, 1, '2024-10-01', now() - n * interval '1 minute', now(), now(), now(), n % 300 = 0, n % 400 = 0, n % 600 = 0,
			array[n, n / 3], n % 12, case when n % 5 > 0 then current_date + n % 40 end from generate_series(1, 20000) n`,
	)
	exec(t, d.SuperDSN, `analyze applications`)
	place := &postgres.QueuePlace{ArrivedAt: time.Now().Add(-100 * time.Hour), ID: models.NewID()}
	urgent := &postgres.QueuePlace{Urgent: true, ArrivedAt: place.ArrivedAt, ID: place.ID}
	type plan struct {
		query postgres.QueueQuery
		index string
	}
	tries := map[string]plan{
		"first":          {postgres.QueueQuery{Open: true}, "applications_open "},
		"later":          {postgres.QueueQuery{Open: true, After: place}, "applications_open"}, // or the one by arrival: both begin there
		"later, urgent":  {postgres.QueueQuery{Open: true, After: urgent}, "applications_open "},
		"urgent":         {postgres.QueueQuery{Open: true, Urgent: true, After: urgent}, "applications_open "},
		"one state":      {postgres.QueueQuery{State: "decided"}, "applications_queue "},
		"one state on":   {postgres.QueueQuery{State: "decided", After: place}, "applications_queue "},
		"old":            {postgres.QueueQuery{Open: true, Before: place.ArrivedAt}, "applications_open "},
		"late":           {postgres.QueueQuery{Open: true, Late: true, After: place}, "applications_open_late "},
		"protected":      {postgres.QueueQuery{Open: true, Protected: true}, "applications_open_protected "},
		"counter":        {postgres.QueueQuery{Open: true, Counter: true}, "applications_open_counter "},
		"receipt number": {postgres.QueueQuery{Receipt: "R-77"}, "applications_receipt_number_key "},
		"tokens":         {postgres.QueueQuery{Tokens: []models.Tokens{{77}, {78}}, Part: models.Tokens{79}}, "applications_"},
		"of nobody":      {postgres.QueueQuery{Open: true, Unclaimed: true, Sort: postgres.SortHolder}, "applications_open_by_holder "},
	}
	for by, value := range map[postgres.QueueSort]string{postgres.SortReceipt: "R-5", postgres.SortReading: "8", postgres.SortProcedure: "nursery",
		postgres.SortArrived: "", postgres.SortDue: "2026-04-01", postgres.SortState: "arrived", postgres.SortHolder: models.NewID()} {
		index := "applications_open_by_" + map[postgres.QueueSort]string{postgres.SortArrived: "arrival"}[by]
		if by != postgres.SortArrived {
			index += string(by)
		}
		after := &postgres.QueuePlace{Value: value, ArrivedAt: place.ArrivedAt, ID: place.ID}
		tries["by "+string(by)] = plan{postgres.QueueQuery{Open: true, Sort: by}, index + " "}
		tries["by "+string(by)+", on"] = plan{postgres.QueueQuery{Open: true, Sort: by, After: after}, index + " "}
		tries["by "+string(by)+", back"] = plan{postgres.QueueQuery{Open: true, Sort: by, Desc: true, After: after}, index + " "}
	}
	for name, try := range tries {
		t.Run(name, func(t *testing.T) {
			q := try.query
			q.Municipality, q.Limit = "998010", 21
			var plan string
			err := d.App.InTx(bg, reviewer, func(tx *postgres.Tx) (err error) {
				plan, err = tx.ExplainQueue(q)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			around := 1 // the limit around both stretches
			if q.Sort != "" {
				around = 0
			}
			search := q.Receipt != "" || q.Tokens != nil
			if !strings.Contains(plan, try.index) || strings.Contains(plan, "Seq Scan on applications") ||
				!search && strings.Count(plan, "Limit") != strings.Count(plan, "using "+strings.TrimSpace(try.index))+around {
				t.Errorf("not read by %s:\n%s", try.index, plan)
			}
			behind := "a.arrived_at, a.id) > ROW("
			if q.Desc {
				behind = "a.arrived_at, a.id) < ROW("
			}
			begins := slices.ContainsFunc(strings.Split(plan, "\n"), func(line string) bool { // as a filter it would read all before
				return strings.Contains(line, "Index Cond:") && (strings.Contains(line, behind) || strings.Contains(line, strings.ReplaceAll(behind, "a.", "")))
			})
			if q.After != nil && !begins {
				t.Errorf("it does not begin behind its place:\n%s", plan)
			}
		})
	}
}

// TestTheWorkOnACaseIsToldToItsOwnOffice: the function that the list asks sees through row security, and tells nobody else anything.
func TestTheWorkOnACaseIsToldToItsOwnOffice(t *testing.T) {
	d := pgtest.New(t)
	parent := d.Person(t, "parent", models.RoleApplicant, "")
	exec(t, d.SuperDSN, `insert into municipalities (code, name_ja, name_kana, name_en, office_ja, office_plain, office_en, telephone, wrapped_key)
		select code, '', '', '', '', '', '', '', 'k' from (values ('998010'), ('998028')) m (code)`)
	exec(t, d.SuperDSN, `insert into applications (id, municipality, person_id, procedure, state, channel, children_index, receipt_number, filed_revision,
			plan_version, arrived_at, claim_on, created_at, updated_at)
		values ('00000000-0000-7000-8000-000000000001', '998010', '`+parent.Person+`', 'nursery', 'arrived', 'online', 'x', 'R', 1,
			'2024-10-01', now(), now(), now(), now())`)
	exec(t, d.SuperDSN, `insert into applications (id, municipality, person_id, procedure, state, channel, children_index, expires_at, created_at, updated_at)
		values ('00000000-0000-7000-8000-000000000002', '998010', '`+parent.Person+`', 'nursery', 'draft', 'online', 'y', now(), now(), now())`)
	for _, try := range []struct {
		who  models.Actor
		told int
	}{
		{d.Person(t, "here", models.RoleReviewer, "998010"), 1},
		{d.Person(t, "elsewhere", models.RoleReviewer, "998028"), 0},
		{d.Person(t, "auditor", models.RoleAuditor, ""), 0},
		{parent, 0},
		{models.System("998010", "test"), 0},
	} {
		err := d.App.InTx(bg, try.who, func(tx *postgres.Tx) error {
			n, err := tx.ToldOfWork()
			if n != try.told {
				t.Errorf("%s of %s is told of %d cases, not of %d", try.who.Role, try.who.Municipality, n, try.told)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
