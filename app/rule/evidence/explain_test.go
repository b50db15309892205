package evidence_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

// small are the small catalogue for tests, and the one of a municipality that lies over it.
func small(t testing.TB) (national, local *catalogue.Catalogue) {
	t.Helper()
	national, err := catalogue.Load(os.DirFS("../edition/testdata/national"))
	if err != nil {
		t.Fatal(err)
	}
	local, err = catalogue.Overlay(national, os.DirFS("../edition/testdata/local"))
	if err != nil {
		t.Fatal(err)
	}
	return national, local
}

const family = `{"applicant":{"jan1":"131016"},"has_spouse":false,"grounds":[],"older":0,"children":[
	{"birth_date":"2019-05-01","relationship":"child"},{"birth_date":"2026-02-01","relationship":"ward"}]%s}`

func familyCase(t testing.TB, more string) evidence.Input {
	return evidence.Input{Procedure: "claim", Municipality: "998010", FiledAt: instant(t, "2026-06-01T09:00:00+09:00"),
		JSON: []byte(strings.Replace(family, "%s", more, 1)), Consents: []string{"local-tax"}, Phases: []phase.Row{
			{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Trial, From: instant(t, "2017-07-18T00:00:00+09:00")},
			{Procedure: "claim", Item: "*", Municipality: "*", Phase: phase.Full, From: instant(t, "2017-11-13T00:00:00+09:00")},
		}}
}

func names(list []evidence.Explained) string {
	var out []string
	for _, e := range list {
		one := e.Document + "/" + e.Subject
		if e.WhyNot != "" {
			one += " " + e.WhyNot
		}
		out = append(out, one)
	}
	return strings.Join(out, ", ")
}

func TestExplain(t *testing.T) {
	national, _ := small(t)
	_, why, err := evidence.Explain(national, familyCase(t, ""), evidence.Editions{National: "aa", Local: "bb"})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(why.Documents); got != "guardianship-register/child-2, income-certificate/applicant" {
		t.Fatalf("asked: %s", got)
	}
	if got := names(why.NotAsked); got != "employment-certificate/spouse no-such-person, guardianship-register/child-1 condition-not-met" {
		t.Fatalf("not asked: %s", got)
	}
	want := `{"document":"income-certificate","subject":"applicant","decision":"omit","reason":"full-operation","why":{"rule":{` +
		`"document":"income-certificate","subject":"applicant",` +
		`"when":"other(facts.applicant.jan1) && (facts.older > 0 || facts.children.exists(c, age_on(c.birth_date, filing_date) < 3))",` +
		`"item":"local-tax","replaceable":"facts.applicant.jan1 != 'abroad'","file":"claim.yaml","line":48},` +
		`"source":[{"title":"児童手当法","article":"第7条"}],"checked_on":"2026-11-01","checked_by":"確認係","doubtful":"施行通知を待っている",` +
		`"facts":[{"name":"facts.applicant.jan1","pointer":"/facts/applicant/jan1","value":"131016"},{"name":"municipality","value":"998010"},` +
		`{"name":"facts.older","pointer":"/facts/older","value":0},{"name":"facts.children","pointer":"/facts/children","value":2},` +
		`{"name":"facts.children.1.birth_date","pointer":"/facts/children/0/birth_date","value":"2019-05-01"},` +
		`{"name":"facts.children.2.birth_date","pointer":"/facts/children/1/birth_date","value":"2026-02-01"},` +
		`{"name":"filing_date","value":"2026-06-01"}],"held":true,"item":"local-tax","inquire":true,"phase":"full",` +
		`"phase_row":{"procedure":"claim","item":"*","municipality":"*","phase":"full","from":"2017-11-13T00:00:00+09:00"},` +
		`"consent":"given","edition":{"scope":"*","digest":"aa"}}}`
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(why.Documents[1]); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	ward, other := why.Documents[0].Why, why.NotAsked[1].Why
	if f := ward.Facts; len(f) != 1 || f[0].Name != "child.relationship" || f[0].Pointer != "/facts/children/1/relationship" || f[0].Value != "ward" {
		t.Errorf("the second child's facts are %+v", f)
	}
	if f := other.Facts; len(f) != 1 || f[0].Pointer != "/facts/children/0/relationship" || f[0].Value != "child" || other.Held {
		t.Errorf("the first child's facts are %+v", f)
	}
	if !ward.Rule.Fixed || ward.CheckedOn != "2026-10-01" || len(ward.Source) != 2 || ward.Rule.File != "_common.yaml" || ward.Consent != "" {
		t.Errorf("the rule of the block is %+v", ward)
	}
	if f := why.NotAsked[0].Why.Facts; len(f) != 1 || f[0].Pointer != "/facts/spouse" || f[0].Value != nil {
		t.Errorf("nobody for want of %+v", f)
	}
}

