package evidence_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := phase.ParseInstant(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestDecisionTable is evidence.md, "Requirement", row by row, for a guardian whose income was taxed elsewhere.
func TestDecisionTable(t *testing.T) {
	c := load(t)
	const facts = `{"guardians":[{"relation":%q,"need":"employed","has_disability_certificate":false,"jan1_municipality":%q}]}`
	elsewhere, abroad := fmt.Sprintf(facts, "mother", "131016"), fmt.Sprintf(facts, "mother", "abroad")
	given := []string{"local-tax/guardian-1"}
	tests := []struct {
		name, facts, phase string
		consents           []string
		want               string // document item decision reason inquire
	}{
		{"not replaceable", abroad, "full", given, "overseas-income-proof  attach not-replaceable false"},
		{"full, consent", elsewhere, "full", given, "income-certificate local-tax omit full-operation true"},
		{"full, consent for all subjects", elsewhere, "full", []string{"local-tax"}, "income-certificate local-tax omit full-operation true"},
		{"full, no consent", elsewhere, "full", nil, "income-certificate local-tax attach consent-refused false"},
		{
			"full, consent of another",
			elsewhere,
			"full",
			[]string{"local-tax/guardian-2", "local-tax/", "local", "pension"},
			"income-certificate local-tax attach consent-refused false",
		},
		{"trial, consent", elsewhere, "trial", given, "income-certificate local-tax attach trial true"},
		{"trial, no consent", elsewhere, "trial", nil, "income-certificate local-tax attach trial false"},
		{"suspended, consent", elsewhere, "suspended", given, "income-certificate local-tax attach suspended false"},
		{"suspended, no consent", elsewhere, "suspended", nil, "income-certificate local-tax attach suspended false"},
		{"not started", elsewhere, "not-started", given, "income-certificate local-tax attach not-started false"},
		{"inherit", elsewhere, "inherit", given, "income-certificate local-tax attach not-started false"},
	}
	from := instant(t, "2020-01-01T00:00:00Z")
	for _, test := range tests {
		row := phase.Row{ID: "r", Procedure: "childcare-annual", Item: "local-tax", Municipality: "*", Phase: test.phase, From: from}
		plan, err := evidence.Make(c, evidence.Input{Procedure: "childcare-annual", Municipality: "998010", FiledAt: from,
			JSON: []byte(test.facts), Consents: test.consents, Phases: []phase.Row{row}})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		r := plan.Requirements[len(plan.Requirements)-1]
		if got := fmt.Sprint(r.Document, " ", r.Item, " ", r.Decision, " ", r.Reason, " ", r.Inquire); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if said := test.phase != "inherit" && r.Item != ""; said != (r.Row != nil && r.Row.ID == "r") || r.Rule == nil {
			t.Errorf("%s: the deciding row is %v", test.name, r.Row)
		}
	}
}

// TestReplaceableCondition: the pension of an employee and of a private school's staff can be looked up; in procedure 1 local tax
// needs no consent.
func TestReplaceableCondition(t *testing.T) {
	c := load(t)
	facts := `{"applicant":{"jan1_municipality":"131016","pension":%q},"has_spouse":false,"children":[{"birth_date":"2020-05-02","relationship":"child",` +
		`"lives_with_applicant":true}],"divorce_in_progress":false,"dv_evacuation":false,"parents_abroad_designation":false,` +
		`"payee":{"use_public_account":true},"left_public_office":false}`
	names := func(pension, filedAt string) string {
		at := instant(t, filedAt)
		plan, err := evidence.Make(c, evidence.Input{Procedure: "child-allowance-claim", Municipality: "998010", FiledAt: at,
			JSON: fmt.Appendf(nil, facts, pension), Phases: []phase.Row{{Procedure: "*", Item: "*", Municipality: "*", Phase: "full", From: at}}})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range plan.Requirements {
			out = append(out, r.Name()+" "+r.Reason)
		}
		return strings.Join(out, ", ")
	}
	const omitted = "income-certificate/applicant full-operation"
	for _, test := range []struct{ pension, at, want string }{
		{"employees", "2021-01-01T00:00:00+09:00", omitted + ", pension-enrolment/applicant full-operation"},
		{"private-school-mutual", "2021-01-01T00:00:00+09:00", omitted + ", pension-enrolment/applicant full-operation"},
		{"local-mutual", "2021-01-01T00:00:00+09:00", omitted + ", pension-enrolment/applicant not-replaceable"},
		{"national", "2021-01-01T00:00:00+09:00", omitted},
		// The child is three on the day before the third birthday, and that day begins in Japan.
		{"employees", "2023-04-30T23:59:59+09:00", omitted + ", pension-enrolment/applicant full-operation"},
		{"employees", "2023-04-30T15:00:00Z", omitted},
	} {
		if got := names(test.pension, test.at); got != test.want {
			t.Errorf("%s at %s: %s", test.pension, test.at, got)
		}
	}
}

const caseText = `{"id":"a","procedure":"childcare-annual","municipality":"998010","filed_at":"2020-01-01T00:00:00Z",` +
	`"facts":{"guardians":[{"relation":"mother","need":"none","has_disability_certificate":false,"jan1_municipality":"998010"}]},"consents":["local-tax"],` +
	`"phases":[{"procedure":"*","item":"*","municipality":"*","phase":"full","from":"2017-07-18T00:00:00+09:00"}]}`

// TestErrorsOfACase replaces one or more things in a case that is right; the first error in the order of evidence.md wins.
func TestErrorsOfACase(t *testing.T) {
	c := load(t)
	tests := []struct {
		name    string
		replace []string // old, new, old, new …
		id      string   // as JSON
		code    string
		pointer string
	}{
		{"not JSON", []string{`{"id"`, `{id`}, "null", "invalid-case", ""},
		{"torn", []string{`}]}`, ``}, "null", "invalid-case", ""},
		{"two values", []string{`{"id"`, `{}{"id"`}, "null", "invalid-case", ""},
		{"not UTF-8", []string{`"a"`, "\"\xff\""}, "null", "invalid-case", ""},
		{"no id", []string{`"id":"a",`, ``}, "null", "invalid-case", "/id"},
		{"id a number", []string{`"a"`, `1`}, "null", "invalid-case", "/id"},
		{"id twice", []string{`"id":"a"`, `"id":"a","id":"b"`}, "null", "invalid-case", "/id"},
		{"id in capitals", []string{`"id"`, `"ID"`}, "null", "invalid-case", "/id"},
		{"no procedure", []string{`"procedure":"childcare-annual",`, ``}, `"a"`, "invalid-case", "/procedure"},
		{"municipality a number", []string{`"998010"`, `998010`}, `"a"`, "invalid-case", "/municipality"},
		{"filed_at without offset", []string{`00Z`, `00`}, `"a"`, "invalid-case", "/filed_at"},
		{"filed_at no such day", []string{`2020-01-01`, `2020-02-30`}, `"a"`, "invalid-case", "/filed_at"},
		{"type before instant", []string{`00Z`, `00`, `["local-tax"]`, `null`}, `"a"`, "invalid-case", "/consents"},
		{"facts a string", []string{`"facts":{`, `"facts":"x","y":{`}, `"a"`, "invalid-case", "/facts"},
		{"facts null", []string{`"facts":{`, `"facts":null,"y":{`}, `"a"`, "invalid-case", "/facts"},
		{"consent a number", []string{`"local-tax"`, `"local-tax",1`}, `"a"`, "invalid-case", "/consents/1"},
		{"phases an object", []string{`"phases":[`, `"phases":{},"y":[`}, `"a"`, "invalid-case", "/phases"},
		{"no such procedure", []string{`childcare-annual`, `childcare`, `998010`, `1`}, `"a"`, "unknown-procedure", "/procedure"},
		{"municipality", []string{`998010`, `998011`, `2020-`, `2010-`}, `"a"`, "invalid-municipality", "/municipality"},
		{"full-width municipality", []string{`"998010"`, `"９９８０１０"`}, `"a"`, "invalid-municipality", "/municipality"},
		{"not in force", []string{`2020-01-01T00:00:00Z`, `2017-07-17T14:59:59Z`, `"need":"none",`, ``}, `"a"`, "not-in-force", "/filed_at"},
		{"facts before phases", []string{`"need":"none",`, ``, `"full"`, `"fuller"`}, `"a"`, "invalid-facts", "/facts/guardians/0/need"},
		{"phase", []string{`"full"`, `"Full"`}, `"a"`, "invalid-phase", "/phases/0/phase"},
		{"phase from", []string{`+09:00`, ``}, `"a"`, "invalid-phase", "/phases/0/from"},
		{"phase missing", []string{`"item":"*",`, ``}, `"a"`, "invalid-phase", "/phases/0/item"},
		{"phase not an object", []string{`"phases":[`, `"phases":[1,`}, `"a"`, "invalid-phase", "/phases/0"},
		{
			"a later phase",
			[]string{`}]}`, `},{"procedure":"x","item":"y","municipality":"z","phase":"?","from":"2099-01-01T00:00:00Z"}]}`},
			`"a"`,
			"invalid-phase",
			"/phases/1/phase",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := caseText
			for i := 0; i < len(test.replace); i += 2 {
				last := strings.LastIndex(text, test.replace[i])
				if test.replace[i] != `}]}` {
					last = strings.Index(text, test.replace[i])
				}
				if last < 0 {
					t.Fatalf("%q is not in the case", test.replace[i])
				}
				text = text[:last] + test.replace[i+1] + text[last+len(test.replace[i]):]
			}
			var out bytes.Buffer
			evidence.Answer(c, named, []byte(text), &out)
			var got struct {
				ID    json.RawMessage
				Error struct{ Code, Pointer, Detail string }
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if string(got.ID) != test.id || got.Error.Code != test.code || got.Error.Pointer != test.pointer || got.Error.Detail == "" {
				t.Errorf("got %s", out.Bytes())
			}
		})
	}
}

// TestAnswerIsExact: the members, their order, what is absent, one line.
func TestAnswerIsExact(t *testing.T) {
	c := load(t)
	for replace, want := range map[string]string{
		"":                              `{"id":"a","version":"2017-07-18","documents":[]}`,
		`{"id":"a"` + "\t" + `"<&>𠮷\n"`: `{"id":"<&>𠮷\n","version":"2017-07-18","documents":[]}`,
		`"need":"none"` + "\t" + `"need":"study"`: `{"id":"a","version":"2017-07-18","documents":[{"document":"study-proof","subject":"guardian-1",` +
			`"decision":"attach","reason":"not-replaceable","inquire":false}]}`,
		`ty":"998010"}]}` + "\t" + `ty":"131016"}]}`: `{"id":"a","version":"2017-07-18","documents":[{"document":"income-certificate","subject":"guardian-1",` +
			`"item":"local-tax","decision":"omit","reason":"full-operation","inquire":true}]}`,
		`"phases":[{` + "\t" + `"more":{"id":[1.5]},"phases":[{"more":null,`: `{"id":"a","version":"2017-07-18","documents":[]}`,
	} {
		text := caseText
		if old, replacement, ok := strings.Cut(replace, "\t"); ok {
			if strings.HasPrefix(old, `{"id"`) {
				replacement = `{"id":` + replacement
			}
			text = strings.Replace(text, old, replacement, 1)
		}
		var out bytes.Buffer
		evidence.Answer(c, named, []byte(text), &out)
		if out.String() != want+"\n" {
			t.Errorf("%s: got %s", replace, out.String())
		}
	}
}

// TestErrorsOfMake: callers in the program get the same errors, every fault of the facts among the details.
func TestErrorsOfMake(t *testing.T) {
	c := load(t)
	in := evidence.Input{Procedure: "childcare-annual", Municipality: "998010", FiledAt: instant(t, "2020-01-01T00:00:00Z"), JSON: []byte(`{"x":1}`)}
	_, err := evidence.Make(c, in)
	f := fault.As(err)
	if f == nil || f.Code != fault.CodeInvalidFacts || f.Kind != fault.Refused || len(f.Details) != 2 {
		t.Fatalf("got %v", err)
	}
	pointers := []string{f.Details[0].Pointer, f.Details[1].Pointer}
	if !slices.Equal(pointers, []string{"/facts/guardians", "/facts/x"}) {
		t.Errorf("pointers are %v", pointers)
	}
	in.Procedure = "x"
	if _, err := evidence.Make(c, in); fault.As(err).Code != fault.CodeUnknownProcedure {
		t.Errorf("got %v", err)
	}
}

// named stands for the sentences of app/wording, which the rules do not know.
func named(d fault.Detail) string { return string(d.Sentence()) }
