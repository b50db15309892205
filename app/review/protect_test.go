package review_test

import (
	"maps"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

// tables are all that the program may read of a case, with how to find its rows.
func tables(o *office) map[string]string {
	rows, err := o.Super().Query(`select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege('onestop_app', c.oid, 'select')
			and (a.attname = 'application_id' or c.relname = 'applications' and a.attname = 'id')`)
	casetest.Must(o.T, err)
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var table, column string
		casetest.Must(o.T, rows.Scan(&table, &column))
		out[table] = column
	}
	casetest.Must(o.T, rows.Err())
	return out
}

// seen counts what the database itself gives somebody of a case, as the role with which the program connects.
func (o *office) seen(who models.Actor, id string) (out []string) {
	o.T.Helper()
	conn, err := pgx.Connect(bg, o.AppDSN)
	casetest.Must(o.T, err)
	defer func() { _ = conn.Close(bg) }()
	_, err = conn.Exec(bg, `select set_config('app.role', $1, false), set_config('app.person', $2, false), set_config('app.municipality', $3, false)`,
		string(who.Role), who.Person, who.Municipality)
	casetest.Must(o.T, err)
	counts := map[string]string{"the work list's function": `select count(*) from work_of(array[$1::uuid])`}
	for table, column := range tables(o) {
		counts[table] = `select count(*) from ` + table + ` where ` + column + ` = $1`
	}
	for what, sql := range counts {
		var n int
		casetest.Must(o.T, conn.QueryRow(bg, sql, id).Scan(&n))
		if n > 0 {
			out = append(out, what)
		}
	}
	return out
}

// of says who applies, so that a test knows two people apart.
func of(born string) casetest.Change {
	return func(_, form map[string]any) {
		applicant := maps.Clone(form["applicant"].(map[string]any))
		applicant["birth_date"] = born
		form["applicant"] = applicant
	}
}

// 支援措置 is of the person (P9): over the cases before, the ones that come, one that a clerk takes in, and a colleague's who names the same child; not over
// somebody else's.
func TestProtectionIsOfThePersonOverAllCases(t *testing.T) {
	o := newOffice(t)
	o.Named(o.named)
	claim := casetest.With(t, o.claim(hinata), of("1991-02-03"))
	h := o.begun(claim, record, statement)
	before := o.Filed(casetest.With(t, o.certification(), of("1991-02-03")))
	away := o.Filed(o.claim(minato))
	mother := o.Parent
	o.Parent = o.Person(t, "somebody else", models.RoleApplicant, "")
	sameChild := o.Filed(casetest.With(t, o.claim(hinata), of("1980-01-01")))
	other := o.Filed(o.Draft("pregnancy-notification", hinata, of("1985-01-01")))
	o.Parent = mother

	casetest.Refused(t, o.review.Protect(bg, o.one, h, true, "支援措置の申出"), fault.CodeForbidden)
	held := o.hold(o.named, h.Case)
	casetest.RefusedAt(t, o.review.Protect(bg, o.named, held, true, ""), fault.CodeInvalidRequest, "/reason required")
	casetest.Must(t, o.review.Protect(bg, o.named, held, true, "支援措置の申出"))
	later := o.Filed(casetest.With(t, o.claim(hinata), of("1991-02-03")))
	hidden := map[string]string{"the case": h.Case, "one before": before, "one after": later, "one that names the child": sameChild}
	for what, id := range hidden {
		if seen := o.seen(o.one, id); len(seen) > 0 {
			t.Errorf("%s is seen in %v", what, seen)
		}
		_, err := o.review.Open(bg, o.one, id)
		casetest.Refused(t, err, fault.CodeNotFound)
		if c := o.open(o.named, id); !c.Protected || !c.SeesProtected {
			t.Errorf("%s: %+v", what, c)
		}
		if n := casetest.Value[int](o, `select count(*) from audit_entries where action = 'protect' and object_id = $1`, id); n != 1 && id != later {
			t.Errorf("that %s is hidden is recorded %d times", what, n)
		}
	}
	file := o.Value(h.Case)
	casetest.Refused(t, o.review.Original(bg, o.one, h.Case, file), fault.CodeNotFound)
	casetest.Must(t, o.review.Original(bg, o.named, h.Case, file))
	o.open(o.one, other)
	o.open(o.foreign, away)
	o.Exec(`update staff set protected_until = now()`)
	_, err := o.review.Open(bg, o.named, h.Case)
	casetest.Refused(t, err, fault.CodeNotFound) // the time that was said for is over
	o.Exec(`update staff set protected_until = null`)

	held = o.hold(o.named, before)
	casetest.RefusedAt(t, o.review.Protect(bg, o.named, held, false, ""), fault.CodeInvalidRequest, "/reason required")
	casetest.Must(t, o.review.Protect(bg, o.named, held, false, "終了"))
	for what, id := range hidden {
		if c := o.open(o.one, id); c.Protected {
			t.Errorf("%s is hidden still", what)
		}
	}
	if n := casetest.Value[int](o, `select count(*) from protection_marks`); n != 0 {
		t.Errorf("%d marks are left", n)
	}
}

