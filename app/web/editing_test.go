package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

const own = "/admin/editions/own"

var (
	firstAdmin  = webtest.Person{Key: "admin-1", Name: "管理 一郎", Roles: []string{"admin@" + webtest.Hinata}}
	secondAdmin = webtest.Person{Key: "admin-2", Name: "管理 二郎", Roles: []string{"admin@" + webtest.Hinata}}
	country     = webtest.Person{Key: "national-1", Name: "国 一郎", Roles: []string{"admin@national"}}
)

// newPaper fills in what a document says; of whom it is asked is not chosen yet.
func newPaper(b *webtest.Browser) *webtest.Form {
	f := b.Get(own + "/papers/new").Is(http.StatusOK).Form("下書きに保存する")
	f.Set("name-ja", "健康調査票").Set("name-plain", "からだの ようすの 紙").Set("name-en", "Health survey")
	f.Set("help-ja", "保健センターが健診のあとに渡す紙です。").Set("help-plain", "子どもの 健診の あとに もらう 紙です。").Set("help-en", "From the health centre.")
	return f.Choose("勤務先や民生委員など").Set("basis", "子育て条例 第3条")
}

// TestADocumentIsAddedWithoutAFile, as its admin does it: what it says, of whom, and for which children, in words.
func TestADocumentIsAddedWithoutAFile(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	b.Get("/admin/editions").Is(http.StatusOK).Follow("自治体で足す書類").Is(http.StatusOK).Shows("まだ何も足していません", "何も変わりません")
	p := newPaper(b).Set("add-place", webtest.Claim+"/child").Press("do", "add").Is(http.StatusOK)
	p.Shows("求めるとき：いつも")
	if got := p.Value("日本語"); got != "健康調査票" {
		t.Errorf("what was typed is gone: %q", got)
	}
	p = p.Form("下書きに保存する").Set("asked.0.add", "child.birth_date").Press("do", "add").Is(http.StatusOK)
	p.Shows("条件がまだ完成していません", "生年月日")
	p = p.Form("下書きに保存する").Submit().Is(http.StatusUnprocessableEntity)
	if got := p.Wrong("年齢"); !strings.Contains(got, "入力してください") {
		t.Errorf("%q", got)
	}
	p = p.Form("下書きに保存する").Set("asked.0.conditions.0.value", "１").Press("do", "look").Is(http.StatusOK)
	p.Shows("申請の日の年齢が1歳未満であるとき")
	if got := p.Value("条件の式"); got != "age_on(child.birth_date, filing_date) < 1" {
		t.Errorf("%q", got)
	}
	done := p.Form("下書きに保存する").Submit().Is(http.StatusOK)
	done.Shows("書類を下書きに保存しました", "健康調査票", "1歳未満であるとき", "根拠：子育て条例 第3条", "変わることを確かめて公開を提案する")
	done.Lacks("own-paper", "child-allowance", "age_on", "facts.")
	for _, lang := range []string{"plain", "en"} {
		b.Lang = lang
		b.Get(own).Is(http.StatusOK).Lacks("own-paper", "child-allowance", "age_on")
	}
	b.Lang = "ja"
	if n := done.Find(`main li a[href="` + own + `/try?procedure=` + webtest.Claim + `"]`).Length(); n != 1 {
		t.Errorf("%d links lead from the document to where a person is tried", n)
	}
	edition := done.Follow("変わることを確かめて公開を提案する").Is(http.StatusOK)
	edition.Shows("健康調査票", "公開を提案する", "あなたが下書きを作りました。", "下書きの書類を直す")
	late := edition.Form("提案する")
	b.Get(own+"/papers/own-paper-1").Form("下書きに保存する").Set("name-ja", "乳児健康調査票").Submit().Is(http.StatusOK).Shows("乳児健康調査票")
	late.Set("reason", "健康の確認のため").Set("circular", "府番第1号").Set("from-y", "2040").Set("from-m", "4").Set("from-d", "1")
	late.Submit().Is(http.StatusConflict).Shows("この下書きは、あとから変えられたか、取り消されました")
	if s.Editions().Now(webtest.Hinata).Document("own-paper-1") != nil {
		t.Error("a draft holds")
	}
}

