package apply_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func TestWhatIsMissing(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	d.Declarations = nil
	v := s.create(t, d)
	missing := record + "/" + child + " missing-document"
	_, err := s.file(v.ID)
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, missing, statement+"/"+child+" missing-document")
	// An infected file is not there; the declaration of another document does not help.
	s.Attach(v.ID, casetest.Record, "bad.pdf", models.ScanInfected)
	v = s.patch(t, v.ID, v.Version, `{"declarations":[{"document":"`+statement+`","subject":"child-1","kind":"cannot-provide","reason":"窓口で書く"}]}`)
	_, err = s.file(v.ID)
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, missing)
	// Nor does a file for another child.
	s.Attach(v.ID, dossier.DocumentRef{Document: record, Subject: "child-2"}, "other.pdf", models.ScanClean)
	_, err = s.file(v.ID)
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, missing)
	if now := s.get(t, v.ID); now.State != models.StateDraft || now.Version != v.Version {
		t.Errorf("a refused filing changed it: %+v", now)
	}
	// Filing does not wait for the scan, and not for a scanner that is down.
	s.Attach(v.ID, casetest.Record, "new.pdf", models.ScanFailed)
	filed := s.mustFile(t, v.ID)
	v = s.get(t, v.ID)
	states := map[string]models.PlanItem{}
	for _, i := range v.Items {
		states[i.Document] = i
	}
	if states[record].State != models.ItemReceived || states[record].Declared != "" || states[statement].State != models.ItemAwaiting ||
		states[statement].Declared != dossier.CannotProvide || states[statement].DueOn != nil {
		t.Errorf("items: %+v", v.Items)
	}
	if filed.ID != v.ID || v.ReceiptNumber != filed.ReceiptNumber || !v.ArrivedAt.Equal(filed.ArrivedAt) || v.ClaimOn != jp.DateIn(filed.ArrivedAt).String() ||
		v.ExpiresAt != nil {
		t.Errorf("filed: %+v\n%+v", filed, v)
	}
	steps := []string{}
	for _, h := range v.Timeline {
		steps = append(steps, h.Event+":"+string(h.FromState)+">"+string(h.ToState))
	}
	if len(steps) != 2 || steps[0] != "create:>draft" || steps[1] != "file:draft>arrived" {
		t.Errorf("timeline: %v", steps)
	}
}

func TestWhatWillFollow(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	d.Declarations = append(d.Declarations, dossier.Declaration{Document: record, Subject: child, Kind: dossier.WillFollow, Reason: "取り寄せ中"})
	v := s.create(t, d)
	// The draft lies for longer than the usual term: it counts from the arrival, and the claim date is not lost (P1).
	s.Exec(
		`update applications set created_at = now() - interval '60 days', updated_at = now() - interval '60 days', version = version + 1 where id = $1`,
		v.ID,
	)
	filed := s.mustFile(t, v.ID)
	today := jp.DateIn(filed.ArrivedAt)
	v = s.get(t, v.ID)
	if v.Declarations[1].Due != today.AddDays(30).String() {
		t.Errorf("due: %+v", v.Declarations)
	}
	if got := casetest.Value[string](s, `select due_on::text from plan_items where document = $1`, record); got != today.AddDays(30).String() {
		t.Errorf("due: %s", got)
	}
	at := casetest.Value[time.Time](s, `select scheduled_at from river_job where kind = 'remind'`)
	if !at.Equal(today.AddDays(29).Morning()) {
		t.Errorf("the reminder comes at %v", at)
	}
	if n := casetest.Value[int](s,
		`select count(*) from river_job where kind = 'notify' and args->>'what' = 'arrived' and args->>'application' = $1`, v.ID); n != 1 {
		t.Errorf("%d notices", n)
	}
}

func TestADueDateThatIsOver(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	d.Declarations[0] = dossier.Declaration{
		Document: statement,
		Subject:  child,
		Kind:     dossier.WillFollow,
		Reason:   "後で",
		Due:      s.Now().In(jst).Format("2006-01-02"),
	}
	v := s.create(t, d)
	// On another day the draft can still be saved; when it is filed, the day has to be named anew.
	yesterday := jp.DateIn(s.Now()).AddDays(-1).String()
	s.reseal(t, v.ID, func(c *dossier.Content) { c.Declarations[0].Due = yesterday })
	v = s.patch(t, v.ID, v.Version, `{"form":{"event":{"note":"双子"}}}`)
	_, err := s.file(v.ID)
	casetest.RefusedAt(t, err, fault.CodeInvalidDeclaration, "/declarations/0/due date-in-past")
}