// Value is a file of a case.
func (o *office) Value(id string) string {
	return casetest.Value[string](o, `select id from files where application_id = $1 limit 1`, id)
}

func firstErr[T any](_ T, err error) error { return err }

// A look at a case is recorded, and a case of another municipality does not exist.
func TestOpeningACase(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	c := o.open(o.one, h.Case)
	if c.State != models.StateInReview || c.Claim == nil || !c.Claim.Mine || c.Claim.Fence != h.Fence || c.ReceiptNumber == "" || c.PlanVersion == "" ||
		len(c.Timeline) == 0 {
		t.Errorf("%+v", c)
	}
	if theirs := o.open(o.two, h.Case); theirs.Claim == nil || theirs.Claim.Mine || theirs.Claim.Fence != 0 {
		t.Errorf("a colleague sees %+v", theirs.Claim)
	}
	if n := casetest.Value[int](o,
		`select count(*) from audit_entries where action = 'open-case' and object_id = $1 and subject_id = $2`, h.Case, o.Parent.Person); n != 2 {
		t.Errorf("%d looks are recorded", n)
	}
	_, err := o.review.Open(bg, o.foreign, h.Case)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.Open(bg, o.one, models.NewID())
	casetest.Refused(t, err, fault.CodeNotFound)
	o.Exec(`insert into staff (municipality, staff_id, categories, updated_by, updated_at) values ($1, $2, 'childcare', $2, now())`, hinata, o.two.Person)
	_, err = o.review.Open(bg, o.two, h.Case)
	casetest.Refused(t, err, fault.CodeNotFound) // another category
	draft, err := o.Apply.Create(bg, o.Parent, casetest.Once(), o.certification())
	casetest.Must(t, err)
	_, err = o.review.Open(bg, o.one, draft.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
}

// Every write needs the claim, and its newest number.
func TestEveryWriteNeedsTheFence(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	old := h
	o.hold(o.two, h.Case)
	for name, write := range map[string]func() error{
		"accept":        func() error { return o.review.Accept(bg, o.one, old) },
		"read":          func() error { return firstErr(o.read(old, record, living, eligible)) },
		"network-alone": func() error { return firstErr(o.review.NetworkAlone(bg, o.one, old, record, review.NetworkAlone{})) },
		"direct":        func() error { return firstErr(o.review.Direct(bg, o.one, old, record, review.Direct{})) },
		"paper":         func() error { return firstErr(o.review.Paper(bg, o.one, old, record, review.PaperReceipt{})) },
		"step":          func() error { return firstErr(o.step(old, file, "operation-checked")) },
		"correct":       func() error { return firstErr(o.review.Correct(bg, o.one, old, review.Asked{})) },
		"lapse":         func() error { return o.review.Lapse(bg, o.one, old, 1) },
		"waive":         func() error { return firstErr(o.review.Waive(bg, o.one, old, record, "x")) },
		"decide":        func() error { return firstErr(o.decide(o.one, old, models.Approved, "")) },
		"reopen":        func() error { return o.review.Reopen(bg, o.one, old, "x") },
		"protect":       func() error { return o.review.Protect(bg, o.one, old, true, "x") },
	} {
		if f := fault.As(write()); f == nil || f.Code != fault.CodeConflict || f.Extra["fence"] == "" {
			t.Errorf("%s without the claim: %v", name, f)
		}
	}
}

// P7: whatever the network replies, the case goes on.
func TestP7NoReplyHoldsACaseForEver(t *testing.T) {
	for _, result := range []string{"no-record", "no-linking-code", "not-disclosed", "timeout", "undeclared"} {
		t.Run(result, func(t *testing.T) {
			o := newOffice(t)
			h := o.begun(o.claim(hinata), statement)
			casetest.Must(t, o.ask(h.Case, record))
			casetest.Must(t, o.silence(h.Case, record, result))
			state, err := o.review.Direct(bg, o.one, h, record, review.Direct{Source: "みなと町", ObtainedAt: time.Now(), Facts: living, NoIndividualNumber: true})
			if err != nil || state != string(models.ItemResolved) {
				t.Fatalf("%s %s", state, casetest.Details(err))
			}
			for _, d := range o.open(o.one, h.Case).Discrepancies {
				o.steps(h, d.ID, "operation-checked", "system-checked", "provider-asked")
			}
			_, err = o.read(h, dossier.DocumentRef{Document: statement.Document, Subject: statement.Subject}, nil, eligible)
			casetest.Must(t, err)
		})
	}
}
