package apply_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// P5: what counts is when the paper reached the office: its phase rows, its claim date, whatever is switched before it is
// typed in or filed.
func TestThePapersArrivalDecides(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, minato)
	now := s.Now()
	switched := now.Add(-48 * time.Hour)
	s.Phase("*", "*", minato, "full", switched)
	for _, test := range []struct {
		name     string
		received time.Time
		want     string
	}{
		{"before the switch", switched.Add(-time.Second), evidence.Attach},
		{"at the switch", switched, evidence.Omit},
		{"now", time.Time{}, evidence.Omit},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := paper(s.claim(t, minato))
			p.ReceivedAt = test.received
			v := c.takeIn(t, p)
			if got := decision(v, record, child); got != test.want || v.ChangesAt != nil {
				t.Errorf("the draft's plan says %s, want %s; it changes at %v", got, test.want, v.ChangesAt)
			}
			if v = c.see(t, v.ID); decision(v, record, child) != test.want || len(v.PlanChanges) != 0 {
				t.Errorf("opened again it says %s, changed %v", decision(v, record, child), v.PlanChanges)
			}
			filed, err := c.tryFile(v.ID, apply.CounterPapers{Papers: []apply.PaperOf{{Document: record, Subject: child, Original: true}}})
			if err != nil {
				t.Fatal(casetest.Details(err))
			}
			want := test.received
			if want.IsZero() {
				want = v.Counter.ReceivedAt
			}
			want = want.Truncate(time.Microsecond)
			v = c.see(t, v.ID)
			if !filed.ArrivedAt.Equal(want) || !v.ArrivedAt.Equal(want) || v.ClaimOn != jp.DateIn(want).String() || decision(v, record, child) != test.want {
				t.Errorf("arrived %v and claimed on %s by a plan that says %s; want %v, %s", v.ArrivedAt, v.ClaimOn, decision(v, record, child), want, test.want)
			}
			if last := v.Timeline[len(v.Timeline)-1]; last.Event != "file" || !last.At.After(*v.ArrivedAt) {
				t.Errorf("the history hides when it was typed in: %+v", last)
			}
		})
	}
}

func TestWhenAPaperCanHaveArrived(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	for name, test := range map[string]struct {
		ago  time.Duration
		code string
	}{
		"30 days ago": {apply.MostReceivedBack - time.Minute, ""}, "31 days ago": {apply.MostReceivedBack + time.Hour, "too-long-ago"},
		"tomorrow": {-24 * time.Hour, "date-in-future"}, "in a second": {-time.Second * 20, "date-in-future"}, "in another era": {200 * 365 * 24 * time.Hour,
			"too-long-ago"},
	} {
		p := paper(s.claim(t, hinata))
		p.Form["event"].(map[string]any)["date"] = jp.DateIn(time.Now()).AddDays(-60).String()
		p.ReceivedAt = s.Now().Add(-test.ago)
		_, err := c.tryTakeIn(p)
		if test.code == "" && err != nil {
			t.Errorf("%s: %s", name, casetest.Details(err))
		}
		if test.code != "" {
			casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/received_at "+test.code)
		}
	}
}

