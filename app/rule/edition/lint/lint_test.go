package lint_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/casetest/editiontest"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
)

var today = jp.Date{Year: 2026, Month: 6, Day: 1}

func load(t *testing.T, files fs.FS) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func one(facts string) condition.Case {
	return condition.Case{Procedure: "claim", Municipality: "998010", Filed: jp.Date{Year: 2026, Month: 5, Day: 1}, Facts: json.RawMessage(facts)}
}

func facts(spouse, relationship string, siblings int, payee string) string {
	out := `{"has_spouse":false,`
	if spouse != "" {
		out = `{"has_spouse":true,"spouse":{"jan1_municipality":"` + spouse + `"},`
	}
	return out + fmt.Sprintf(`"children":[{"birth_date":"2025-05-10","relationship":%q}],"older_siblings":%d,"payee":%q}`, relationship, siblings, payee)
}

// proof reaches every answer and every branch of the small edition.
var proof = []condition.Case{
	one(facts("", "child", 0, "public")), one(facts("998028", "child", 2, "other")), one(facts("998010", "foster", 0, "public")),
}

// found are the findings as "file code about".
func found(in lint.Input) (out []string) {
	for _, f := range lint.Check(in) {
		about := strings.Join(slices.DeleteFunc([]string{f.Document, f.Other, f.Question, f.Value, f.Word, f.Day}, func(s string) bool { return s == "" }), " ")
		out = append(out, f.File+" "+f.Code+" "+about)
	}
	return out
}

