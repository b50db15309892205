package say_test

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/configs"
)

// situation is a published case.
type situation struct {
	ID, Procedure, Municipality string
	FiledAt                     time.Time `json:"filed_at"`
	Facts, Phases               json.RawMessage
	Consents                    []string
}

func (s *situation) explain(t *testing.T, c *catalogue.Catalogue) *evidence.Explanation {
	t.Helper()
	rows, err := phase.DecodeRows(s.Phases)
	if err != nil {
		return nil // it shows a fault
	}
	_, why, err := evidence.Explain(c, evidence.Input{Procedure: s.Procedure, Municipality: s.Municipality, FiledAt: s.FiledAt, JSON: s.Facts,
		Consents: s.Consents, Phases: rows}, evidence.Editions{National: strings.Repeat("ab", 32)})
	if err != nil {
		return nil
	}
	return &why
}

func reasons(c *catalogue.Catalogue, why *evidence.Explanation, lang string) *say.Reasons {
	return &say.Reasons{Case: why, Catalogue: c, Lang: lang, Since: func(string, string) time.Time { return time.Date(2026, 4, 1, 0, 0, 0, 0, jp.JST) }}
}

var (
	isoDay  = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}`)
	digest  = regexp.MustCompile(`[0-9a-f]{32}`)
	spelled = regexp.MustCompile(`[A-Za-z]*[a-z_][A-Za-z_]*`) // letters that are no abbreviation
)

// TestNothingIsSaidInCodes, in any published situation, of any document, in any language.
func TestNothingIsSaidInCodes(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, file := range []string{"catalogue2.jsonl", "real2.jsonl"} {
		f, err := os.Open("../../rule/evidence/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Buffer(nil, 1<<20); lines.Scan(); {
			var s situation
			if json.Unmarshal(lines.Bytes(), &s) != nil {
				continue
			}
			why := s.explain(t, c)
			if why == nil {
				continue
			}
			for _, lang := range wording.Languages {
				x := reasons(c, why, lang)
				for _, r := range append(x.Asked(), x.NotAsked()...) {
					checkReason(t, s.ID, r, lang)
					said++
				}
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if said < 5000 {
		t.Errorf("only %d reasons were said", said)
	}
}

func checkReason(t *testing.T, id string, r say.Reason, lang string) {
	t.Helper()
	texts := []string{r.Name, r.Whose, r.Outcome, r.When, r.Instead, r.Phase, r.Consent, r.Edition, r.Checked, r.Applicant}
	for _, a := range r.Answers {
		texts = append(texts, a.Question, a.Answer)
		if a.Question == "" || a.Answer == "" {
			t.Errorf("%s %s: half an answer: %+v", id, r.Name, a)
		}
	}
	for _, text := range texts {
		if lang != wording.English && spelled.MatchString(known.ReplaceAllString(text, "")) || strings.ContainsAny(text, "{}_&|=") ||
			isoDay.MatchString(text) || digest.MatchString(text) || strings.Contains(text, "  ") || strings.Contains(text, "「」") {
			t.Errorf("%s %s (%s): %s", id, r.Document, lang, text)
		}
	}
	if r.Name == "" || r.Outcome == "" || r.When == "" || r.Edition == "" || r.Applicant == "" {
		t.Errorf("%s: something is not said: %+v", id, r)
	}
}

// TestAnApplicantIsToldTheOwnAnswerAndTheLaw, and what is looked up instead.
func TestAnApplicantIsToldTheOwnAnswerAndTheLaw(t *testing.T) {
	c, err := catalogue.Load(os.DirFS("../../rule/edition/testdata/national"))
	if err != nil {
		t.Fatal(err)
	}
	local, err := catalogue.Overlay(c, os.DirFS("../../rule/edition/testdata/local"))
	if err != nil {
		t.Fatal(err)
	}
	s := situation{Procedure: "claim", Municipality: "998010", FiledAt: time.Date(2026, 6, 1, 9, 0, 0, 0, jp.JST), Consents: []string{"local-tax"},
		Facts: json.RawMessage(`{"applicant":{"jan1":"131016"},"has_spouse":false,"grounds":[],"older":0,"children":[
			{"birth_date":"2019-05-01","relationship":"child"},{"birth_date":"2026-02-01","relationship":"ward"}]}`),
		Phases: json.RawMessage(`[{"procedure":"*","item":"*","municipality":"*","phase":"full","from":"2017-11-13T00:00:00+09:00"}]`)}
	why := s.explain(t, c)
	for lang, want := range map[string][2]string{
		wording.Japanese: {"「児童 2」の「続柄」に「未成年被後見人」と答えたためです。「児童手当法」、「児童手当法施行規則」に基づきます。",
			"市区町村が「地方税関係情報」を情報連携で確認するので、提出は不要です。"},
		wording.Plain: {"「子ども 2」の 「つながり」に 「後見を うける 子」と 答えたからです。 きまりは 「児童手当法」、「児童手当法施行規則」です。",
			"役所が「住民税の 記録」を ネットワークで しらべます。出さなくて いいです。 "},
		wording.English: {"Because you answered “Ward” to “Relationship” of “Child 2”. The basis is “児童手当法”, “児童手当法施行規則”.",
			"You need not bring it: the municipality asks for “Local tax” over the network. "},
	} {
		x := reasons(c, why, lang)
		if got := x.Because("guardianship-register", "child-2"); got != want[0] {
			t.Errorf("%s:\n%s, want\n%s", lang, got, want[0])
		}
		got := x.Because("income-certificate", "applicant")
		if !strings.HasPrefix(got, want[1]) {
			t.Errorf("%s:\n%s, want\n%s…", lang, got, want[1])
		}
	}
	ja := reasons(c, why, wording.Japanese)
	// Of two parts of which one is enough, the one that does not hold says nothing of why.
	if got := ja.Because("income-certificate", "applicant"); strings.Contains(got, "年上の子の数") || !strings.Contains(got, "東京都千代田区") {
		t.Errorf("because of the wrong answer: %s", got)
	}
	if got := ja.Because("nothing", "applicant"); got != "" {
		t.Error(got)
	}
	asked := ja.Asked()[0]
	if asked.Edition != "試験用の全国版（2026年4月1日 0時00分から）" || asked.When != "「続柄」が「未成年被後見人」であるとき" ||
		strings.Join(asked.Sources, "/") != "児童手当法 第7条/児童手当法施行規則 第1条の4" {
		t.Errorf("%+v", asked)
	}
	if income := ja.Asked()[1]; income.Phase != "本格運用（全国、2017年11月13日 0時00分から）" || income.Doubtful == "" || income.Checked != "2026年11月1日（確認係）" {
		t.Errorf("%+v", income)
	}
	s.Facts = json.RawMessage(strings.Replace(string(s.Facts), "{", `{"local":{"nursery":false},`, 1))
	over := reasons(local, s.explain(t, local), wording.Japanese)
	for _, l := range over.LookedUp() {
		if !strings.Contains(l.Applicant, "自分の記録で確認するので、提出は不要です。") {
			t.Errorf("%+v", l)
		}
	}
	if len(over.LookedUp()) == 0 {
		t.Error("nothing is looked up")
	}
}
