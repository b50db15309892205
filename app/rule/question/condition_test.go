package question

import (
	"encoding/json"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/app/rule/strictjson"
)

// family is questions as catalogue.md, section 4, will have them, in YAML as they are written.
const family = `
- {name: direction, type: choice, choices: [{value: increase}, {value: decrease}]}
- {name: reasons, type: list, of: {type: choice, choices: [{value: foster}, {value: apart}]}}
- {name: has_spouse, type: boolean}
- {name: spouse, type: object, when: has_spouse, fields: [{name: municipality, type: municipality, abroad: true}, {name: works, type: boolean}]}
- {name: start_month, type: month, future: true}
- {name: eldest_birth_date, type: date}
- {name: fee, type: integer, max: 9999, when: "month_start(facts.start_month) <= school_year_end(facts.eldest_birth_date, 3)"}
- {name: works_here, type: boolean, when: facts.has_spouse, optional: true}
- {name: spouse_workplace, type: text, when: facts.spouse.works, optional: true}
- {name: letter, type: boolean, when: "'foster' in facts.reasons"}
- {name: note, type: long-text, required_when: "reasons.exists(r, r == 'apart') || direction != 'increase'"}
- name: children
  type: list
  min: 1
  when: facts.direction == 'increase'
  of:
    type: object
    fields:
      - {name: lives_with_applicant, type: boolean}
      - {name: studying_abroad, type: boolean, when: "!lives_with_applicant"}
      - {name: municipality, type: municipality, when: "!lives_with_applicant && !studying_abroad"}
      - {name: left_japan_on, type: date, when: studying_abroad}
      - {name: with_spouse, type: boolean, when: "facts.has_spouse && !lives_with_applicant"}
- name: guardians
  type: list
  of:
    type: object
    fields:
      - {name: relation, type: choice, choices: [{value: father}, {value: mother}, {value: other}]}
      - {name: main_earner, type: boolean, when: "relation == 'other'"}
      - {name: jan1, type: municipality, abroad: true, when: "relation in ['father', 'mother'] || main_earner"}
`

func listOf(t testing.TB, text string) *List {
	t.Helper()
	var questions []*Question
	var faults source.List
	f, ok := source.Read("q.yaml", []byte(text), &questions, &faults)
	if !ok {
		t.Fatal(faults.Err())
	}
	for i, q := range questions {
		q.Locate(f, i)
	}
	return compiled(t, "facts", questions...)
}

const lives = `{"direction":"decrease","reasons":[],"has_spouse":false,"start_month":"2024-04","eldest_birth_date":"2021-04-01","note":"x","guardians":[]}`

func check(t testing.TB, l *List, text string, opt Options) (*Record, []fault.Detail) {
	t.Helper()
	tree, err := strictjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(text, err)
	}
	c := Checker{Options: opt}
	r := c.Record(l, &tree, At("facts"))
	return r, c.Faults
}

var exact = Options{FiledOn: jp.Date{Year: 2026, Month: 6, Day: 1}, Exact: true, Final: true}

