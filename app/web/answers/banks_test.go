package answers

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

const someBanks = "bank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana\n" +
	"9801,ひなた銀行,ヒナタ,001,本店営業部,ホンテン\n9801,ひなた銀行,ヒナタ,011,あおば町支店,アオバチヨウ\n" +
	"9801,ひなた銀行,ヒナタ,012,あおば台支店,アオバダイ\n9802,ひなた中央銀行,ヒナタチユウオウ,001,本店,ホンテン\n"

// TestABankIsKeptByNameAndNumber: what was typed, what was chosen of several, what nobody knows.
func TestABankIsKeptByNameAndNumber(t *testing.T) {
	table, err := bank.Read(strings.NewReader(someBanks))
	if err != nil {
		t.Fatal(err)
	}
	v := version(t, "child-allowance-claim")
	var saved Saved
	for _, s := range v.FormRules().Sections() {
		if !s.Group.Account() {
			continue
		}
		for name, tc := range map[string]struct {
			before  map[string]any
			typed   map[string]string
			want    []any // name, number, branch's name, its number
			unclear bool
		}{
			"by the reading":   {nil, map[string]string{"bank_name": "ひなた", "branch_name": "ほんてん"}, []any{"ひなた銀行", "9801", "本店営業部", "001"}, false},
			"by the number":    {nil, map[string]string{"bank_name": "９８０１", "branch_name": "012"}, []any{"ひなた銀行", "9801", "あおば台支店", "012"}, false},
			"several branches": {nil, map[string]string{"bank_name": "ひなた", "branch_name": "あおば"}, []any{"ひなた銀行", "9801", "あおば", nil}, true},
			"several banks":    {nil, map[string]string{"bank_name": "ひな", "branch_name": "本店"}, []any{"ひな", nil, "本店", nil}, true},
			"one of several branches": {nil,
				map[string]string{"bank_name": "ひなた", "branch_name": "あおば", "branch_name-asked": "あおば", "branch_name-chosen": "011"},
				[]any{"ひなた銀行", "9801", "あおば町支店", "011"}, false},
			"none of several": {nil,
				map[string]string{"bank_name": "ひなた", "branch_name": "あおば", "branch_name-asked": "あおば", "branch_name-chosen": "typed"},
				[]any{"ひなた銀行", "9801", "あおば", nil}, false},
			"said nothing to it": {nil,
				map[string]string{"bank_name": "ひなた", "branch_name": "あおば", "branch_name-asked": "あおば"},
				[]any{"ひなた銀行", "9801", "あおば", nil}, false},
			"of another text": {nil,
				map[string]string{"bank_name": "ひなた", "branch_name": "あおば", "branch_name-asked": "ほん", "branch_name-chosen": "001"},
				[]any{"ひなた銀行", "9801", "あおば", nil}, true},
			"nobody knows it": {nil, map[string]string{"bank_name": "よそ信金", "branch_name": "本店"}, []any{"よそ信金", nil, "本店", nil}, false},
			"its number is kept": {map[string]any{"bank_name": "よそ信金", "bank_code": "1999", "branch_name": "本店", "branch_code": "007"},
				map[string]string{"bank_name": "よそ信金", "branch_name": "本店"}, []any{"よそ信金", "1999", "本店", "007"}, false},
			"another bank now": {map[string]any{"bank_name": "よそ信金", "bank_code": "1999", "branch_name": "駅前", "branch_code": "007"},
				map[string]string{"bank_name": "ひなた中央", "branch_name": "ほんてん"}, []any{"ひなた中央銀行", "9802", "本店", "001"}, false},
		} {
			values := url.Values{"form.payee.kind": {"bank"}}
			for field, text := range tc.typed {
				values.Set("form.payee."+field, text)
			}
			saved = Saved{Version: v, Banks: table, Form: map[string]any{"payee": tc.before}}
			sent, _ := saved.SentSection(s, values, 1, true).(map[string]any)
			if got := []any{sent["bank_name"], sent["bank_code"], sent["branch_name"], sent["branch_code"]}; !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%s: %v, want %v", name, got, tc.want)
			}
			if saved.Unclear([]form.Section{s}, values) != tc.unclear {
				t.Errorf("%s: asked back: %v", name, !tc.unclear)
			}
		}
		values := url.Values{"form.payee.kind": {"japan-post"}, "form.payee.bank_name": {"ひなた"}}
		if sent, _ := saved.SentSection(s, values, 1, true).(map[string]any); sent["bank_code"] != nil || saved.Unclear([]form.Section{s}, values) {
			t.Errorf("Japan Post: %v", sent)
		}
		b := builder()
		b.Banks = table
		for _, p := range b.Section(s, map[string]any{"payee": map[string]any{"kind": "bank", "bank_name": "ひな"}}, 1) {
			switch f := p.Field; {
			case strings.HasSuffix(f.Name, "_code"):
				t.Errorf("a number is asked: %s", f.Name)
			case f.Name == "form.payee.bank_name" && (f.Asked == nil || len(f.Asked.Choices) != 3):
				t.Errorf("what ひな may mean: %+v", f.Asked)
			}
		}
		return
	}
	t.Fatal("the claim asks for no account")
}

// TestAMunicipalityIsChosenOfThoseItMayBe, each shown with its prefecture.
func TestAMunicipalityIsChosenOfThoseItMayBe(t *testing.T) {
	q := &question.Question{Name: "p", Type: question.Municipality}
	values := url.Values{"p": {page.OtherPlace}, "p-name": {"ふちゅうし"}}
	b := builder()
	b.Posted = values
	f := page.Field{Kind: page.FieldPlace, Name: "p"}
	b.fill(&f, nil)
	if f.Asked == nil || len(f.Asked.Choices) != 2 || f.Asked.Choices[1].Label != "広島県府中市" {
		t.Fatalf("%+v", f.Asked)
	}
	s := &sender{values: values}
	if got := s.answer(q, "p"); got != "ふちゅうし" {
		t.Errorf("before one is chosen: %v", got)
	}
	values.Set("p-asked", "ふちゅうし")
	values.Set("p-chosen", "342084")
	if got := s.answer(q, "p"); got != "342084" {
		t.Errorf("chosen: %v", got)
	}
	values.Set("p-name", "ちよだ")
	if got := s.answer(q, "p"); got != "ちよだ" {
		t.Errorf("of another text: %v", got)
	}
}
