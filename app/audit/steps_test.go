package audit_test

import (
	"slices"
	"testing"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// A long trail is verified step by step; each step is the auditor's alone and leaves an entry.
func TestALongTrailIsVerifiedInSteps(t *testing.T) {
	defer audit.SealsAtOnce(5)()
	db := pgtest.New(t)
	actor, auditor := db.Person(t, "reviewer", models.RoleReviewer, "998010"), db.Person(t, "auditor", models.RoleAuditor, "")
	s, trail := sealer(t, db), audit.New(db.App)
	if p, err := s.VerifyPart(t.Context(), auditor, trail, 0); err != nil || p.Next != 0 || p.Seals != 0 || p.SealedAt != nil ||
		!slices.Equal(kinds(&p.Verified), []string{"not-sealed"}) {
		t.Errorf("before the first seal: %+v %v", p, err)
	}
	const seals = 7
	for i := range seals {
		write(t, db, actor, 1)
		want := 1
		if i == 0 {
			want = 2 // with the entry of the step above
		}
		seal(t, s, want)
	}
	first, err := s.VerifyPart(t.Context(), auditor, trail, 0)
	if err != nil || first.First != 1 || first.Last != 5 || first.Next != 5 || first.Seals != 5 || len(first.Findings) != 0 || first.SealedAt == nil {
		t.Fatalf("the first step: %+v %v", first, err)
	}
	rest, err := s.VerifyPart(t.Context(), auditor, trail, first.Next)
	if err != nil || rest.First != 6 || rest.Last != seals || rest.Next != 0 || len(rest.Findings) != 0 || rest.Size != 8 {
		t.Errorf("the rest: %+v %v", rest, err)
	}
	if v := verify(t, s); v.Seals != seals || v.Entries != 8 || len(v.Findings) != 0 {
		t.Errorf("all steps: %+v", v)
	}
	if _, err := s.VerifyPart(t.Context(), auditor, trail, 99); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after a seal that there is not: %v", err)
	}
	if _, err := s.VerifyPart(t.Context(), actor, trail, 0); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reviewer: %v", err)
	}
	newest, err := s.Newest(t.Context())
	if err != nil || newest.Number != seals {
		t.Errorf("the newest: %+v %v", newest, err)
	}
	found, err := trail.Search(t.Context(), auditor, postgres.AuditQuery{Action: "verify-audit", Limit: 10})
	if err != nil || len(found) != 4 || found[0].ActorID == nil || *found[0].ActorID != auditor.Person {
		t.Errorf("the steps left %d entries: %v", len(found), err)
	}
	one, err := trail.Search(t.Context(), auditor, postgres.AuditQuery{ID: found[1].ID, Limit: 10})
	if err != nil || len(one) != 1 || one[0].ID != found[1].ID {
		t.Errorf("one entry: %+v %v", one, err)
	}
}