// P4: of the proof of identity there is its kind and nothing else.
func TestIdentityIsAKindAndNoNumber(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	for _, kind := range apply.IdentityKinds {
		p := paper(s.claim(t, hinata))
		p.Identity.Kind = kind
		v := c.takeIn(t, p)
		if v.Counter.IdentityKind != kind || v.Counter.ClerkID != c.clerk.Person {
			t.Errorf("%s: %+v", kind, v.Counter)
		}
		if got := casetest.Value[string](s, `select identity_kind from counter_intakes where application_id = $1`, v.ID); got != kind {
			t.Errorf("stored: %s", got)
		}
	}
	for kind, code := range map[string]string{"": "required", " ": "required", "123456789018": fault.CodeIndividualNumber,
		"drivers-licence 1234": "identity-number",
		"旅券ＴＫ１２３４５６７":          "identity-number", "旅券": "identity-kind", "Passport": "identity-kind", "the neighbour knows her": "identity-kind",
		"my-number-card ": "identity-kind"} {
		p := paper(s.claim(t, hinata))
		p.Identity.Kind = kind
		_, err := c.tryTakeIn(p)
		want := fault.CodeInvalidRequest
		if code == fault.CodeIndividualNumber {
			want = code
		}
		casetest.RefusedAt(t, err, want, "/identity/kind "+code)
		if kind != "" && kind != " " && strings.Contains(casetest.Details(err), kind) {
			t.Errorf("the refusal repeats %q", kind)
		}
	}
	for name, at := range map[string]time.Time{"required": {}, "date-in-future": time.Now().Add(time.Hour), "too-long-ago": time.Now().Add(-31 * 24 * time.Hour)} {
		p := paper(s.claim(t, hinata))
		p.Identity.CheckedAt = at
		_, err := c.tryTakeIn(p)
		casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/identity/checked_at "+name)
	}
}

// P4: an individual number in any text is refused, and nothing of the case is kept.
func TestNoIndividualNumberAtTheCounter(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	const number = "1234-5678-9018"
	for name, write := range map[string]func(p *apply.PaperDraft){
		"/applicant/family_name":  func(p *apply.PaperDraft) { p.Applicant = map[string]any{"family_name": number} },
		"/applicant/memo":         func(p *apply.PaperDraft) { p.Applicant = map[string]any{"memo": number} },
		"/form/applicant/address": func(p *apply.PaperDraft) { p.Form["applicant"].(map[string]any)["address"] = number },
		"/declarations/0/reason":  func(p *apply.PaperDraft) { p.Declarations[0].Reason = number },
		"/consents/0":             func(p *apply.PaperDraft) { p.Consents = []string{number} },
		"/identity/kind":          func(p *apply.PaperDraft) { p.Identity.Kind = number },
	} {
		p := paper(s.claim(t, hinata))
		p.Applicant = nil
		write(&p)
		if p.Applicant != nil {
			delete(p.Form, "applicant")
		}
		_, err := c.tryTakeIn(p)
		casetest.RefusedAt(t, err, fault.CodeIndividualNumber, name+" individual-number")
	}
	v := c.takeIn(t, paper(s.claim(t, hinata)))
	_, err := c.tryFile(v.ID, apply.CounterPapers{GivenBy: map[string]string{number: "applicant"}})
	casetest.RefusedAt(t, err, fault.CodeIndividualNumber, "/given_by individual-number")
	_, err = c.tryFile(v.ID, apply.CounterPapers{Papers: []apply.PaperOf{{Document: number, Subject: child}}})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/papers/0/document unknown-document")
	if n := casetest.Value[int](s, `select count(*) from applications`); n != 1 {
		t.Errorf("%d applications", n)
	}
	if n := casetest.Value[int](s, `select count(*) from people where provider = 'counter'`); n != 1 {
		t.Errorf("%d people of refused cases", n)
	}
}