// added is a document in the draft.
func added(b *webtest.Browser) *webtest.Page {
	return newPaper(b).Set("add-place", webtest.Claim+"/child").Submit().Is(http.StatusOK)
}

// TestAConditionIsChosenOrWritten: rows and the expression follow each other, and nothing is lost on the way.
func TestAConditionIsChosenOrWritten(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	added(b)
	f := func() *webtest.Form {
		return b.Get(own + "/papers/own-paper-1").Is(http.StatusOK).Form("下書きに保存する")
	}
	p := f().Set("asked.0.expression", "facts.divorce_in_progress || age_on(child.birth_date, filing_date) < 3").Press("do", "look").Is(http.StatusOK)
	p.Shows("どれか1つに当てはまる人に求める", "離婚", "「はい」で")
	if p.Find(`input[name="asked.0.any"][value=yes]`).AttrOr("checked", "no") == "no" {
		t.Error("that one is enough was not read")
	}
	p = p.Form("下書きに保存する").Set("asked.0.any", "").Press("do", "look")
	if got := p.Value("条件の式"); got != "facts.divorce_in_progress && age_on(child.birth_date, filing_date) < 3" {
		t.Errorf("%q", got)
	}
	p = p.Form("下書きに保存する").Press("remove", "asked.0.conditions.0")
	if got := p.Value("条件の式"); got != "age_on(child.birth_date, filing_date) < 3" {
		t.Errorf("%q", got)
	}
	p = p.Form("下書きに保存する").Set("asked.0.expression", "size(facts.children) + 1 > 2").Press("do", "look").Is(http.StatusOK)
	p.Shows("質問を選ぶだけでは表せません", "2より大きい数であるとき")
	p = p.Form("下書きに保存する").Set("asked.0.expression", "facts.nobody >").Submit().Is(http.StatusUnprocessableEntity)
	if got := p.Wrong("条件の式"); !strings.Contains(got, "この式は読めません") || p.Value("条件の式") != "facts.nobody >" {
		t.Errorf("%q %q", got, p.Value("条件の式"))
	}
	p.Lacks("undeclared", "ERROR", "Syntax")
	p = p.Form("下書きに保存する").Press("do", "clear.asked.0").Is(http.StatusOK)
	p.Shows("求めるとき：いつも")
	p = p.Form("下書きに保存する").Press("remove", "asked.0")
	p.Lacks("求めるとき：")
	p.Form("下書きに保存する").Submit().Is(http.StatusOK).Shows("まだどの手続でも求めていません")
}

// TestWhatIsWrongIsSaidAtItsField in the language of the page, with everything that was typed.
func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	empty := b.Get(own + "/papers/new").Form("下書きに保存する").Submit().Is(http.StatusUnprocessableEntity)
	empty.Shows("日本語の文を入力してください", "英語の文を入力してください", "やさしい日本語の文を入力してください")
	hard := newPaper(b).Set("help-plain", "子どもの 健康診断書を提出してください。").Submit().Is(http.StatusUnprocessableEntity)
	hard.Shows("「提出」は難しい言葉です", "やさしい日本語をこのまま保存する")
	if got := hard.Find("#help-plain").Text(); !strings.Contains(got, "健康診断書") {
		t.Errorf("what was typed is gone: %q", got)
	}
	hard.Form("下書きに保存する").Choose("やさしい日本語をこのまま保存する").Submit().Is(http.StatusOK).Shows("下書きに保存しました")
	for lang, want := range map[string]string{"en": "Enter the text in English.", "plain": "英語"} {
		b.Lang = lang
		p := b.Get(own + "/papers/new")
		button := map[string]string{"en": "Save in the draft", "plain": p.Find("main form button").Last().Text()}[lang]
		refused := p.Form(strings.Join(strings.Fields(button), " ")).Submit().Is(http.StatusUnprocessableEntity)
		refused.Shows(want)
	}
	b.Lang = "ja"
	twice := added(b)
	twice.Shows("健康調査票")
	p := b.Get(own+"/papers/own-paper-2").Form("下書きに保存する").Set("add-place", webtest.Claim+"/child").Submit().Is(http.StatusUnprocessableEntity)
	p.Shows("同じ手続の同じ人に、2回求めています")
}

