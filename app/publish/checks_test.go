package publish_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/models"
)

// TestTheDebtOfChecksIsTheReachs: the country's edition for every admin, the own one for a municipality's beside it; and a circular that
// was registered today marks the rules whose law it names.
func TestTheDebtOfChecksIsTheReachs(t *testing.T) {
	o := newOffice(t)
	of := func(who models.Actor) []publish.Checks {
		t.Helper()
		all, err := o.service.Checks(bg, who)
		casetest.Must(t, err)
		return all
	}
	before := of(o.national)
	if len(before) != 1 || before[0].Scope != publish.National || before[0].Total.Rules < 100 || len(before[0].Procedures) < 15 {
		t.Fatalf("%d editions, %+v", len(before), before[0].Total)
	}
	o.inForce(o.own, o.colleague, o.survey())
	if got := of(o.stranger); len(got) != 1 {
		t.Errorf("みなと町 has %d", len(got))
	}
	own := of(o.own)
	if len(own) != 2 || own[1].Scope != hinata || own[1].Total.Rules != 1 || own[1].Total.Never != 1 || own[1].Total.Due != 1 ||
		len(own[1].Procedures) != 1 {
		t.Fatalf("ひなた市: %+v", own)
	}
	o.Exec(`insert into circulars (id, number, issued_on, issuer, title, object_key, size, sha256, registered_by, registered_at)
		values ($1, '府番第9号', '2099-01-01', '役所', '児童手当法施行規則の一部改正について', 'k', 1, sha256('d'), $2, '2099-01-01')`, models.NewID(), o.national.Person)
	after := of(o.national)
	if after[0].Total.Amended <= before[0].Total.Amended || after[0].Total.Due <= before[0].Total.Due {
		t.Errorf("the circular marks nothing: %+v, then %+v", before[0].Total, after[0].Total)
	}
	marked := 0
	for _, d := range after[0].Procedures {
		for _, m := range d.Marks {
			if m.Circular == "府番第9号" && m.Title != "児童手当法施行規則" {
				t.Errorf("another law is marked: %+v", m)
			}
			marked++
		}
	}
	if marked == 0 {
		t.Error("no rule says by what it is marked")
	}
	if _, err := o.service.Checks(bg, o.Parent); err == nil {
		t.Error("a parent sees it")
	}
}
