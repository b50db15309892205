package diff_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/casetest/editiontest"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/jp"
)

// lines are changes as "kind about before → after direction".
func lines(changes []diff.Change) (out []string) {
	side := func(s *diff.Side) string {
		if s == nil {
			return "–"
		}
		return strings.TrimSpace(fmt.Sprint(s.Text.Ja, s.When, strings.Join(s.Codes, " "), map[bool]string{true: "yes"}[s.Yes]))
	}
	for _, c := range changes {
		about := strings.Join(slices.DeleteFunc([]string{c.Procedure, c.Document, c.Subject, c.Section, c.Question, c.Value},
			func(s string) bool { return s == "" }), " ")
		out = append(out, strings.TrimSpace(c.Kind+" "+about+": "+side(c.Before)+" → "+side(c.After)+" "+c.Direction))
	}
	return out
}

const (
	claim, common, sections = "claim.yaml", "_common.yaml", "_form.yaml"
	third                   = "facts.older_siblings >= 1 && size(facts.children) + facts.older_siblings >= 3"
)

func TestNothingChanged(t *testing.T) {
	again := editiontest.Load(t, claim, third, "size(facts.children) + facts.older_siblings > 2 && !(facts.older_siblings < 1)")
	if got := lines(diff.Compare(editiontest.Load(t), again, nil)); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func TestEachChange(t *testing.T) {
	question := "      - {name: older_siblings, type: integer,"
	for name, c := range map[string]struct {
		changes []string
		want    []string
	}{
		"a name": {[]string{claim, "ja: 手当の請求", "ja: 手当の申請"}, []string{"name claim: 手当の請求 → 手当の申請"}},
		"the deadline": {[]string{claim, "days: 15", "days: 30", claim, "ja: 出生から15日以内", "ja: 出生から30日以内"},
			[]string{"deadline claim: 出生から15日以内 → 出生から30日以内", "deadline-kind claim: days 15 → days 30"}},
		"the signature": {[]string{claim, "signature: signature", "signature: login"}, []string{"signature claim: signature → login"}},
		"a consent":     {[]string{claim, "consents: []", "consents: [local-tax]"}, []string{"consents claim: – → local-tax"}},
		"the basis": {[]string{claim, "source: [act-7]\n    facts", "source: [act-7, survey]\n    facts"},
			[]string{"basis claim: 児童手当法第7条 → 児童手当法第7条 複数の市区町村の案内"}},
		"a question": {[]string{claim, question, strings.Replace(question, "older_siblings", "shoes",
			1) + " label: {ja: 靴, plain: くつ, en: Shoe}, help: *help}\n" + question,
			claim, "      older_siblings: 0\n", "      older_siblings: 0\n      shoes: 0\n"}, []string{"question claim shoes: – → 靴 more"}},
		"when it is asked": {[]string{claim, "        when: has_spouse\n", "        when: has_spouse\n        optional: true\n"},
			[]string{"question-required claim spouse:  → false fewer"}},
		"a label": {[]string{claim, "ja: 配偶者がいますか", "ja: 結婚していますか"}, []string{"question-label claim has_spouse: 配偶者がいますか → 結婚していますか"}},
		"a choice": {[]string{claim, "                - {value: child,",
			"                - {value: ward, label: {ja: 被後見人, plain: 子, en: Ward}}\n                - {value: child,"},
			[]string{"choice claim children/relationship ward: – → 被後見人"}},
		"fewer people": {[]string{claim, third, third + " && facts.has_spouse"},
			[]string{"rule-when claim support-confirmation applicant: " + third + " → " + third + " && facts.has_spouse fewer"}},
		"more people": {[]string{claim, third, "facts.older_siblings >= 1"},
			[]string{"rule-when claim support-confirmation applicant: " + third + " → facts.older_siblings >= 1 more"}},
		"other people": {[]string{claim, third, "facts.payee == 'other'"},
			[]string{"rule-when claim support-confirmation applicant: " + third + " → facts.payee == 'other' other"}},
		"another subject": {[]string{claim, "        subject: applicant\n        when: " + third, "        subject: household\n        when: " + third},
			[]string{"rule-subject claim support-confirmation household: applicant → household other"}},
		"no item any more": {[]string{claim, ", item: local-tax, source", ", source"}, []string{"rule-item claim income-certificate spouse: local-tax → – more"}},
		"when an item replaces it": {[]string{claim, ", item: local-tax, source", ", item: local-tax, replaceable: facts.payee == 'public', source"},
			[]string{"rule-replaceable claim income-certificate spouse:  → facts.payee == 'public' more"}},
		"an original": {[]string{claim, "        source: [survey]", "        original: true\n        source: [survey]"},
			[]string{"rule-original claim passbook applicant: – → yes"}},
		"grounds": {[]string{claim, "        source: [survey]", "        checked: {on: \"2026-06-01\"}\n        source: [survey, act-7]"},
			[]string{"rule-source claim passbook applicant: 複数の市区町村の案内 → 複数の市区町村の案内 児童手当法第7条",
				"rule-checked claim passbook applicant: 2026-05-01 手当係 → 2026-06-01 手当係"}},
		"a document": {[]string{common, "ja: 通帳の写し", "ja: 通帳またはカードの写し"}, []string{"document-name passbook: 通帳の写し → 通帳またはカードの写し"}},
		"a section": {[]string{claim, "{group: account, when: facts.payee == 'other'}", "{group: account}"},
			[]string{"section-when claim account: facts.payee == 'other' →  more"}},
		"a signpost": {[]string{claim, "    documents:",
			"    signposts: [{when: facts.older_siblings > 9, at: facts.older_siblings, text: {ja: 多い, plain: おおい, en: Many}}]\n    documents:"},
			[]string{"signpost claim: – → 多いfacts.older_siblings > 9"}},
		"a field": {[]string{sections, "ja: 銀行", "ja: 金融機関"}, []string{"question-label claim account bank: 銀行 → 金融機関"}},
	} {
		if got := lines(diff.Compare(editiontest.Load(t), editiontest.Load(t, c.changes...), nil)); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestWhatWentAndWhatCame(t *testing.T) {
	rule := "      - document: passbook\n"
	text, err := fs.ReadFile(editiontest.Small(t), claim)
	if err != nil {
		t.Fatal(err)
	}
	second := strings.NewReplacer("code: claim", "code: second", "number: 1", "number: 2").Replace(string(text))
	newer := editiontest.Load(
		t,
		claim,
		rule,
		"      - document: letter\n",
		common,
		"documents:\n",
		"documents:\n  letter:\n    name: {ja: 手紙, plain: 手紙, en: Letter}\n"+paper,
		"second.yaml",
		"",
		second,
	)
	want := []string{
		"rule claim letter applicant: – → facts.payee == 'other' || facts.children.exists(c, c.relationship == 'foster' && age_on(c.birth_date, " +
			"filing_date) < 3) more",
		"rule claim passbook applicant: facts.payee == 'other' || facts.children.exists(c, c.relationship == 'foster' && age_on(c.birth_date, filing_date) " +
			"< 3) → – fewer",
		"procedure second: – → 手当の請求", "document letter: – → 手紙",
	}
	if got := lines(diff.Compare(editiontest.Load(t), newer, nil)); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	gone := lines(diff.Compare(newer, editiontest.Load(t), nil))
	if !slices.Contains(gone, "procedure second: 手当の請求 → –") || !slices.Contains(gone, "document letter: 手紙 → –") {
		t.Errorf("%s", strings.Join(gone, "\n"))
	}
}

const paper = `    writer: office
    help: {ja: x, plain: x, en: x}
    obtain: {ja: x, plain: x, en: x}
    accept: {ja: x, plain: x, en: x}
`

func TestAVersionIsComparedWithTheOneBefore(t *testing.T) {
	next := `
  - effective_from: "2027-04-01"
    texts_only: true
    who: {ja: 子を育てている人, plain: 子どもを そだてて いる 人, en: Whoever raises a child}
`
	newer := editiontest.Load(t, claim, "      payee: public\n", "      payee: public\n"+next)
	got := diff.Compare(editiontest.Load(t), newer, nil)
	want := []string{"version claim: – → 2027-04-01", "who claim: 子どもを育てている人 → 子を育てている人"}
	if !slices.Equal(lines(got), want) || !slices.Equal(got[1].Versions, []string{"2027-04-01"}) {
		t.Errorf("%+v", got)
	}
	// The same change in two versions is one.
	both := diff.Compare(newer, editiontest.Load(t, claim, "      payee: public\n", "      payee: public\n"+next, claim, "ja: 手当の請求", "ja: 手当の申請"), nil)
	if len(both) != 1 || !slices.Equal(both[0].Versions, []string{"2020-04-01", "2027-04-01"}) {
		t.Errorf("%+v", both)
	}
}

func TestCasesTellTheDirection(t *testing.T) {
	of := func(siblings int, payee string) condition.Case {
		facts := fmt.Sprintf(`{"has_spouse":false,"children":[{"birth_date":"2025-05-10","relationship":"child"}],"older_siblings":%d,"payee":%q}`, siblings, payee)
		return condition.Case{Procedure: "claim", Municipality: "998010", Filed: jp.Date{Year: 2026, Month: 5, Day: 1}, Facts: json.RawMessage(facts)}
	}
	newer := editiontest.Load(t, claim, third, "facts.payee == 'other'")
	for name, c := range map[string]struct {
		cases       []condition.Case
		direction   string
		more, fewer int
	}{
		"none":  {nil, diff.Other, 0, 0},
		"more":  {[]condition.Case{of(0, "other"), of(0, "public")}, diff.More, 1, 0},
		"fewer": {[]condition.Case{of(2, "public"), of(3, "public")}, diff.Fewer, 0, 2},
		"both":  {[]condition.Case{of(2, "public"), of(0, "other")}, diff.Other, 1, 1},
	} {
		got := diff.Compare(editiontest.Load(t), newer, c.cases)
		if len(got) != 1 || got[0].Direction != c.direction || got[0].MoreCases != c.more || got[0].FewerCases != c.fewer {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAMunicipalitysEditionsAreCompared(t *testing.T) {
	base := editiontest.Load(t)
	lay := func(changes string) *catalogue.Catalogue {
		c, err := catalogue.Overlay(
			base,
			fstest.MapFS{"_edition.yaml": {Data: []byte("scope: \"998010\"\ntitle: {ja: 上乗せ, plain: きまり, en: Local}\nchanges:\n  claim:\n" + changes)}},
		)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before := lay("    documents:\n      - {document: passbook, subject: spouse, when: facts.has_spouse}\n")
	after := lay(
		"    waive:\n      - {document: income-certificate, subject: spouse, reason: {ja: 課税台帳, plain: 税金の 記録, en: The tax roll}}\n    document_texts:\n    " +
			"  passbook: {obtain: {ja: 銀行, plain: 銀行, en: The bank}}\n",
	)
	want := []string{"rule-waived claim income-certificate spouse: – → 課税台帳 fewer", "document-obtain claim passbook: 市区町村の窓口で取れます。 → 銀行",
		"rule claim passbook spouse: facts.has_spouse → – fewer"}
	if got := lines(diff.Compare(before, after, nil)); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if got := diff.Compare(base, base, nil); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}
