package parent_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// The first section of the claim's form is the applicant's.
func TestAStepThatIsRefusedSaysSoAtEachFieldAndKeepsWhatWasTyped(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	step := b.Get("/applications/" + id + "/form/applicant").Is(http.StatusOK)
	const name, phone = "姓 ※", "電話番号"
	if step.Value(name) == "" {
		t.Fatal("the step does not show what was saved")
	}
	refused := step.Form("保存して次へ").Fill(phone, "abc").Fill(name, "<山田>").Submit().Is(http.StatusUnprocessableEntity)
	if refused.Wrong(phone) == "" {
		t.Errorf("nothing is said beside %s: %s", phone, refused.Text())
	}
	if refused.Value(phone) != "abc" || refused.Value(name) != "<山田>" {
		t.Errorf("what was typed is gone: %q, %q", refused.Value(phone), refused.Value(name))
	}
	if again := b.Get(refused.Path).Is(http.StatusUnprocessableEntity); again.Value(phone) != "abc" || again.Wrong(phone) != refused.Wrong(phone) ||
		again.Find(`[name=version]`).AttrOr("value", "") == "" {
		t.Errorf("loaded again, what was typed is gone: %s", again.Text())
	}
	for _, leak := range []string{"{", "}", "/form/", "invalid-", "YYYY"} {
		if strings.Contains(refused.Wrong(phone), leak) {
			t.Errorf("a sentence for people has %q: %s", leak, refused.Wrong(phone))
		}
	}
	if shown := b.Get("/applications/" + id + "/form/applicant"); shown.Value(phone) == "abc" {
		t.Error("what was refused was saved")
	}
	if next := refused.Form("保存して次へ").Fill(phone, "090-0000-0000").Fill(name, "山田").Submit(); next.Status != http.StatusOK || next.Path == step.Path {
		t.Errorf("after it was mended: %d %s %s", next.Status, next.Path, next.Text())
	}
}

func TestAClaimIsFiledAndHasItsReceipt(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	check := b.Get("/applications/" + id + "/check").Is(http.StatusOK)
	file := check.Form("提出する")
	receipt := file.Submit().Is(http.StatusOK)
	if receipt.Path != "/applications/"+id+"/receipt" {
		t.Fatalf("after filing: %s %s", receipt.Path, receipt.Text())
	}
	number, _ := b.JSON("/api/v1/applications/" + id)["receipt_number"].(string)
	receipt.Shows(number, "ひなた市")
	if again := file.Submit().Is(http.StatusOK); again.Path != receipt.Path || !strings.Contains(again.Text(), number) {
		t.Errorf("the same form twice: %s", again.Path)
	}
	if shown := b.Get("/applications/" + id + "/form/applicant"); shown.Path != "/applications/"+id {
		t.Errorf("a filed claim can be written in at %s", shown.Path)
	}
	if other := s.As(webtest.Neighbour).Get("/applications/" + id + "/check"); other.Status != http.StatusNotFound {
		t.Errorf("somebody else's claim: %d", other.Status)
	}
}

// What keeps a claim from being filed is listed, with the way to where it is entered.
func TestAClaimThatLacksADocumentSaysWhichAndWhereItGoes(t *testing.T) {
	s := webtest.New(t)
	id := s.Undeclared(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	refused := b.Get("/applications/" + id + "/check").Form("提出する").Submit().Is(http.StatusUnprocessableEntity)
	links := refused.Find(`a[href*="/applications/` + id + `/documents"]`)
	if links.Length() == 0 {
		t.Errorf("nothing leads to the documents: %s", refused.Text())
	}
	if v := b.JSON("/api/v1/applications/" + id); v["state"] != "draft" {
		t.Errorf("it is %v", v["state"])
	}
}