// TestTwoAdminsOnThePages: the second is told, and nothing that was typed is lost.
func TestTwoAdminsOnThePages(t *testing.T) {
	s := webtest.New(t)
	first, second := newPaper(s.As(firstAdmin)), newPaper(s.As(secondAdmin)).Set("name-ja", "予防接種の記録")
	first.Submit().Is(http.StatusOK)
	refused := second.Submit().Is(http.StatusPreconditionFailed)
	refused.Shows("ほかの人が下書きを変えました")
	if got := refused.Value("日本語"); got != "予防接種の記録" {
		t.Errorf("what was typed is gone: %q", got)
	}
	refused.Form("下書きに保存する").Submit().Is(http.StatusOK).Shows("健康調査票", "予防接種の記録")
	list := s.As(firstAdmin).Get(own)
	other := s.As(secondAdmin).Get(own)
	list.Form("この書類を消す").Submit().Is(http.StatusOK).Shows("書類を下書きから消しました")
	other.Form("この書類を消す").Submit().Is(http.StatusPreconditionFailed).Shows("ほかの人が下書きを変えました")
}

// TestADocumentIsLookedUpAndAskedForAgain; what the nation fixed is not offered.
func TestADocumentIsLookedUpAndAskedForAgain(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	p := b.Get(own + "/look-ups?procedure=" + webtest.Claim).Is(http.StatusOK)
	p.Shows("選べない書類", "国のきまりで、どの市区町村でも必ず求める書類です")
	p.Form("下書きに保存する").Submit().Is(http.StatusUnprocessableEntity).Shows("自治体の記録で確認する書類を選んでください")
	f := p.Form("下書きに保存する").Set("document", "dv-protection-proof/applicant").Set("reason-ja", "相談台帳で確認します。")
	f.Set("reason-en", "").Submit().Is(http.StatusUnprocessableEntity).Shows("英語の文を入力してください")
	done := f.Set("reason-en", "By the register.").Submit().Is(http.StatusOK)
	done.Shows("相談台帳で確認します。", "もう一度求める")
	done.Lacks("dv-protection-proof")
	b.Get(own + "/look-ups?procedure=" + webtest.Claim + "&document=dv-protection-proof&subject=applicant").Shows("相談台帳で確認します。")
	b.Get(own+"/preview?procedure="+webtest.Claim).Is(http.StatusOK).Shows("下書きの見本です", "市区町村が自分の記録で確認します。")
	done.Form("もう一度求める").Submit().Is(http.StatusOK).Lacks("相談台帳で確認します。")
}

