package apply_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/configs"
)

func TestADraftIsEvaluatedAgainWhenItIsOpened(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	if decision(v, record, child) != evidence.Attach || v.ChangesAt != nil {
		t.Fatalf("on trial: %+v", v.Plan)
	}
	// The switch is known before it takes effect.
	later := s.Now().Add(time.Hour).Truncate(time.Microsecond)
	s.Phase("*", "*", minato, "full", later)
	v = s.get(t, v.ID)
	if v.ChangesAt == nil || !v.ChangesAt.Equal(later) || len(v.PlanChanges) != 0 {
		t.Errorf("known in advance: %v %+v", v.ChangesAt, v.PlanChanges)
	}
	// Rows that change nothing for this case are not announced.
	s.Phase("child-allowance-annual", "*", minato, "full", later.Add(-time.Minute))
	s.Phase("*", "local-tax", "*", "trial", later.Add(-time.Minute))
	if v = s.get(t, v.ID); v.ChangesAt == nil || !v.ChangesAt.Equal(later) {
		t.Errorf("another's switch: %v", v.ChangesAt)
	}
	// It has taken effect.
	s.Phase("*", "*", minato, "full", s.Now().Add(-time.Microsecond))
	v = s.get(t, v.ID)
	if decision(v, record, child) != evidence.Omit || len(v.PlanChanges) != 1 || v.PlanChanges[0].Kind != evidence.NowOmitted ||
		v.PlanChanges[0].Requirement().Document != record {
		t.Errorf("after the switch: %+v", v.PlanChanges)
	}
	if again := s.get(t, v.ID); len(again.PlanChanges) != 1 {
		t.Errorf("it is told until the draft is saved: %+v", again.PlanChanges)
	}
	// Saving it takes note; the item is stopped; and the change is the other way round.
	if v = s.patch(t, v.ID, v.Version, `{}`); len(v.PlanChanges) != 0 {
		t.Errorf("saved: %+v", v.PlanChanges)
	}
	s.Phase("*", "resident-record", "*", "suspended", s.Now().Add(-time.Microsecond))
	v = s.get(t, v.ID)
	if decision(v, record, child) != evidence.Attach || len(v.PlanChanges) != 1 || v.PlanChanges[0].Kind != evidence.NowNeeded {
		t.Errorf("suspended: %+v", v.PlanChanges)
	}
	_, err := s.file(v.ID)
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, record+"/"+child+" missing-document")
	if f := fault.As(err); !slices.Contains(f.Details[0].Params, fault.Why(evidence.ReasonSuspended, "resident-record")) {
		t.Errorf("why it is missing: %+v", f.Details)
	}
}

// tomorrow is the service with a catalogue whose claim has changed: what a person meets who opens a draft after the
// midnight on which another version came into force.
func (s *stage) tomorrow(t *testing.T, replace ...string) *apply.Service {
	t.Helper()
	changed := fstest.MapFS{}
	err := fs.WalkDir(configs.Procedures(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(configs.Procedures(), path)
		if path == "child-allowance-claim.yaml" {
			body = []byte(strings.NewReplacer(replace...).Replace(string(body)))
		}
		changed[path] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	builtIn, err := shelf.LoadBuiltIn(changed)
	if err != nil {
		t.Fatal(err)
	}
	return apply.New(dossier.New(s.App, builtIn, s.Keys), options)
}

func TestADraftAfterANewVersion(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	next := s.tomorrow(t, `"2025-12-02"`, `"2026-01-01"`,
		`when: facts.older_siblings_18_22 >= 1 && size(facts.children) + facts.older_siblings_18_22 >= 3`, `when: "true"`)
	w, err := next.Get(context.Background(), s.Parent, v.ID)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	if w.Plan.Version != "2026-01-01" || len(w.PlanChanges) != 1 || w.PlanChanges[0].Kind != evidence.Added ||
		w.PlanChanges[0].Requirement().Document != "support-cost-confirmation" {
		t.Errorf("the new version: %+v", w.PlanChanges)
	}
	_, err = next.File(context.Background(), s.Parent, casetest.Request("f", "1"), v.ID, nil)
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, "support-cost-confirmation/applicant missing-document", record+"/"+child+" missing-document")
}

// A version that asks other questions does not lose what was answered, and can be answered in one save.
func TestADraftWhoseQuestionsChanged(t *testing.T) {
	s := setUp(t)
	before := s.tomorrow(t, `"2024-10-01"`, `"2099-04-01"`, `"2025-12-02"`, `"2099-12-02"`)
	v, err := before.Create(context.Background(), s.Parent, casetest.Request("c", "1"), apply.Draft{Procedure: "child-allowance-claim", Municipality: minato,
		Facts: []byte(
			`{"applicant":{"jan1_municipality":"998028","pension":"employees"},"has_spouse":false,"children":[{"birth_date":"2018-05-10","relationship":"child",` +
				`"lives_with_applicant":true}],"divorce_in_progress":false,"dv_evacuation":false,"parents_abroad_designation":false,` +
				`"payee":{"use_public_account":true},"left_public_office":false}`,
		)})
	if err != nil || v.Plan == nil || v.Plan.Version != "2017-07-18" {
		t.Fatalf("%s", casetest.Details(err))
	}
	w := s.get(t, v.ID)
	if w.Plan != nil || string(w.Facts) != string(v.Facts) {
		t.Errorf("under the new version: %+v", w)
	}
	got := map[string]string{}
	for _, m := range w.FactsMissing {
		got[m.Pointer] = m.Code
	}
	if got["/facts/older_siblings_18_22"] != "required" || len(got) != 1 { // nobody is told of questions that are gone
		t.Errorf("what it lacks: %v", got)
	}
	w = s.patch(t, v.ID, w.Version, `{"facts":{"older_siblings_18_22":0}}`)
	if w.Plan == nil || w.Plan.Version != "2025-12-02" {
		t.Errorf("answered: %+v", w.FactsMissing)
	}
}

// What is decided at arrival stays decided (P5).
func TestAFiledPlanNeverChanges(t *testing.T) {
	s := setUp(t)
	filed, err := s.whole(s.claim(t, hinata))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	s.Phase("*", "*", "*", "suspended", s.Now().Add(-time.Microsecond))
	v := s.get(t, filed.ID)
	if decision(v, record, child) != evidence.Omit || len(v.PlanChanges) != 0 || v.ChangesAt != nil || v.Plan.Version != filed.Plan.Version {
		t.Errorf("after it was filed: %+v", v.Plan)
	}
	for _, i := range v.Items {
		if i.Document == record && (i.PhaseRowID == nil || i.Phase != "full" || !i.Inquire) {
			t.Errorf("what decided: %+v", i)
		}
	}
}
