package intake_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

func loaded(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// Every file of testdata is an application as a sender writes it, and what it is in our words.
func TestWhatASenderSays(t *testing.T) {
	senders, err := intake.Load(configs.Senders(), loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Sender, Form, On string
			Fields           map[string]string
			Facts, Answers   map[string]any
			Consents         []string
			Problems         []intake.Problem
			Documents        map[string]string
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		day, err := jp.ParseDate(c.On)
		if err != nil {
			t.Fatal(err)
		}
		form := senders.Of(c.Sender).Form(c.Form, day)
		if form == nil {
			t.Errorf("%s: there is no form", file)
			continue
		}
		got := form.Map(c.Fields)
		for name, pair := range map[string][2]any{"facts": {got.Facts, c.Facts}, "form": {got.Form, c.Answers}, "consents": {got.Consents, c.Consents},
			"problems": {got.Problems, c.Problems}} {
			is, want := text(t, pair[0]), text(t, pair[1])
			if is != want {
				t.Errorf("%s: %s is\n%s, want\n%s", file, name, is, want)
			}
		}
		for kind, want := range c.Documents {
			document, subject, ok := form.Document(kind)
			if is := document + "/" + subject; ok != (want != "") || ok && is != want {
				t.Errorf("%s: %s is %s, want %s", file, kind, is, want)
			}
		}
	}
}

// text is a value as JSON, for two that were decoded otherwise.
func text(t *testing.T, v any) string {
	t.Helper()
	if r := reflect.ValueOf(v); (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0 {
		return "nothing"
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWhichFieldAFaultIsAbout(t *testing.T) {
	senders, err := intake.Load(configs.Senders(), loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	day, _ := jp.ParseDate("2025-05-01")
	m := senders.Of("tsubasa").Form("T-101", day).Map(map[string]string{"児童2生年月日": "2020-01-01", "申請者氏名": "日向　花子"})
	for pointer, want := range map[string]string{"/facts/children/1/birth_date": "児童2生年月日", "/form/applicant/given_name": "申請者氏名",
		"/facts/children/1/birth_date/x": "児童2生年月日", "/form/applicant": "", "": ""} {
		if got := m.FieldOf(pointer); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}

func TestWhichQuestionAFaultIsAbout(t *testing.T) {
	v := loaded(t).Procedure("child-allowance-claim").Latest()
	for pointer, want := range map[string]string{"/form/applicant/address": "住所", "/form/children/1/given_name": "名", "/form/x/y": "",
		"/declarations/0": "", "": ""} {
		if got := intake.Asked(v, pointer, "ja"); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}

// What a file says wrongly is found when it is loaded, with its line.
func TestASenderIsHeldAgainstTheCatalogue(t *testing.T) {
	const sound = `sender: one
name: {ja: 一, plain: 一, en: One}
versions:
  - from: "2026-01-01"
    tables: {yes-no: {はい: true}, pension: {厚生: employees}}
    forms:
      A:
        procedure: child-allowance-claim
        fields:
          生年月日: {to: [form.applicant.birth_date]}
          年金: {to: [facts.applicant.pension], table: pension}
        documents: {申立書: separate-custody-statement/child-1}
`
	cat := loaded(t)
	for name, c := range map[string]struct{ from, to, want string }{
		"as it is":         {},
		"procedure":        {"child-allowance-claim", "no-such", `one.yaml:8: form A: there is no procedure "no-such"`},
		"question":         {"applicant.birth_date", "applicant.born", "one.yaml:10: field 生年月日: there is no question form.applicant.born"},
		"choice":           {"厚生: employees", "厚生: some", "facts.applicant.pension cannot be answered with some"},
		"table":            {", table: pension", "", "a table says which"},
		"no table":         {"table: pension", "table: tax", `there is no table "tax"`},
		"document":         {"separate-custody-statement", "passport", "child-allowance-claim never asks for passport/child-1"},
		"answers nothing":  {"to: [form.applicant.birth_date]", "number: true", "it answers a question (to), or it is ignored (ignore)"},
		"a list":           {"生年月日:", `"生年月日{n}":`, "{n} stands in its name and in its path, or in neither"},
		"day":              {"2026-01-01", "2026-13-01", "a version begins on a day"},
		"code":             {"sender: one", "sender: ひとつ", "a code has small letters, digits and hyphens"},
		"language missing": {", en: One", "", "en"},
	} {
		_, err := intake.Load(fstest.MapFS{"one.yaml": {Data: []byte(strings.Replace(sound, c.from, c.to, 1))}}, cat)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
