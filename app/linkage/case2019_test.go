package linkage_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
)

// town is みなと町 with its reviewer's hands and its two admins, for the case of 2019.
type town struct {
	*stage
	review  *review.Service
	operate *operate.Service
	admins  [2]models.Actor
}

const tax = "income-certificate"

var ofFather = dossier.DocumentRef{Document: tax, Subject: "guardian-1"}

func (m *town) must(err error) {
	m.T.Helper()
	if err != nil {
		m.T.Fatalf("%v %+v", err, fault.As(err))
	}
}

// bring hands the tax certificate in on paper, and read types what it says.
func (m *town) bring(h review.HeldCase) {
	m.T.Helper()
	_, err := m.review.Paper(context.Background(), m.reviewer, h, ofFather, review.PaperReceipt{ReceivedAt: m.Now(), Original: true})
	m.must(err)
}

// read types what the certificate says, which is the truth: the municipal amount.
func (m *town) read(h review.HeldCase, levy float64, dependants float64) {
	m.T.Helper()
	amount := int64(levy)
	category := "taxed"
	_, err := m.review.Read(context.Background(), m.reviewer, h, ofFather, review.Typed{Said: dossier.Said{
		Facts: map[string]any{
			"municipal_income_levy": levy,
			"dependants":            dependants,
		}, Outcome: catalogue.Outcome{Eligible: true, Category: category, Amount: &amount}}})
	m.must(err)
}

func (m *town) step(h review.HeldCase, file string, steps ...discrepancy.Step) {
	m.T.Helper()
	for _, step := range steps {
		in := review.StepInput{Step: string(step), Note: "電話で確認した"}
		if step == discrepancy.StepSimilarChecked {
			n := 12
			in.Count = &n
		}
		_, err := m.review.Step(context.Background(), m.reviewer, h, file, in)
		m.must(err)
	}
}

// inForce waits until the newest phase row is in force.
func (m *town) inForce() {
	m.T.Helper()
	for casetest.Value[bool](m, `select max(effective_from) > clock_timestamp() from phase_rows`) {
		casetest.Value[string](m, `select pg_sleep(0.05)::text`)
	}
}