// TestAQuestionIsAskedExactlyWhenItsConditionHolds replaces one thing in answers that are right: nested, chained, in lists,
// from the top, along absent objects, over lists and days.
func TestAQuestionIsAskedExactlyWhenItsConditionHolds(t *testing.T) {
	l := listOf(t, family)
	child := func(members string) string { return `"direction":"increase","children":[{` + members + `}]` }
	guardian := func(members string) string { return `"guardians":[{` + members + `}]` }
	const (
		decrease, none  = `"direction":"decrease"`, `"guardians":[]`
		spouse          = `true,"spouse":{"municipality":"abroad","works":`
		away            = `"lives_with_applicant":false,"studying_abroad":true`
		first, needless = "required /facts/children/0/", "not-applicable /facts/children/0/"
	)
	for name, x := range map[string]struct{ old, replacement, want string }{
		"as it is":                          {``, ``, ""},
		"a spouse who is not there":         {`false`, `false,"spouse":{"municipality":"abroad","works":true}`, "not-applicable /facts/spouse"},
		"a spouse who is":                   {`false`, `true`, "required /facts/spouse"},
		"chained along an absent object":    {`false`, `false,"spouse_workplace":"x"`, "not-applicable /facts/spouse_workplace"},
		"chained and optional":              {`false`, `true,"spouse":{"municipality":"abroad","works":true}`, ""},
		"chained and given":                 {`false`, `true,"spouse":{"municipality":"abroad","works":true},"spouse_workplace":"x"`, ""},
		"the other answer is wrong itself":  {`false`, `"no","spouse":{"municipality":"abroad","works":true}`, "wrong-type /facts/has_spouse"},
		"wrong itself, deeper":              {`false`, spouse + `1},"spouse_workplace":"x"`, "wrong-type /facts/spouse/works"},
		"the other answer is missing":       {`"has_spouse":false,`, `"spouse":{"municipality":"abroad","works":true},`, "required /facts/has_spouse"},
		"a month and a school year":         {`2024-04`, `2024-03`, "required /facts/fee"},
		"a month and a school year, next":   {`"2024-04"`, `"2025-03"`, ""},
		"a day later":                       {`2021-04-01`, `2021-04-02`, "required /facts/fee"},
		"in a list of choices":              {`[]`, `["foster"]`, "required /facts/letter"},
		"needed on a condition":             {`,"note":"x"`, ``, "required /facts/note"},
		"needed no more, but may be there":  {decrease, child(`"lives_with_applicant":true`), ""},
		"needed by an entry of a list":      {`[],"has`, `["apart"],"has`, ""},
		"from the top":                      {decrease, `"direction":"increase"`, "required /facts/children"},
		"from the top, refused":             {decrease, decrease + `,"children":[{"lives_with_applicant":true}]`, "not-applicable /facts/children"},
		"in an entry":                       {decrease, child(away), first + "left_japan_on"},
		"in an entry, chained":              {decrease, child(`"lives_with_applicant":false,"studying_abroad":false`), first + "municipality"},
		"in an entry, the end of a chain":   {decrease, child(`"lives_with_applicant":true,"left_japan_on":"2020-01-01"`), needless + "left_japan_on"},
		"in an entry, from the top":         {decrease, child(away + `,"left_japan_on":"2020-01-01","with_spouse":true`), needless + "with_spouse"},
		"one of two":                        {none, guardian(`"relation":"father"`), "required /facts/guardians/0/jan1"},
		"neither":                           {none, guardian(`"relation":"other","main_earner":false`), ""},
		"the other":                         {none, guardian(`"relation":"other","main_earner":true`), "required /facts/guardians/0/jan1"},
		"an absent one reads as no":         {none, guardian(`"relation":"mother","main_earner":true`), "not-applicable /facts/guardians/0/main_earner"},
		"what is wrong says nothing of two": {none, guardian(`"relation":"aunt","jan1":"abroad"`), "invalid-choice /facts/guardians/0/relation"},
	} {
		text := strings.Replace(lives, x.old, x.replacement, 1)
		if !strings.Contains(lives, x.old) {
			t.Fatalf("%s: nothing was replaced", name)
		}
		_, faults := check(t, l, text, exact)
		var got []string
		for _, f := range faults {
			got = append(got, f.Code+" "+f.Pointer)
		}
		if strings.Join(got, ", ") != x.want {
			t.Errorf("%s: %v, want %q in %s", name, got, x.want, text)
		}
	}
}

// TestADraftKeepsWhatIsNotAskedNow holds that nothing is lost while a person changes their mind.
func TestADraftKeepsWhatIsNotAskedNow(t *testing.T) {
	const text = `{"has_spouse":false,"spouse":{"works":true},"eldest_birth_date":"令和3年4月1日","children":[]}`
	r, faults := check(t, listOf(t, family), text, Options{FiledOn: exact.FiledOn})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := r.Plain()
	if spouse, _ := got["spouse"].(map[string]any); spouse["works"] != true || got["eldest_birth_date"] != "2021-04-01" {
		t.Errorf("%v", got)
	}
}

// TestAskedAndDue are the same conditions over answers as a page has them, which may be incomplete and wrong.
func TestAskedAndDue(t *testing.T) {
	l := listOf(t, family)
	q := map[string]*Question{}
	for _, one := range l.Questions {
		q[one.Name] = one
		if one.Of != nil {
			for _, inner := range one.Of.Fields {
				q[one.Name+"."+inner.Name] = inner
			}
		}
	}
	for _, x := range []struct {
		question   string
		beside     map[string]any
		top        map[string]any
		asked, due bool
	}{
		{"spouse", map[string]any{"has_spouse": true}, nil, true, true},
		{"spouse", map[string]any{"has_spouse": "perhaps"}, nil, false, false},
		{"spouse", nil, nil, false, false},
		{"works_here", map[string]any{"has_spouse": true}, nil, true, false}, // named from the top
		{"works_here", map[string]any{"has_spouse": false}, nil, false, false},
		{"note", map[string]any{"direction": "increase"}, nil, true, false},
		{"note", map[string]any{"direction": "increase", "reasons": []any{"apart"}}, nil, true, true},
		{"children.municipality", nil, nil, true, true}, // nothing is answered: each reads as no
		{"children.municipality", map[string]any{"studying_abroad": true}, nil, false, false},
		{"children.with_spouse", nil, map[string]any{"has_spouse": true}, true, true},
		{"children.with_spouse", map[string]any{"lives_with_applicant": true}, map[string]any{"has_spouse": true}, false, false},
	} {
		if x.top == nil {
			x.top = x.beside
		}
		if asked, due := q[x.question].Asked(x.beside, x.top), q[x.question].Due(x.beside, x.top); asked != x.asked || due != x.due {
			t.Errorf("%s beside %v: asked %v, due %v", x.question, x.beside, asked, due)
		}
	}
}