func TestWhoTheApplicantIs(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	p := paper(s.claim(t, hinata))
	p.Form = nil
	v := c.takeIn(t, p)
	group := v.Form["applicant"].(map[string]any)
	if group["family_kana"] != p.Applicant["family_kana"] || group["birth_date"] != p.Applicant["birth_date"] {
		t.Errorf("the form was not filled in: %v", group)
	}
	p.Applicant = map[string]any{"family_name": "山田", "family_kana": "やまだ", "given_name": " "}
	_, err := c.tryTakeIn(p)
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/applicant/given_name required", "/applicant/given_kana required", "/applicant/birth_date required")
	p.Applicant["birth_date"] = "2999-01-01"
	_, err = c.tryTakeIn(p)
	casetest.RefusedAt(t, err, fault.CodeInvalidForm, "/applicant/birth_date date-in-future")
	// Who has one name only has no family name, in either writing.
	p.Applicant = map[string]any{"single_name": true, "given_name": "Suharto"}
	_, err = c.tryTakeIn(p)
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/applicant/given_kana required", "/applicant/birth_date required")
	p.Applicant["given_kana"], p.Applicant["birth_date"] = "suharto", "1992-04-10"
	group = c.takeIn(t, p).Form["applicant"].(map[string]any)
	if group["given_kana"] != "SUHARTO" {
		t.Errorf("the form was not filled in: %v", group)
	}
	// Two papers of one name are two people here, and neither is the parent who has an account.
	other := c.takeIn(t, paper(s.claim(t, hinata)))
	people := casetest.Value[int](s,
		`select count(distinct person_id) from applications where id in ($1, $2) and person_id <> $3`, v.ID, other.ID, s.Parent.Person)
	if people != 2 {
		t.Errorf("%d people", people)
	}
	var listed []apply.View
	if listed, err = s.service.List(context.Background(), s.Parent, postgres.Page{Limit: 10}); err != nil || len(listed) != 0 {
		t.Errorf("the parent sees %d: %v", len(listed), err)
	}
}

// What came on paper counts as handed in, and who gave a consent on paper is recorded (P6).
func TestPapersAndConsentsAtTheCounter(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, minato)
	v := c.takeIn(t, paper(s.claim(t, minato)))
	_, err := c.tryFile(v.ID, apply.CounterPapers{})
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, record+"/"+child+" missing-document")
	one := apply.PaperOf{Document: record, Subject: child, Original: true}
	_, err = c.tryFile(v.ID, apply.CounterPapers{Papers: []apply.PaperOf{one, one}})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/papers/1 repeated")
	if _, err := c.tryFile(v.ID, apply.CounterPapers{Papers: []apply.PaperOf{one}}); err != nil {
		t.Fatal(casetest.Details(err))
	}
	for _, i := range c.see(t, v.ID).Items {
		want := models.ItemReceived
		if i.Declared != "" {
			want = models.ItemAwaiting
		}
		if i.State != want || i.Paper != (i.Document == record) {
			t.Errorf("%s/%s: %s, on paper %v", i.Document, i.Subject, i.State, i.Paper)
		}
	}
	clerk := casetest.Value[string](s, `select clerk_id from papers where application_id = $1 and original and document = $2`, v.ID, record)
	if clerk != c.clerk.Person {
		t.Errorf("taken in by %s", clerk)
	}
	enrolment := casetest.With(t, s.Draft("childcare-enrolment", minato), func(f, _ map[string]any) {
		for _, g := range f["guardians"].([]any) {
			g.(map[string]any)["jan1_municipality"] = "131016"
		}
	})
	enrolment.Consents = []string{"local-tax/guardian-1", "local-tax/guardian-2"}
	v = c.takeIn(t, paper(enrolment))
	_, err = c.tryFile(v.ID, apply.CounterPapers{GivenBy: map[string]string{"local-tax/guardian-2": "guardian-1"}})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/given_by/local-tax~1guardian-2 invalid-choice")
	_, err = c.tryFile(v.ID, apply.CounterPapers{GivenBy: map[string]string{"local-tax": "applicant"}})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/given_by unknown-consent")
	var all []apply.PaperOf
	for _, r := range v.Plan.Requirements {
		all = append(all, apply.PaperOf{Document: r.Document, Subject: r.Subject})
	}
	if _, err = c.tryFile(v.ID, apply.CounterPapers{Papers: all, GivenBy: map[string]string{"local-tax/guardian-2": "guardian-2"}}); err != nil {
		t.Fatal(casetest.Details(err))
	}
	for subject, by := range map[string]string{"guardian-1": "applicant", "guardian-2": "guardian-2"} {
		if got := casetest.Value[string](s,
			`select given_by || ' ' || how from consents where application_id = $1 and subject = $2 and given`, v.ID, subject); got != by+" counter" {
			t.Errorf("of %s by %s", subject, got)
		}
	}
}
