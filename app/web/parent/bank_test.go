package parent_test

import (
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

const someBanks = "bank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana\n" +
	"9801,ひなた銀行,ヒナタ,011,あおば町支店,アオバチヨウ\n9801,ひなた銀行,ヒナタ,012,あおば台支店,アオバダイ\n" +
	"9802,ひなた中央銀行,ヒナタチユウオウ,001,本店,ホンテン\n"

// TestABankIsFoundByItsName on the page: what was typed is saved, what it may mean is asked once, and the name and number are kept.
func TestABankIsFoundByItsName(t *testing.T) {
	s := webtest.New(t)
	actor := s.Person(t, webtest.Parent.Key, models.RoleApplicant, "")
	id := s.Draft(webtest.Parent, webtest.Minato)
	v, err := s.Apply.Get(t.Context(), actor, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply.Change(t.Context(), actor, id, v.Version, []byte(`{"facts":{"payee":{"use_public_account":false}}}`)); err != nil {
		t.Fatal(err)
	}
	b := s.As(webtest.Parent)
	at := "/applications/" + id + "/form/payee"
	b.Get(at).Shows("金融機関の番号") // without a table
	s.Banks(someBanks)
	page := b.Get(at).Is(http.StatusOK)
	page.Lacks("金融機関の番号")
	form := page.Form("保存して次へ").Choose("銀行・信用金庫など").Fill("金融機関の名称", "ひなた").Fill("支店の名称", "あおば").Fill("口座番号", "1234567").Choose("普通")
	which := form.Submit().Is(http.StatusOK)
	which.Shows("入力した内容は保存しました", "「ひなた銀行」（ヒナタ）です", "あおば町支店", "あおば台支店")
	next := which.Form("保存して次へ").Choose("あおば台支店").Submit().Is(http.StatusOK)
	if next.Path == which.Path {
		t.Errorf("it asks again: %s", next.Text())
	}
	all, _ := b.JSON("/api/v1/applications/" + id)["form"].(map[string]any)
	payee, _ := all["payee"].(map[string]any)
	if payee["bank_name"] != "ひなた銀行" || payee["bank_code"] != "9801" || payee["branch_name"] != "あおば台支店" || payee["branch_code"] != "012" {
		t.Errorf("kept: %v", payee)
	}
	b.Get("/applications/"+id+"/check").Shows("ひなた銀行", "9801", "あおば台支店", "012")
}

// TestABankIsCorrectedByItsName: asked for the number of a branch, a person is asked which bank and branch it is, by their names; the numbers
// follow, and what may mean several is asked back before it is handed in.
func TestABankIsCorrectedByItsName(t *testing.T) {
	s := webtest.New(t)
	s.Banks(someBanks)
	id := s.Begun(webtest.Parent, webtest.Claim, webtest.Hinata, func(facts, form map[string]any) {
		facts["payee"] = map[string]any{"use_public_account": false}
		form["payee"] = map[string]any{"kind": "bank", "bank_name": "よそ銀行", "bank_code": "1999", "branch_name": "よそ支店", "branch_code": "777",
			"account_type": "ordinary", "account_number": "1234567", "account_holder": "ﾋﾅﾀ ﾊﾅｺ"}
	})
	actor := s.Person(t, webtest.Parent.Key, models.RoleApplicant, "")
	_, err := s.Apply.Change(t.Context(), actor, id, 1,
		[]byte(`{"declarations":[{"document":"bank-passbook","subject":"applicant","kind":"cannot-provide","reason":"窓口で見せます"}]}`))
	casetest.Must(t, err)
	b := s.As(webtest.Parent)
	s.File(webtest.Parent, id)
	s.AskCorrection(id, nil, []string{"/form/payee/bank_code", "/form/payee/branch_code"}, jp.DateIn(time.Now()).AddDays(5))
	page := b.Get("/applications/" + id + "/corrections/1").Is(http.StatusOK)
	page.Shows("金融機関の名称 まだです", "支店の名称 まだです")
	page.Lacks("番号（4桁", "番号（3桁", "1999", "口座番号")
	which := page.Form("直したものを提出する").Fill("金融機関の名称", "ひなた").Fill("支店の名称", "あおば").Submit().Is(http.StatusOK)
	which.Shows("入力した内容は保存しました", "「ひなた銀行」（ヒナタ）です", "あおば町支店", "あおば台支店")
	done := which.Form("直したものを提出する").Choose("あおば台支店").Submit().Is(http.StatusOK)
	done.Shows("直したものを受け付けました")
	form, _ := b.JSON("/api/v1/applications/" + id)["form"].(map[string]any)
	payee, _ := form["payee"].(map[string]any)
	if payee["bank_name"] != "ひなた銀行" || payee["bank_code"] != "9801" || payee["branch_name"] != "あおば台支店" || payee["branch_code"] != "012" {
		t.Errorf("kept: %v", payee)
	}
	if payee["kind"] != "bank" || payee["account_number"] != "1234567" {
		t.Errorf("what was not asked for has changed: %v", payee)
	}
}