func TestConsents(t *testing.T) {
	s := setUp(t)
	for name, c := range map[string]struct {
		consents []string
		given    map[string]bool // by subject
	}{
		"for all":       {[]string{"local-tax"}, map[string]bool{"guardian-1": true, "guardian-2": true}},
		"for one":       {[]string{"local-tax/guardian-2", "pension"}, map[string]bool{"guardian-2": true}},
		"for nobody":    {[]string{}, map[string]bool{}},
		"not the other": {[]string{"local-tax/guardian-1"}, map[string]bool{"guardian-1": true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := casetest.With(t, s.Draft("childcare-enrolment", hinata), func(f, _ map[string]any) {
				for _, g := range f["guardians"].([]any) {
					g.(map[string]any)["jan1_municipality"] = "131016"
				}
			})
			d.Consents, d.OnDuplicate = c.consents, apply.Separate
			v := s.create(t, d)
			for _, g := range []string{"guardian-1", "guardian-2"} {
				want := evidence.Attach
				if c.given[g] {
					want = evidence.Omit
				}
				if got := decision(v, "income-certificate", g); got != want {
					t.Errorf("%s: %s, want %s", g, got, want)
				}
				if !c.given[g] {
					s.Attach(v.ID, dossier.DocumentRef{Document: "income-certificate", Subject: g}, g+".pdf", models.ScanPending)
				}
			}
			s.mustFile(t, v.ID)
			rows, err := s.Super().Query(`select subject, given, item, given_by, how from consents where application_id = $1`, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			n := 0
			for ; rows.Next(); n++ {
				var subject, item, by, how string
				var given bool
				if err := rows.Scan(&subject, &given, &item, &by, &how); err != nil {
					t.Fatal(err)
				}
				if given != c.given[subject] || item != "local-tax" || by != "applicant" || how != "online" {
					t.Errorf("recorded: %s %v %s %s %s", subject, given, item, by, how)
				}
			}
			if n != 2 || rows.Err() != nil {
				t.Errorf("%d consents are recorded: %v", n, rows.Err())
			}
		})
	}
}

func TestAWholeCaseIsAllOrNothing(t *testing.T) {
	s := setUp(t)
	for name, change := range map[string]func(d *apply.Draft){
		"a document is missing": func(d *apply.Draft) { d.Declarations = nil },
		"a fact is missing":     func(d *apply.Draft) { *d = casetest.With(t, *d, func(f, _ map[string]any) { delete(f, "payee") }) },
		"the form is missing":   func(d *apply.Draft) { d.Form = nil },
		"facts that are wrong":  func(d *apply.Draft) { *d = born(t, *d, "2999-01-01") },
	} {
		t.Run(name, func(t *testing.T) {
			d := s.claim(t, hinata)
			change(&d)
			if _, err := s.whole(d); fault.KindOf(err) != fault.Refused || err == nil || len(fault.As(err).Details) == 0 {
				t.Errorf("%s", casetest.Details(err))
			}
		})
	}
	for _, table := range []string{"applications", "revisions", "plan_items", "history", "consents", "river_job", "idempotency_keys"} {
		if n := casetest.Value[int](s, `select count(*) from `+table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
	if _, err := s.whole(s.claim(t, hinata)); err != nil {
		t.Error(casetest.Details(err))
	}
}

func TestFilingTwice(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, hinata))
	stale := v.Version + 1
	_, err := s.service.File(context.Background(), s.Parent, casetest.Request("a", "1"), v.ID, &stale)
	casetest.Refused(t, err, fault.CodeStale)
	filed, err := s.service.File(context.Background(), s.Parent, casetest.Request("a", "1"), v.ID, &v.Version)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	again, err := s.service.File(context.Background(), s.Parent, casetest.Request("a", "1"), v.ID, &v.Version)
	if err != nil || again.ReceiptNumber != filed.ReceiptNumber || !again.ArrivedAt.Equal(filed.ArrivedAt) {
		t.Errorf("the same key: %+v %v", again, err)
	}
	first, _ := json.Marshal(filed)
	if second, _ := json.Marshal(again); string(first) != string(second) {
		t.Errorf("the same answer:\n%s\n%s", first, second)
	}
	_, err = s.service.File(context.Background(), s.Parent, casetest.Request("b", "1"), v.ID, nil)
	if f := casetest.Refused(t, err, fault.CodeNotAllowedNow); f.Extra["state"] != string(models.StateArrived) {
		t.Errorf("%v", f.Extra)
	}
	_, err = s.service.Change(context.Background(), s.Parent, v.ID, s.get(t, v.ID).Version, apply.Patch(`{}`))
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	for _, id := range []string{v.ID, models.NewID(), "x", ""} {
		_, err = s.service.File(context.Background(), stranger, casetest.Request("c", "1"), id, nil)
		casetest.Refused(t, err, fault.CodeNotFound)
	}
}