// TestTheCaseOf2019: during the trial of a new item the provider answers the prefectural amount for the municipal one. The
// comparison finds it, an admin stops the item in one action, open cases keep or ask for the paper, the provider corrects,
// the suspension ends and the cases go on; nobody's claim date changed (P1, P2, R3, R5, R7).
func TestTheCaseOf2019(t *testing.T) {
	ctx := context.Background()
	s := setUp(t, quick)
	m := &town{stage: s, review: review.New(s.Dossiers, review.Options{}), operate: operate.New(s.Dossiers, s.Sweep, operate.Thresholds{})}
	for i := range m.admins {
		m.admins[i] = s.Person(t, []string{"admin-1", "admin-2"}[i], models.RoleAdmin, minato)
	}
	found, open := s.Filed(s.childcare(minato)), s.Filed(s.childcare(minato))
	dates := func() string {
		return casetest.Value[string](s, `select string_agg(concat(id, claim_on, arrived_at), ' ' order by id) from applications`)
	}
	before := dates()
	m.must(s.network.SetFaults(network.Faults{WrongField: true}))

	// The comparison finds it.
	first := review.HeldCase{Case: found, Fence: s.review(found)}
	m.bring(first)
	truth := s.network.Known.DocumentSays(residentOf(t, s, found), "local-tax")
	levy, dependants := float64(truth["municipal_income_levy"].(int)), float64(truth["dependants"].(int))
	m.read(first, levy, dependants)
	s.work(t, minato, s.ask(t, found, first.Fence, ofFather)[0].Inquiry)
	if state := s.ItemState(found, ofFather); state != models.ItemDiscrepant {
		t.Fatalf("the wrong field is not found: it is %s", state)
	}
	if fields := casetest.Value[string](s, `select fields from discrepancies`); fields != "municipal_income_levy amount" {
		t.Errorf("what differs is %q", fields)
	}
	file := casetest.Value[string](s, `select id from discrepancies`)
	_, err := m.review.Decide(ctx, m.reviewer, first, review.Verdict{Outcome: models.Approved, Reason: "要件を満たす"})
	if fault.KindOf(err) != fault.Conflict {
		t.Fatalf("a case with a difference is decided: %v", err)
	}

	// One action of one person stops the item.
	suspension, err := m.operate.Suspend(
		ctx,
		m.admins[0],
		casetest.Once(),
		operate.Scope{Procedure: "*", Item: "local-tax", Municipality: minato},
		"誤った項目が提供されたため",
	)
	m.must(err)
	m.inForce()
	second := review.HeldCase{Case: open, Fence: s.review(open)}
	_, err = s.service.Ask(ctx, m.reviewer, casetest.Once(), open, second.Fence, []dossier.DocumentRef{ofFather})
	if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow {
		t.Errorf("a stopped item is asked about: %v", err)
	}
	if state := s.ItemState(open, ofFather); state != models.ItemAwaiting {
		t.Errorf("the open case does not ask for the paper: %s", state)
	}
	late := s.Filed(s.childcare(minato))
	if reason := casetest.Value[string](s,
		`select reason || ' ' || state from plan_items where application_id = $1 and document = $2`, late, tax); reason != "suspended awaiting-document" {
		t.Errorf("a case filed meanwhile: %q", reason)
	}
	before = dates()[:len(before)] // the new case has its own date; nobody else's changed
	// What was filed while the item was stopped is processed on its paper (R5: a problem occurred).
	third := review.HeldCase{Case: late, Fence: s.review(late)}
	m.bring(third)
	m.read(third, levy, dependants)
	if state := s.ItemState(late, ofFather); state != models.ItemMatched {
		t.Errorf("on paper it is %s", state)
	}

	// The provider corrects; a second person ends the suspension; the cases go on.
	m.step(first, file, discrepancy.StepOperationChecked, discrepancy.StepSystemChecked, discrepancy.StepProviderAsked)
	m.must(s.network.SetFaults(network.Faults{}))
	m.step(first, file, discrepancy.StepCorrected, discrepancy.StepSimilarChecked)
	_, err = m.operate.Confirm(ctx, m.admins[1], suspension.ID)
	m.must(err)
	lift, err := m.operate.Lift(ctx, m.admins[0], casetest.Once(), suspension.ID, "提供機関が訂正したため")
	m.must(err)
	if _, err := m.operate.Approve(ctx, m.admins[0], lift.ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the same person ends it: %v", err)
	}
	_, err = m.operate.Approve(ctx, m.admins[1], lift.ID)
	m.must(err)
	m.inForce()
	s.work(t, minato, s.ask(t, found, first.Fence, ofFather)[0].Inquiry)
	if state := s.ItemState(found, ofFather); state != models.ItemMatched {
		t.Fatalf("after the correction it is %s", state)
	}
	m.step(first, file, discrepancy.StepReported, discrepancy.StepClosed)
	m.bring(second)
	m.read(second, levy, dependants)
	s.work(t, minato, s.ask(t, open, second.Fence, ofFather)[0].Inquiry)
	for name, id := range map[string]string{"found": found, "open": open, "late": late} {
		if state := s.ItemState(id, ofFather); state != models.ItemMatched {
			t.Errorf("%s: it is %s", name, state)
		}
	}
	if after := dates(); after[:len(before)] != before {
		t.Error("somebody's claim date changed")
	}
	if cause := casetest.Value[string](s,
		`select cause || ' ' || state || ' ' || similar_count from discrepancies where id = $1`, file); cause != "provider-data closed 12" {
		t.Errorf("the file says %q", cause)
	}
}

// residentOf is whom the first guardian of a case was found to be.
func residentOf(t *testing.T, s *stage, id string) string {
	t.Helper()
	list, err := s.service.Candidates(context.Background(), s.reviewer, id, "guardian-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Found {
		if c.Exact {
			return c.ResidentID
		}
	}
	t.Fatalf("nobody agrees: %+v", list)
	return ""
}