// TestConditionsThatDoNotCompile are faults at the question's line.
func TestConditionsThatDoNotCompile(t *testing.T) {
	for text, want := range map[string]string{
		"- {name: a, type: boolean, when: b}\n- {name: b, type: boolean}":                                          "b is not asked before it",
		"- {name: a, type: boolean, when: a}":                                                                      "a is not asked before it",
		"- {name: a, type: object, fields: [{name: b, type: boolean, when: facts.a.c}, {name: c, type: boolean}]}": "facts.a is not asked before it",
		"- {name: a, type: boolean}\n- {name: b, type: boolean, when: filing_date == filing_date}":                 "undeclared reference to 'filing_date'",
		"- {name: a, type: boolean}\n- {name: b, type: boolean, when: facts.c}":                                    "undefined field 'c'",
		"- {name: a, type: integer}\n- {name: b, type: boolean, when: a}":                                          "gives int, not a boolean",
		"- {name: a, type: boolean}\n- {name: b, type: boolean, optional: true, required_when: a}":                 "required_when says already",
		"- {name: a, type: list, of: {type: list, of: {type: text}}}":                                              "a list of lists",
		"- {name: A, type: text}":                   "small letters",
		"- {name: a, type: text, of: {type: text}}": "of is given exactly where",
		"- {name: a, type: boolean, future: true}":  "future for dates",
		"- {name: a, type: object, fields: [{name: b, type: choice, choices: [{value: x}, {value: x}]}]}": "empty or stands twice",
	} {
		var questions []*Question
		var faults source.List
		f, ok := source.Read("q.yaml", []byte(text), &questions, &faults)
		for i, q := range questions {
			q.Locate(f, i)
		}
		if l := Compile("facts", questions, &faults); !ok || l != nil {
			t.Fatal(text, faults.Err())
		}
		if got := faults.Err().Error(); !strings.Contains(got, want) || !strings.HasPrefix(got, "q.yaml:") {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// FuzzChecker: no text makes the checker panic, pointers never hold an individual number, and what comes in at the door is
// taken exactly once it is in its normal form.
func FuzzChecker(f *testing.F) {
	l := listOf(f, family)
	f.Add([]byte(lives))
	f.Add([]byte(`{"eldest_birth_date":"令和３年４月１日","guardians":[{"relation":"other","main_earner":true,"jan1":"９９８０１０"}]}`))
	f.Add([]byte(`{"children":[{"123456789018":1.5}],"spouse":[[]],"has_spouse":{},"has_spouse":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := strictjson.Parse(text)
		if err != nil {
			return
		}
		for _, opt := range []Options{exact, {FiledOn: exact.FiledOn}, {FiledOn: exact.FiledOn, Final: true}} {
			c := Checker{Options: opt}
			c.Numbers(&tree, At("facts"))
			r := c.Record(l, &tree, At("facts"))
			for _, d := range c.Faults {
				if d.Reason != fault.Answer(d.Code).Reason() || individual.InText(d.Pointer) {
					t.Fatalf("%q: %+v", text, d)
				}
			}
			if len(c.Faults) > 0 || !opt.Final {
				continue
			}
			normal, err := json.Marshal(r.Plain())
			if err != nil {
				t.Fatal(err)
			}
			again, faults := check(t, l, string(normal), exact)
			if len(faults) > 0 {
				t.Fatalf("%q became %s: %+v", text, normal, faults)
			}
			if twice, _ := json.Marshal(again.Plain()); string(twice) != string(normal) {
				t.Fatalf("%s became %s", normal, twice)
			}
		}
	})
}

func TestFind(t *testing.T) {
	questions := listOf(t, family).Questions
	for path, want := range map[string]string{
		"has_spouse": "has_spouse", "spouse/works": "works", "children/0/municipality": "municipality", "children/3": "children",
		"children": "children", "spouse/0": "", "nothing": "", "has_spouse/x": "", "0": "",
	} {
		got := ""
		if q := Find(questions, strings.Split(path, "/")...); q != nil {
			got = q.Name
		}
		if got != want {
			t.Errorf("%s leads to %q", path, got)
		}
	}
}

// TestASharedQuestionIsOverridden: what stands beside use is said here, and what does not stays as it is defined.
func TestASharedQuestionIsOverridden(t *testing.T) {
	shared := map[string]*Question{"place": {Type: Text, When: "other", Suggest: "", Max: 9}}
	var faults source.List
	got := (&Question{Use: "place", Name: "nursery", Suggest: Facilities, AsOf: "filing_date"}).Resolve(shared, &faults)
	if got.Name != "nursery" || got.Suggest != Facilities || got.AsOf != "filing_date" || got.When != "other" || got.Max != 9 || faults.Err() != nil {
		t.Errorf("%+v %v", got, faults.Err())
	}
}