func TestExplainALocalEdition(t *testing.T) {
	_, local := small(t)
	in := familyCase(t, `,"local":{"nursery":true}`)
	_, why, err := evidence.Explain(local, in, evidence.Editions{National: "aa", Local: "bb"})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(why.Documents); got != "guardianship-register/child-2, health-survey/child-2" {
		t.Fatalf("asked: %s", got)
	}
	survey := why.Documents[1].Why
	if survey.Edition != (evidence.EditionSaid{Scope: "998010", Digest: "bb"}) || survey.Rule.File != "_edition.yaml" || survey.Rule.Line == 0 ||
		survey.Facts[0].Pointer != "/facts/local/nursery" || survey.Facts[0].Value != true {
		t.Errorf("the municipality's own document is explained by %+v", survey)
	}
	for _, e := range why.NotAsked {
		if e.Document != "income-certificate" {
			continue
		}
		if e.WhyNot != evidence.LookedUp || !e.Why.Held || e.Why.LookUp == nil || e.Why.LookUp.Reason.Ja != "課税台帳で確認します。" ||
			e.Why.LookUp.Edition.Digest != "bb" || e.Why.Edition.Digest != "aa" {
			t.Errorf("what is looked up is explained by %+v", e)
		}
		return
	}
	t.Error("what is looked up is not explained")
}

// TestExplainIsThePlan: on every published case, what is explained as asked for is the plan, and each rule stands once for each of
// its subjects.
func TestExplainIsThePlan(t *testing.T) {
	c := load(t)
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	explained := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.SplitSeq(bytes.TrimSpace(text), []byte("\n")) {
			in, ok := input(t, line)
			if !ok {
				continue
			}
			plan, err := evidence.Make(c, in)
			if err != nil {
				continue
			}
			again, why, err := evidence.Explain(c, in, evidence.Editions{})
			if err != nil || !reflect.DeepEqual(again, plan) {
				t.Fatalf("%s: explaining makes %v, %v", line, again, err)
			}
			explained++
			sameAsPlan(t, line, plan, why)
		}
	}
	if explained < 200 {
		t.Errorf("only %d cases were explained", explained)
	}
}

func sameAsPlan(t *testing.T, line []byte, plan evidence.Plan, why evidence.Explanation) {
	t.Helper()
	if len(why.Documents) != len(plan.Requirements) {
		t.Errorf("%s: %s", line, names(why.Documents))
		return
	}
	seen := map[string]bool{}
	for i, r := range plan.Requirements {
		e := why.Documents[i]
		if e.Document != r.Document || e.Subject != r.Subject || e.Decision != r.Decision || e.Reason != r.Reason || e.Why.Item != r.Item ||
			e.Why.Inquire != r.Inquire || !e.Why.Held || e.Why.Rule.Rule != r.Rule || (e.Why.PhaseRow == nil) != (r.Row == nil) {
			t.Errorf("%s: %+v is explained as %+v", line, r, e)
		}
		seen[r.Name()] = true
	}
	for _, e := range why.NotAsked {
		name := e.Document + "/" + e.Subject
		if seen[name] || e.Why.Held || e.WhyNot == "" {
			t.Errorf("%s: %s is explained as not asked for, and is it? %+v", line, name, e)
		}
		seen[name] = true
		if e.WhyNot == evidence.NotHeld && strings.Contains(e.Why.Rule.When, e.Why.Rule.Subject+".") && len(e.Why.Facts) == 0 {
			t.Errorf("%s: nothing is said of the facts that %s reads", line, e.Why.Rule.When)
		}
	}
}

// TestAnswerExplains: the member is there when it is asked for, and the rest of the line is the same with and without it.
func TestAnswerExplains(t *testing.T) {
	_, local := small(t)
	line := `{"id":"1","procedure":"claim","municipality":"998010","filed_at":"2026-06-01T00:00:00Z","facts":` +
		strings.Replace(family, "%s", `,"local":{"nursery":false}`, 1) + `,"consents":[],"phases":[]}`
	var plain, why bytes.Buffer
	a := evidence.Answerer{Say: named, Rules: func(municipality string) (*catalogue.Catalogue, evidence.Editions) {
		if municipality != "998010" {
			t.Errorf("asked for the rules of %s", municipality)
		}
		return local, evidence.Editions{}
	}}
	a.Answer([]byte(line), &plain)
	a.Explain = true
	a.Answer([]byte(line), &why)
	before, explain, found := strings.Cut(why.String(), `,"explain":{"documents":[`)
	if before+"}\n" != plain.String() || !found || !strings.Contains(explain, `"why_not":"looked-up"`) {
		t.Errorf("got %s\nand %s", plain.String(), why.String())
	}
	why.Reset()
	a.Rules = func(string) (*catalogue.Catalogue, evidence.Editions) { return local, evidence.Editions{} }
	a.Answer([]byte(strings.Replace(line, `"claim"`, `"none"`, 1)), &why)
	if strings.Contains(why.String(), "explain") || !strings.Contains(why.String(), "unknown-procedure") {
		t.Errorf("a refusal is %s", why.String())
	}
}