// TestAPersonIsTriedOnThePage: before and after side by side with why, in each language, and wrong answers at their fields.
func TestAPersonIsTriedOnThePage(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	added(b)
	p := b.Get(own + "/try?procedure=" + webtest.Claim).Is(http.StatusOK)
	p.Shows("例の人の答えが入っています")
	result := p.Form("求められる書類を見る").Submit().Is(http.StatusOK)
	result.Shows("今のきまり", "下書き", "健康調査票", "変わります")
	if before := result.Find(`section[aria-labelledby=before]`).Text(); strings.Contains(before, "健康調査票") {
		t.Errorf("what is not in force is asked for: %s", before)
	}
	result.Lacks("own-paper", "facts.", "not-replaceable")
	wrong := p.Form("求められる書類を見る").Set("facts.children.0.birth_date-m", "13").Submit().Is(http.StatusUnprocessableEntity)
	if wrong.Find("#errors a").Length() == 0 || wrong.Find(`[name="facts.children.0.birth_date-m"]`).AttrOr("value", "") != "13" {
		t.Errorf("%s", wrong.Text())
	}
	more := p.Form("もう1人加える").Submit().Is(http.StatusOK)
	if n := more.Find(`[name="facts.children.1.birth_date-y"]`).Length(); n != 1 {
		t.Errorf("there are %d questions about a second child", n)
	}
	b.Get(own + "/try?procedure=no-such").Is(http.StatusNotFound)
	b.Get(own+"/preview?procedure="+webtest.Claim).Is(http.StatusOK).Shows("健康調査票", "子育て支援課の窓口でお渡しします")
	for lang, want := range map[string]string{"en": "Health survey", "plain": "紙"} {
		b.Lang = lang
		b.Get(own + "/preview?procedure=" + webtest.Claim).Is(http.StatusOK).Shows(want)
	}
	s.As(webtest.Parent).Get("/procedures/"+webtest.Claim+"?municipality="+webtest.Hinata).Is(http.StatusOK).Lacks("健康調査票", "下書きの見本")
}

// TestTheNationalEditionIsCorrectedOnPages: texts and case tables, by the nation's admins alone.
func TestTheNationalEditionIsCorrectedOnPages(t *testing.T) {
	s := webtest.New(t)
	e, err := s.Publish.Upload(t.Context(), s.Person(t, country.Key, models.RoleNational, ""), casetest.Once(), nation(t))
	casetest.Must(t, err)
	b := s.As(country)
	at := "/admin/editions/" + e.ID
	b.Get(at).Is(http.StatusOK).Shows("文を直す", "想定事例の表を直す")
	b.Get(at+"/texts").Is(http.StatusOK).Lacks("bank-passbook", "child-allowance", "2017-07")
	p, late := b.Get(at+"/texts/documents/bank-passbook").Is(http.StatusOK), b.Get(at+"/texts/documents/bank-passbook")
	p.Form("下書きに保存する").Set("help-en", "").Submit().Is(http.StatusUnprocessableEntity).Shows("英語の文を入力してください")
	p.Form("下書きに保存する").Set("name-ja", "通帳のコピー").Submit().Is(http.StatusOK).Shows("通帳のコピー", "下書き")
	late.Form("下書きに保存する").Set("name-ja", "通帳").Submit().Is(http.StatusPreconditionFailed).Shows("ほかの人が下書きを変えました")
	table := b.Get(at + "/cases/mine.csv").Is(http.StatusOK)
	refused := table.Form("下書きに保存する").Set("text", "事例,手続,提出日,提出が必要な書類\nあ,い,う,え\n").Submit().Is(http.StatusUnprocessableEntity)
	refused.Shows("2行目の「手続」が読めません")
	refused.Lacks("there is no", "column", "cases/")
	if got := refused.Value("表の内容"); !strings.Contains(got, "あ,い") {
		t.Errorf("what was typed is gone: %q", got)
	}
	s.As(firstAdmin).Get(at + "/texts").Is(http.StatusForbidden)
	b.Get(own).Is(http.StatusForbidden)
	s.As(webtest.Reviewer).Get(own).Is(http.StatusForbidden)
}

// nation is the edition of the program with a case table.
func nation(t testing.TB) []byte {
	t.Helper()
	b, err := casetest.BuiltIn(t).With(map[string][]byte{"cases/mine.csv": []byte("事例,手続,提出日,提出が必要な書類\n妊娠,pregnancy-notification,2026-05-01,なし\n")})
	casetest.Must(t, err)
	return zipOf(t, b)
}

func zipOf(t testing.TB, b *edition.Bundle) []byte {
	t.Helper()
	zip, err := b.Zip()
	casetest.Must(t, err)
	return zip
}
