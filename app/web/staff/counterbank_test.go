package staff_test

import (
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// TestTheCounterTypesABankByItsName: as it stands on the paper; what it may mean is asked once, and nobody looks a number up.
func TestTheCounterTypesABankByItsName(t *testing.T) {
	s := webtest.New(t)
	s.Banks("bank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana\n" +
		"9801,ひなた銀行,ヒナタ,011,あおば町支店,アオバチヨウ\n9801,ひなた銀行,ヒナタ,012,あおば台支店,アオバダイ\n")
	b := briefed(s, webtest.Reviewer)
	clerk := s.Person(t, webtest.Reviewer.Key, models.RoleReviewer, webtest.Hinata)
	v, err := s.Apply.CreateAtCounter(t.Context(), clerk, casetest.Once(), apply.PaperDraft{
		Draft:     apply.Draft{Procedure: webtest.Claim, Facts: []byte(`{"payee":{"use_public_account":false}}`)},
		Applicant: map[string]any{"family_name": "青空", "given_name": "太郎", "family_kana": "アオゾラ", "given_kana": "タロウ", "birth_date": "1990-01-01"},
		Identity:  apply.Identity{Kind: "drivers-licence", CheckedAt: time.Now().Add(-time.Minute)},
	})
	casetest.Must(t, err)
	page := b.Get("/staff/counter/" + v.ID + "/form").Is(http.StatusOK)
	page.Lacks("番号（4桁", "番号（3桁")
	which := page.Form("保存して次へ").Set("form.payee.kind", "bank").Fill("金融機関の名称", "ひなた").Fill("支店の名称", "あおば").Submit().Is(http.StatusOK)
	which.Shows("「ひなた銀行」（ヒナタ）です", "あおば町支店", "あおば台支店")
	next := which.Form("保存して次へ").Choose("あおば台支店").Submit().Is(http.StatusOK)
	if next.Path == which.Path {
		t.Errorf("it asks again: %s", next.Text())
	}
	v, err = s.Apply.Get(t.Context(), clerk, v.ID)
	casetest.Must(t, err)
	payee, _ := v.Form["payee"].(map[string]any)
	if payee["bank_code"] != "9801" || payee["branch_name"] != "あおば台支店" || payee["branch_code"] != "012" {
		t.Errorf("kept: %v", payee)
	}
}

// TestWhatWasTypedIntoASectionStaysWhileItIsAway: an answer that calls for a section again finds in it what was typed before, since the page that
// sent the answer did not show it.
func TestWhatWasTypedIntoASectionStaysWhileItIsAway(t *testing.T) {
	s := webtest.New(t)
	b := briefed(s, webtest.Reviewer)
	clerk := s.Person(t, webtest.Reviewer.Key, models.RoleReviewer, webtest.Hinata)
	v, err := s.Apply.CreateAtCounter(t.Context(), clerk, casetest.Once(), apply.PaperDraft{
		Draft:     apply.Draft{Procedure: webtest.Claim, Facts: []byte(`{"payee":{"use_public_account":false}}`)},
		Applicant: map[string]any{"family_name": "青空", "given_name": "太郎", "family_kana": "アオゾラ", "given_kana": "タロウ", "birth_date": "1990-01-01"},
		Identity:  apply.Identity{Kind: "drivers-licence", CheckedAt: time.Now().Add(-time.Minute)},
	})
	casetest.Must(t, err)
	for _, patch := range []string{`{"form":{"payee":{"kind":"bank","bank_name":"ひなた銀行"}}}`, `{"facts":{"payee":{"use_public_account":true}}}`} {
		v, err = s.Apply.Change(t.Context(), clerk, v.ID, v.Version, apply.Patch(patch))
		casetest.Must(t, err)
	}
	page := b.Get("/staff/counter/" + v.ID + "/form").Is(http.StatusOK)
	page.Lacks("金融機関の名称")
	page.Form("保存して次へ").Set("facts.payee.use_public_account", "false").Submit().Is(http.StatusOK)
	v, err = s.Apply.Get(t.Context(), clerk, v.ID)
	casetest.Must(t, err)
	if payee, _ := v.Form["payee"].(map[string]any); payee["bank_name"] != "ひなた銀行" {
		t.Errorf("kept: %v", v.Form["payee"])
	}
}