func TestAnEditionInOrderHasNoFinding(t *testing.T) {
	files := editiontest.Small(t)
	if got := found(lint.Input{Catalogue: load(t, files), Files: files, Cases: proof, Today: today}); len(got) > 0 {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func TestEachFinding(t *testing.T) {
	const claim, common = "claim.yaml", "_common.yaml"
	question := "      - {name: older_siblings, type: integer,"
	for name, c := range map[string]struct {
		changes []string
		cases   []condition.Case
		want    string
	}{
		"no source":     {[]string{claim, "item: local-tax, source: [act-7]}", "item: local-tax}"}, proof, "claim.yaml no-source income-certificate"},
		"never checked": {[]string{claim, `checked: {on: "2026-05-01", by: 手当係}`, ""}, proof, "claim.yaml never-checked income-certificate"},
		"checked long ago": {[]string{claim, `"2026-05-01", by: 手当係`, `"2025-04-26", by: 手当係`}, proof,
			"claim.yaml checked-long-ago income-certificate 2025-04-26"},
		"amended": {[]string{common, `amended_on: "2024-10-01"`, `amended_on: "2026-05-02"`}, proof,
			"claim.yaml amended-since income-certificate 児童手当法第7条 2026-05-02"},
		"no case":   {nil, []condition.Case{}, "claim.yaml no-case "},
		"a choice":  {nil, proof[:2], "claim.yaml choice-unreached children/relationship foster"},
		"an answer": {nil, proof[1:], "claim.yaml answer-unreached has_spouse false"},
		"a branch": {nil, proof[:2], "claim.yaml branch-unreached passbook facts.children.exists(c, c.relationship == \"foster\" && " +
			"age_on(c.birth_date, filing_date) < 3)"},
		"a rule":           {nil, slices.Concat(proof[:1], proof[2:]), "claim.yaml never-asked support-confirmation"},
		"a compound paper": {[]string{common, "ja: 所得証明書", "ja: 所得証明書・課税証明書"}, proof, "claim.yaml compound-document income-certificate"},
		"the same condition": {[]string{claim, "facts.older_siblings >= 1 && size(facts.children) + facts.older_siblings >= 3",
			"facts.children.exists(c, !(age_on(c.birth_date, filing_date) >= 3) && 'foster' == c.relationship) || 'other' == facts.payee"}, proof,
			"claim.yaml same-condition passbook support-confirmation"},
		"an unused document": {[]string{common, "  passbook:\n",
			"  bank-letter:\n    <<: *paper\n    name: {ja: 手紙, plain: 手紙, en: Letter}\n  passbook:\n"}, proof, "_common.yaml document-unused bank-letter"},
		"an idle question": {[]string{claim, question, strings.Replace(question, "older_siblings", "shoe_size",
			1) + " label: {ja: 靴, plain: くつ, en: Shoe}, help: *help}\n" + question,
			claim, "      older_siblings: 0\n", "      older_siblings: 0\n      shoe_size: 0\n"}, proof, "claim.yaml question-idle shoe_size"},
		"hard to read": {[]string{claim, "plain: 手当を もらうための 手続です。", "plain: 手当の 申請書を 提出します。"}, proof, "claim.yaml plain-hard-word 提出"},
	} {
		files := editiontest.Small(t, c.changes...)
		if got := found(lint.Input{Catalogue: load(t, files), Files: files, Cases: c.cases, Today: today}); !slices.Contains(got, c.want) {
			t.Errorf("%s: %q is not in\n%s", name, c.want, strings.Join(got, "\n"))
		}
	}
}

func TestRulesThatHoldInTheSameCases(t *testing.T) {
	files := editiontest.Small(t, "claim.yaml", "facts.older_siblings >= 1 && size(facts.children) + facts.older_siblings >= 3", "facts.older_siblings >= 2")
	var cases []condition.Case
	for range 20 {
		cases = append(cases, one(facts("", "child", 0, "public")), one(facts("", "child", 2, "other")))
	}
	want := "claim.yaml same-cases passbook support-confirmation"
	if got := found(lint.Input{Catalogue: load(t, files), Cases: cases, Today: today}); !slices.Contains(got, want) {
		t.Errorf("%q is not in\n%s", want, strings.Join(got, "\n"))
	}
	if got := found(lint.Input{Catalogue: load(t, files), Cases: cases[1:], Today: today}); slices.Contains(got, want) {
		t.Error("19 cases without the papers say already that the rules are one")
	}
}

func TestAMunicipalityHearsOfItsOwnAlone(t *testing.T) {
	base := load(t, editiontest.Small(t, "claim.yaml", "item: local-tax, source: [act-7]}", "item: local-tax}"))
	local := fstest.MapFS{"_edition.yaml": {Data: []byte(`scope: "998010"
title: {ja: 上乗せ, plain: この 町の きまり, en: Local}
changes:
  claim:
    questions:
      - {name: has_car, type: boolean, label: {ja: 車, plain: 車, en: Car}, help: {ja: 車, plain: 車, en: Car}}
    documents:
      - {document: passbook, subject: spouse, when: facts.has_spouse}
`)}}
	c, err := catalogue.Overlay(base, local)
	if err != nil {
		t.Fatal(err)
	}
	got := found(lint.Input{Catalogue: c, Base: base, Files: local, Today: today})
	want := []string{"_edition.yaml question-idle local/has_car", "_edition.yaml never-checked passbook", "_edition.yaml no-source passbook"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestACompoundPaperIsToldByItsName(t *testing.T) {
	for name, want := range map[string]bool{
		"在学証明書・時間割": true, "開業届・確定申告書の写し": true, "戸籍謄本及び住民票": true, "診断書と障害者手帳の写し": true, "届出書、同意書": true,
		"介護・看護の申立書": false, "児童手当・特例給付認定通知書": false, "戸籍謄本または抄本": false, "父と母の申立書": false, "所得証明書（課税証明書・非課税証明書）": false,
		"子どもと同居していることの申立書": false, "パスポートの写し": false, "海外収入に関する証明・申立書": false,
	} {
		files := editiontest.Small(t, "_common.yaml", "ja: 所得証明書", "ja: "+name)
		got := slices.ContainsFunc(found(lint.Input{Catalogue: load(t, files), Today: today}), func(f string) bool { return strings.Contains(f, "compound") })
		if got != want {
			t.Errorf("%s: compound %t", name, got)
		}
	}
}

func TestTheDebtOfChecks(t *testing.T) {
	files := editiontest.Small(
		t,
		"claim.yaml",
		"        source: [act-7]\n",
		"        source: [act-7]\n        checked: {on: \"2024-09-30\", by: 前の担当}\n        doubtful: 通知の原文が未確認\n",
		"claim.yaml",
		"        source: [survey]\n",
		"",
	)
	c := load(t, files)
	got := lint.Debts(c, lint.Books{Today: today})
	want := lint.Debt{Procedure: "claim", Rules: 3, Due: 1, Checked: 2, Amended: 1, Doubtful: 1, Unsourced: 1, Oldest: "2024-09-30", By: "前の担当",
		Latest: "2026-05-01", LatestBy: "手当係", Marks: []lint.Mark{{Document: "support-confirmation", Subject: "applicant", Title: "児童手当法",
			Article: "第7条", Checked: "2024-09-30", On: "2024-10-01"}}}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v", got)
	}
	if own := lint.Debts(c, lint.Books{Today: today, Own: true}); len(own) != 0 {
		t.Errorf("the country has rules of a municipality: %+v", own)
	}
}

// TestACircularMarksTheRulesWhoseLawItNames, if it was registered after their check.
func TestACircularMarksTheRulesWhoseLawItNames(t *testing.T) {
	c := load(t, editiontest.Small(t))
	for title, want := range map[string]int{
		"児童手当法の一部を改正する法律の施行について": 1,
		"児童手当法第７条の改正について":        1,
		"児童手当法第8条の改正について":        0,
		"児童手当法施行令の一部改正について":      0,
		"情報連携の本格運用の開始について":       0,
	} {
		want *= 2                                             // rules rest on it
		for day, marked := range map[int]int{1: 0, 2: want} { // of May; the check was on the first
			circular := lint.Circular{Number: "府番第9号", Title: title, Registered: jp.Date{Year: 2026, Month: 5, Day: day}}
			got := lint.Debts(c, lint.Books{Today: today, Circulars: []lint.Circular{circular}})[0]
			if got.Amended != marked || got.Due != marked || len(got.Marks) != marked || marked > 0 && got.Marks[0].Circular != "府番第9号" {
				t.Errorf("%s, registered on the %d: %+v", title, day, got)
			}
		}
	}
}
