package audit

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func TestTheAuditorSeesAllAndACitizenTheirOwn(t *testing.T) {
	db := pgtest.New(t)
	s := New(db.App)
	parent, other := db.Person(t, "parent", models.RoleApplicant, ""), db.Person(t, "other", models.RoleApplicant, "")
	reviewer := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	auditor := db.Person(t, "auditor", models.RoleAuditor, "")
	write := func(actor models.Actor, action, object, subject string) {
		t.Helper()
		err := db.App.InTx(context.Background(), actor, func(tx *postgres.Tx) error {
			return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "application", ObjectID: object, SubjectID: &subject})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(parent, "create", "a", parent.Person)
	write(reviewer, "open", "a", parent.Person)
	write(reviewer, "open", "b", other.Person)
	write(models.System("998010", "notify"), "notify", "a", parent.Person)
	search := func(actor models.Actor, q postgres.AuditQuery) []models.AuditEntry {
		t.Helper()
		q.Limit = 50
		found, err := s.Search(t.Context(), actor, q)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for name, c := range map[string]struct {
		q    postgres.AuditQuery
		want int
	}{
		"one object": {postgres.AuditQuery{Object: "a"}, 3}, "one actor": {postgres.AuditQuery{Actor: reviewer.Person}, 2},
		"one subject": {postgres.AuditQuery{Subject: other.Person}, 1}, "one action": {postgres.AuditQuery{Action: "open"}, 2},
		"one role": {postgres.AuditQuery{Role: "system"}, 1}, "one municipality": {postgres.AuditQuery{Municipality: "998010", Object: "a"}, 2},
		"the future": {postgres.AuditQuery{From: time.Now().Add(time.Hour)}, 0}, "the past": {postgres.AuditQuery{To: time.Now().Add(-time.Hour)}, 0},
	} {
		if got := search(auditor, c.q); len(got) != c.want {
			t.Errorf("%s: %d entries, want %d: %+v", name, len(got), c.want, got)
		}
	}
	if got := search(auditor, postgres.AuditQuery{Action: "search-audit"}); len(got) == 0 {
		t.Error("reading the trail left no entry")
	}
	if got := search(reviewer, postgres.AuditQuery{}); len(got) != 0 {
		t.Errorf("a reviewer reads the trail: %+v", got)
	}
	accesses, err := s.Accesses(t.Context(), parent, postgres.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	// What the program did by itself (a virus scan) is nobody's look at the case.
	if len(accesses) != 1 || accesses[0].Role != models.RoleReviewer {
		t.Errorf("accesses: %+v", accesses)
	}
	next, err := s.Accesses(t.Context(), parent, postgres.Page{Limit: 50, After: accesses[0].ID})
	if err != nil || len(next) != 0 {
		t.Errorf("the next page: %+v %v", next, err)
	}
}
