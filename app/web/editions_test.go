package web_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// survey is ひなた市's edition: of whoever files a procedure it asks for a paper besides.
func survey(t testing.TB, procedure string) []byte {
	t.Helper()
	const text = "{ja: 健康調査票, plain: からだの 紙, en: Health survey}"
	b, err := edition.New(map[string][]byte{
		"_edition.yaml": []byte("scope: \"998010\"\ntitle: {ja: 市の版, plain: 市の きまり, en: The city's}\nchanges:\n  " + procedure + ":\n" +
			"    documents: [{document: health-survey, subject: applicant}]\n"),
		"_local.yaml": []byte("documents:\n  health-survey: {writer: office, name: " + text + ", help: " + text + ", obtain: " + text + ", accept: " + text + "}\n"),
	})
	casetest.Must(t, err)
	zip, err := b.Zip()
	casetest.Must(t, err)
	return zip
}

// TestAnotherFileIsAnotherUpload: whoever goes back and chooses another file in the same form is not shown the first one for it.
func TestAnotherFileIsAnotherUpload(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Person{Key: "admin-1", Name: "管理 一郎", Roles: []string{"admin@" + webtest.Hinata}})
	form := func(page *webtest.Page, procedure string) *webtest.Page {
		return page.Form("送って調べる").Attach("zip", procedure+".zip", survey(t, procedure)).Submit()
	}
	page := b.Get("/admin/editions/new").Is(http.StatusOK)
	form(page, "pregnancy-notification").Is(http.StatusOK).Shows("妊娠の届出")
	form(page, "pregnancy-notification").Is(http.StatusOK).Shows("妊娠の届出") // sent twice, it is one
	form(page, "child-allowance-claim").Lacks("妊娠の届出")
	all, err := s.Publish.List(t.Context(), s.Person(t, "admin-1", models.RoleAdmin, webtest.Hinata), postgres.Page{Limit: 9})
	if casetest.Must(t, err); len(all) != 1 {
		t.Errorf("%d editions", len(all))
	}
	page.Form("送って調べる").Submit().Is(http.StatusUnprocessableEntity).Shows("ZIPファイルを選んでください")
}

// TestAnEditionOnPages: one admin sees in words what changes and proposes, another approves, and nobody meets a code.
func TestAnEditionOnPages(t *testing.T) {
	s := webtest.New(t)
	first := webtest.Person{Key: "admin-1", Name: "管理 一郎", Roles: []string{"admin@" + webtest.Hinata}}
	second := webtest.Person{Key: "admin-2", Name: "管理 二郎", Roles: []string{"admin@" + webtest.Hinata}}
	e, err := s.Publish.Upload(t.Context(), s.Person(t, first.Key, models.RoleAdmin, webtest.Hinata), casetest.Once(), survey(t, "pregnancy-notification"))
	casetest.Must(t, err)
	b := s.As(first)
	b.Get("/admin/editions").Is(http.StatusOK).Shows("ひなた市", "下書き")
	page := b.Get("/admin/editions/" + e.ID).Is(http.StatusOK)
	page.Shows("健康調査票", "妊娠の届出", "公開を提案する")
	page.Lacks("health-survey", "pregnancy-notification", "_edition.yaml", e.Digest)
	for _, lang := range []string{"plain", "en"} {
		b.Lang = lang
		b.Get("/admin/editions/"+e.ID).Is(http.StatusOK).Lacks("health-survey", "pregnancy-notification")
	}
	b.Lang = "ja"
	empty := page.Form("提案する").Submit().Is(http.StatusUnprocessableEntity)
	empty.Shows("理由")
	form := page.Form("提案する").Fill("理由", "健康の確認のため").Set("circular", "府番第1号")
	tomorrow := time.Now().Add(48 * time.Hour)
	form.Set("from-y", strconv.Itoa(tomorrow.Year())).Set("from-m", strconv.Itoa(int(tomorrow.Month()))).Set("from-d", strconv.Itoa(tomorrow.Day()))
	form.Submit().Is(http.StatusOK).Shows("承認を待っています", "あなたが提案した版です")
	other := s.As(second).Get("/admin/editions/" + e.ID).Is(http.StatusOK)
	approved := other.Form("承認").Submit().Is(http.StatusOK)
	approved.Shows("承認済み", "公開証明", "ひなた市の管理者が", "別の管理者が", "電子署名がありません", "公開証明のファイルを保存する")
	history := s.As(webtest.Parent)
	for lang, said := range map[string][]string{"ja": {"ひなた市のきまり", "別の管理者が", "想定した事例の表は付いていません", "府番第1号", "公開証明を保存する"},
		"plain": {"ほかの 人（ひと）が たしかめて"}, "en": {"Rules of Hinata City", "another one approved it on", "It has no trial cases", "is not signed"}} {
		history.Lang = lang
		public := history.Get("/edition-history").Is(http.StatusOK)
		public.Shows(said...)
		public.Lacks(e.Digest, s.Person(t, first.Key, models.RoleAdmin, webtest.Hinata).Person, webtest.Hinata)
	}
	approved.Form("取り消す").Submit().Is(http.StatusOK).Shows("取り消されました")
	history.Get("/edition-history").Is(http.StatusOK).Lacks("Rules of Hinata City")
	s.As(webtest.Reviewer).Get("/admin/editions").Is(http.StatusForbidden)
}

// TestTheFirstEditionSaysThatNobodyPublishedIt, on the public page and on a receipt.
func TestTheFirstEditionSaysThatNobodyPublishedIt(t *testing.T) {
	s := webtest.New(t)
	casetest.Must(t, s.Editions().BuiltIn().Install(t.Context(), s.OwnerDSN))
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	for lang, said := range map[string][2]string{"ja": {"2人の担当者が公開したものではない", "国のきまり（このサービスに初めから入っているもの）"},
		"plain": {"2人（ふたり）で 公開（こうかい）した ものでは ありません", "国（くに）の きまり（はじめから 入（はい）って いる もの）"},
		"en":    {"No two persons published it", "National rules (those that came with this service)"}} {
		b.Lang = lang
		b.Get("/edition-history").Is(http.StatusOK).Shows(said[0])
		b.Get("/applications/" + id + "/receipt").Is(http.StatusOK).Shows(said[1])
	}
}
