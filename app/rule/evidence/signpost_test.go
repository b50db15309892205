package evidence_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
)

// situation is somebody who may be in the wrong place: what is answered, and beside which answer what is told (the beginning of it).
type situation struct{ name, procedure, filed, facts, form, want string }

var wrongPlace = []situation{
	{"a company's employee", "child-allowance-claim", "2026-06-01", `{"applicant":{"pension":"employees"},"left_public_office":false}`, `{}`, ""},
	{"a public servant", "child-allowance-claim", "2026-06-01", `{"applicant":{"pension":"local-mutual"},"left_public_office":false}`, `{}`,
		"/facts/applicant/pension 公務員の児童手当は"},
	{"one who left office", "child-allowance-claim", "2026-06-01", `{"applicant":{"pension":"national-mutual"},"left_public_office":true}`, `{}`, ""},
	{"one of whom that is not known yet", "child-allowance-claim", "2026-06-01", `{"applicant":{"pension":"national-mutual"}}`, `{}`, ""},
	{"a child on its last day", "child-allowance-claim", "2026-03-31", `{"children":[{"birth_date":"2020-01-01"},{"birth_date":"2008-04-01"}]}`, `{}`, ""},
	{"the day after it", "child-allowance-claim", "2026-04-01", `{"children":[{"birth_date":"2020-01-01"},{"birth_date":"2008-04-01"}]}`, `{}`,
		"/facts/children/1/birth_date この子どもは、18歳"},
	{"before the age was raised, last day", "child-allowance-claim", "2024-03-31", `{"children":[{"birth_date":"2008-05-01"}]}`, `{}`, ""},
	{"before the age was raised", "child-allowance-claim", "2024-04-01", `{"children":[{"birth_date":"2008-05-01"}]}`, `{}`,
		"/facts/children/0/birth_date この子どもは、15歳"},
	{"a foster child", "child-allowance-claim", "2026-06-01", `{"children":[{"relationship":"foster"}]}`, `{}`, "/facts/children/0/relationship 里子の児童手当は"},
	{"a child with its parents abroad", "child-allowance-claim", "2026-06-01",
		`{"children":[{"lives_with_applicant":false,"studying_abroad":true,"with_parents_abroad":true}]}`, `{}`,
		"/facts/children/0/with_parents_abroad 海外で父母と同居"},
	{"an applicant younger than the child", "child-allowance-claim", "2026-06-01", `{"children":[{"birth_date":"2018-05-10"}]}`,
		`{"applicant":{"birth_date":"2020-05-10"}}`, "/form/applicant/birth_date 申請者の生年月日が"},
	{"an older one", "child-allowance-claim", "2026-06-01", `{"children":[{"birth_date":"2018-05-10"}]}`, `{"applicant":{"birth_date":"1990-05-10"}}`, ""},
	{"one whose day is wrong", "child-allowance-claim", "2026-06-01", `{"children":[{"birth_date":"2018-05-10"}]}`, `{"applicant":{"birth_date":"5月"}}`, ""},
	{"a second child of whom nothing is known", "child-allowance-claim", "2026-06-01", `{"children":[{"birth_date":"2018-05-10"},{}]}`,
		`{"applicant":{"birth_date":"2020-05-10"}}`, ""},
	{"nobody is paid yet", "child-allowance-revision", "2026-06-01", `{"event":"child-added","children_already_paid":0}`, `{}`,
		"/facts/children_already_paid いま児童手当を受けている"},
	{"somebody is", "child-allowance-revision", "2026-06-01", `{"event":"child-added","children_already_paid":1}`, `{}`, ""},
	{"a child of 18 is added, last day", "child-allowance-revision", "2026-03-31", `{"event":"child-added","children":[{"birth_date":"2007-05-10"}]}`, `{}`, ""},
	{"a child of 18 is added", "child-allowance-revision", "2026-04-01", `{"event":"child-added","children":[{"birth_date":"2007-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date この子どもは、18歳"},
	{"it was 15", "child-allowance-revision", "2024-03-31", `{"direction":"increase","children":[{"birth_date":"2008-05-10"}]}`, `{}`, ""},
	{"it was 15, the day after", "child-allowance-revision", "2024-04-01", `{"direction":"increase","children":[{"birth_date":"2008-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date この子どもは、15歳"},
	{"became a public servant", "child-allowance-change", "2026-06-01", `{"changes":["pension"],"applicant":{"pension":"local-mutual"}}`, `{}`,
		"/facts/applicant/pension 公務員になった人は"},
	{"became one, in June", "child-allowance-annual", "2026-06-01", `{"applicant":{"pension":"national-mutual"}}`, `{}`,
		"/facts/applicant/pension 公務員になった人は"},
	{"raises others still", "child-allowance-end", "2026-06-01", `{"reason":"left-care"}`, `{}`, "/facts/reason ほかに児童手当を受ける"},
	{"moves away", "child-allowance-end", "2026-06-01", `{"reason":"moved-away"}`, `{}`, ""},
	{"the new carer is younger", "child-allowance-unpaid", "2026-06-01", `{"children":[{"birth_date":"2018-05-10"}]}`, `{"applicant":{"birth_date":"2018-05-10"}}`,
		"/form/applicant/birth_date 申請者の生年月日が"},
	{"at school by then", "childcare-enrolment", "2026-02-01", `{"start_month":"2026-04"}`, `{"child":{"birth_date":"2020-04-01"}}`,
		"/facts/start_month 利用を始めたい月には"},
	{"not at school yet", "childcare-enrolment", "2026-02-01", `{"start_month":"2026-04"}`, `{"child":{"birth_date":"2020-04-02"}}`, ""},
	{"a parent at home", "childcare-enrolment", "2026-02-01", `{"guardians":[{"relation":"father","need":"employed"},{"relation":"mother","need":"none"}]}`, `{}`,
		"/facts/guardians/1/need 父か母に保育を必要"},
	{"a grandparent at home", "childcare-enrolment", "2026-02-01", `{"guardians":[{"relation":"grandparent","main_earner":true,"need":"none"}]}`, `{}`, ""},
	{"kindergarten in the month of three", "childcare-certification", "2026-02-01", `{"start_month":"2026-05","needs_childcare":false}`,
		`{"child":{"birth_date":"2023-05-20"}}`, ""},
	{"kindergarten a month before", "childcare-certification", "2026-02-01", `{"start_month":"2026-04","needs_childcare":false}`,
		`{"child":{"birth_date":"2023-05-20"}}`, "/facts/needs_childcare 保育を希望しない教育だけ"},
	{"at school by then, certified", "childcare-certification", "2026-02-01", `{"start_month":"2026-04"}`, `{"child":{"birth_date":"2019-05-20"}}`,
		"/facts/start_month 利用を始めたい月には"},
	{"the last day before school", "childcare-annual", "2026-03-31", `{}`, `{"child":{"birth_date":"2019-05-20"}}`, ""},
	{"at school now", "childcare-annual", "2026-04-01", `{}`, `{"child":{"birth_date":"2019-05-20"}}`, "/form/child/birth_date この児童は小学校に"},
	{"the child's day in the parent's field", "childcare-annual", "2026-04-01", `{}`,
		`{"child":{"birth_date":"2023-05-20"},"applicant":{"birth_date":"2023-05-20"}}`,
		"/form/child/birth_date 申請者の生年月日が"},
	{"at school by then, facility", "facility-use-certification", "2026-02-01", `{"child":{"birth_date":"2019-05-20"},"start_month":"2026-04"}`, `{}`,
		"/facts/start_month 利用を始めたい月には"},
	{"kindergarten before three", "facility-use-certification", "2026-02-01",
		`{"child":{"birth_date":"2024-05-20"},"start_month":"2026-04","needs_childcare":false}`, `{}`, "/facts/needs_childcare 保育を希望しない教育だけ"},
	{"the child's day again", "facility-use-certification", "2026-02-01", `{"child":{"birth_date":"2023-05-20"}}`, `{"applicant":{"birth_date":"2024-05-20"}}`,
		"/form/applicant/birth_date 申請者の生年月日が"},
	{"five months old", "infant-support-certification", "2026-04-01", `{"child":{"birth_date":"2025-12-15"},"start_month":"2026-05"}`, `{}`,
		"/facts/start_month こども誰でも通園制度は、生後"},
	{"six months in that month", "infant-support-certification", "2026-04-01", `{"child":{"birth_date":"2025-12-15"},"start_month":"2026-06"}`, `{}`, ""},
	{"two years old", "infant-support-certification", "2026-04-01", `{"child":{"birth_date":"2023-05-03"},"start_month":"2026-05"}`, `{}`, ""},
	{"three by then", "infant-support-certification", "2026-04-01", `{"child":{"birth_date":"2023-05-01"},"start_month":"2026-05"}`, `{}`,
		"/facts/start_month こども誰でも通園制度は、3歳の"},
	{"certified elsewhere", "pregnancy-support-count", "2026-04-01", `{"certified_here":false}`, `{}`, "/facts/certified_here この市区町村で妊婦給付認定を"},
	{"certified here", "pregnancy-support-count", "2026-04-01", `{"certified_here":true}`, `{}`, ""},
	{"a child of 18, the last day", "single-parent-claim", "2026-03-31", `{"children":[{"birth_date":"2007-05-10"}]}`, `{}`, ""},
	{"a child of 18", "single-parent-claim", "2026-04-01", `{"children":[{"birth_date":"2007-05-10"}]}`, `{}`, "/facts/children/0/birth_date 児童扶養手当は、18歳"},
	{"a child of 19, the last day", "single-parent-claim", "2026-05-08", `{"children":[{"birth_date":"2006-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date 児童扶養手当は、18歳"},
	{"a child of 20", "single-parent-claim", "2026-05-09", `{"children":[{"birth_date":"2006-05-10"}]}`, `{}`, "/facts/children/0/birth_date 20歳以上の人は"},
	{"an applicant of the same day", "single-parent-claim", "2026-05-09", `{"children":[{"birth_date":"2016-05-10"}]}`,
		`{"applicant":{"birth_date":"2016-05-10"}}`,
		"/facts/children/0/birth_date 申請者の生年月日が"},
	{"every year, a child of 18, the last day", "single-parent-annual", "2026-03-31", `{"children":[{"birth_date":"2007-05-10"}]}`, `{}`, ""},
	{"every year, a child of 18", "single-parent-annual", "2026-04-01", `{"children":[{"birth_date":"2007-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date 児童扶養手当は、18歳"},
	{"every year, a child of 19, the last day", "single-parent-annual", "2026-05-08", `{"children":[{"birth_date":"2006-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date 児童扶養手当は、18歳"},
	{"every year, a child of 20", "single-parent-annual", "2026-05-09", `{"children":[{"birth_date":"2006-05-10"}]}`, `{}`,
		"/facts/children/0/birth_date 20歳以上の人は"},
}

// TestPeopleInTheWrongPlaceAreTold is what each procedure tells whom, beside which answer.
func TestPeopleInTheWrongPlaceAreTold(t *testing.T) {
	c := load(t)
	told := map[string]bool{}
	for _, test := range wrongPlace {
		v := c.Version(test.procedure, date(t, test.filed))
		var form map[string]any
		if err := json.Unmarshal([]byte(test.form), &form); err != nil {
			t.Fatal(test.name, err)
		}
		var got []string
		for _, s := range evidence.Signposts(v, json.RawMessage(test.facts), form, "998010", date(t, test.filed)) {
			got = append(got, s.At+" "+s.Signpost.Text.Ja)
			told[s.Signpost.Text.Ja] = true
		}
		if at, _, _ := strings.Cut(test.want, " "); len(got) > 1 || len(got) == 0 != (at == "") || len(got) == 1 && !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s, %s: %q, want %q", test.procedure, test.name, got, test.want)
		}
	}
	for _, p := range c.Procedures() {
		for _, s := range p.Latest().Signposts {
			if !told[s.Text.Ja] {
				t.Errorf("%s: nobody is told %q", p.Code, s.Text.Ja)
			}
		}
	}
}

// TestSignpostsStandWhereTheyCanBeJudged: everything that one reads is asked on its question's page or before.
func TestSignpostsStandWhereTheyCanBeJudged(t *testing.T) {
	for _, p := range load(t).Procedures() {
		v := p.Latest()
		page := func(top, name string) int {
			return slices.IndexFunc(v.Pages(), func(s catalogue.Step) bool {
				for _, one := range s.Sections {
					if top == "form" && one.Key == name {
						return true
					}
				}
				return top == "facts" && slices.Contains(s.Facts, v.Fact(name))
			})
		}
		for _, s := range v.Signposts {
			path := strings.Split(s.Ask, ".")
			here := page(path[0], path[1])
			for _, read := range s.ReadsForm() {
				if at := page("form", read[0]); at < 0 || at > here {
					t.Errorf("%s: %s is asked after %s", p.Code, read, s.Ask)
				}
			}
			for _, read := range s.Reads() {
				name := catalogue.ListOf(read[0])
				if read[0] == "facts" {
					name = read[1]
				}
				if at := page("facts", name); name != "" && (at < 0 || at > here) {
					t.Errorf("%s: %s is asked after %s", p.Code, read, s.Ask)
				}
			}
		}
	}
}

// TestSignpostsOfADayChangeOvernight: each that looks at the day of filing has a case on either side of it, a day apart, so that none counts
// from another day, or is a day off.
func TestSignpostsOfADayChangeOvernight(t *testing.T) {
	c := load(t)
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			for _, s := range v.Signposts {
				if !strings.Contains(s.When, "filing_date") || v != p.Latest() && !differs(s, p.Latest()) {
					continue
				}
				if !slices.ContainsFunc(wrongPlace, func(test situation) bool {
					on := date(t, test.filed)
					return test.procedure == p.Code && c.Version(p.Code, on) != nil && stands(c, s, p.Code, test.facts, test.form, on) !=
						stands(c, s, p.Code, test.facts, test.form, on.AddDays(-1))
				}) {
					t.Errorf("%s %s: no case on the day on which %q begins", p.Code, v.Effective, s.Text.Ja)
				}
			}
		}
	}
}

func differs(s *catalogue.Signpost, from *catalogue.Version) bool {
	return !slices.ContainsFunc(from.Signposts, s.Same)
}

func stands(c *catalogue.Catalogue, s *catalogue.Signpost, procedure, facts, form string, on jp.Date) bool {
	var answers map[string]any
	_ = json.Unmarshal([]byte(form), &answers)
	return slices.ContainsFunc(evidence.Signposts(c.Version(procedure, on), json.RawMessage(facts), answers, "998010", on),
		func(told evidence.Told) bool { return told.Signpost.Same(s) })
}

func date(t testing.TB, s string) jp.Date {
	t.Helper()
	d, err := jp.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
