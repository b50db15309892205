package parent_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// card is what a sign-in says of the parent of the tests.
var card = oidc.Profile{FamilyName: "神", GivenName: "花子", FamilyKana: "ジン", GivenKana: "はなこ", Sex: "2", Birthdate: "1993-05-14", PostalCode: "9980001",
	Address: "ひなた市あおば町2丁目2番2号", Phone: "+81 90-0000-0001", Email: "h@example.test"}

// TestTheSignInFillsInTheApplicant: shown with where it is from, to be looked through; it is no answer before the person goes on.
func TestTheSignInFillsInTheApplicant(t *testing.T) {
	s := webtest.New(t)
	who := webtest.Person{Key: "holder", Roles: []string{"applicant"}, Card: card}
	id := s.Draft(who, webtest.Minato)
	b := s.As(who)
	at := "/applications/" + id + "/form/applicant"
	saved := func() map[string]any {
		form, _ := b.JSON("/api/v1/applications/" + id)["form"].(map[string]any)
		out, _ := form["applicant"].(map[string]any)
		return out
	}
	b.Get(at).Lacks("ログインの情報から") // what is answered stays
	empty := func() {
		version := b.Get(at).Find(`input[name=version]`).AttrOr("value", "")
		b.Save(at, url.Values{"version": {version}})
	}
	empty()
	page := b.Get(at).Is(http.StatusOK)
	page.Shows("確かめて、違うところは直してください", "ログインの情報から")
	for label, want := range map[string]string{"姓 ※": "神", "名 ※": "花子", "姓（カタカナ）": "ジン", "名（カタカナ）": "ハナコ", "郵便番号": "998-0001",
		"住所": card.Address, "電話番号": "090-0000-0001", "メールアドレス": card.Email} {
		if got := page.Value(label); got != want {
			t.Errorf("%s: %q, not %q", label, got, want)
		}
	}
	if year := page.Find(`[name="form.applicant.birth_date-y"]`).AttrOr("value", ""); year != "1993" {
		t.Errorf("born in %q", year)
	}
	if sex := page.Find(`[name="form.applicant.sex"] option[selected], [name="form.applicant.sex"][checked]`).AttrOr("value", ""); sex != "female" {
		t.Errorf("sex %q", sex)
	}
	if saved()["family_name"] != nil {
		t.Error("it is an answer before anybody saw it")
	}
	page.Form("保存して次へ").Fill("住所", "みなと町なみ1番地").Submit().Is(http.StatusOK)
	if got := saved(); got["family_name"] != "神" || got["address"] != "みなと町なみ1番地" || got["birth_date"] != "1993-05-14" {
		t.Errorf("saved: %v", got)
	}
	b.Get(at).Lacks("ログインの情報から")

	// Somebody else in the same browser is not given it, nor a person of whose card nothing is known.
	other := s.As(webtest.Neighbour)
	own := "/applications/" + s.Draft(webtest.Neighbour, webtest.Minato) + "/form/applicant"
	other.Save(own, url.Values{"version": {other.Get(own).Find(`input[name=version]`).AttrOr("value", "")}})
	other.Get(own).Lacks("ログインの情報から")
}

// TestWhatACardMaySay: the name in one text, one name only, and what the rules would refuse.
func TestWhatACardMaySay(t *testing.T) {
	s := webtest.New(t)
	for name, tc := range map[string]struct {
		card   oidc.Profile
		values map[string]string
	}{
		"in one":   {oidc.Profile{Name: "若葉　みのり"}, map[string]string{"姓 ※": "若葉", "名 ※": "みのり"}},
		"Latin":    {oidc.Profile{Name: "Minori Wakaba"}, map[string]string{"姓 ※": "日向", "名 ※": ""}}, // the child's
		"one name": {oidc.Profile{GivenName: "Suryani", GivenKana: "Suryani"}, map[string]string{"姓 ※": "", "名 ※": "Suryani", "名（カタカナ）": "SURYANI"}},
		"nonsense": {oidc.Profile{GivenName: "花子", Phone: "12", PostalCode: "abc", Birthdate: "0000-05-14"}, map[string]string{"電話番号": "", "郵便番号": ""}},
	} {
		who := webtest.Person{Key: strings.ReplaceAll(name, " ", "-"), Roles: []string{"applicant"}, Card: tc.card}
		b := s.As(who)
		at := "/applications/" + s.Draft(who, webtest.Minato) + "/form/applicant"
		b.Save(at, url.Values{"version": {b.Get(at).Find(`input[name=version]`).AttrOr("value", "")}})
		page := b.Get(at).Is(http.StatusOK)
		for label, want := range tc.values {
			if got := page.Value(label); got != want {
				t.Errorf("%s, %s: %q, not %q", name, label, got, want)
			}
		}
	}
}

// TestAnAccountsHolderIsKnown from the name; the relationship of a child is known from the questions (TestAnApplicationIsShort).
func TestAnAccountsHolderIsKnown(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	open := func(section string) *webtest.Page {
		at := b.Get("/applications/" + id + "/form/" + section).Path
		b.Save(at, url.Values{"version": {b.Get(at).Find(`input[name=version]`).AttrOr("value", "")}})
		return b.Get(at).Is(http.StatusOK)
	}
	v, err := s.Apply.Get(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply.Change(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), id, v.Version,
		[]byte(`{"facts":{"payee":{"use_public_account":false}}}`)); err != nil {
		t.Fatal(err)
	}
	if got := open("payee").Value("口座名義"); got != "ﾋﾅﾀ ﾊﾅｺ" {
		t.Errorf("the holder is %q", got)
	}
}

// TestAnAnswerIsReadOnce: what a question before the form said already is not said again in the office's words, in the reader's language neither.
func TestAnAnswerIsReadOnce(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	b.Lang = "en"
	check := b.Get("/applications/" + s.Draft(webtest.Parent, webtest.Minato) + "/check").Is(http.StatusOK)
	check.Shows("The child's relationship to youOwn child")
	check.Lacks("Relationship to the applicant")
}

// TestTheChildrenOfAnEarlierApplicationAreOffered on the first page, and stand in the fields only when they are asked for.
func TestTheChildrenOfAnEarlierApplicationAreOffered(t *testing.T) {
	s := webtest.New(t)
	const take = "この子どもを入れる"
	b := s.As(webtest.Parent)
	at := "/apply/" + webtest.Claim + "?municipality=" + webtest.Minato
	b.Get(at).Lacks(take)
	s.Filed(webtest.Parent, webtest.Hinata)
	page := b.Get(at).Is(http.StatusOK)
	page.Shows("日向 空", take)
	if page.Find(`[name="facts.children.0.birth_date-y"]`).AttrOr("value", "") != "" {
		t.Error("they are imposed")
	}
	form := page.Form(take).Set("facts.older_siblings_18_22", "2")
	taken := form.Submit().Is(http.StatusOK)
	taken.Shows("前の申請の子どもを入れました")
	taken.Lacks(take)
	value := func(name string) string { return taken.Find(`input[name="`+name+`"]`).AttrOr("value", "") }
	if n := value("facts.children.count"); n != "1" || value("facts.children.0.birth_date-y") == "" {
		t.Errorf("%s children: %s", n, taken.Text())
	}
	if value("facts.older_siblings_18_22") != "2" {
		t.Error("what was typed is lost")
	}
	if page := s.As(webtest.Neighbour).Get(at); strings.Contains(page.Text(), take) {
		t.Error("somebody else's children are offered")
	}
}

// TestARareNameIsTypedAndShown with every letter, on the form, the check and in the answers (P11); the rest of the way is app/api.
func TestARareNameIsTypedAndShown(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	at := "/applications/" + id + "/form/applicant"
	for _, name := range casetest.RareNames {
		single := "false"
		if name.Family == "" {
			single = "true"
		}
		next := b.Get(at).Form("保存して次へ").Set("form.applicant.single_name", single).Set("form.applicant.family_name", name.Family).
			Set("form.applicant.given_name", name.Given).Set("form.applicant.family_kana", name.FamilyKana).Set("form.applicant.given_kana", name.GivenKana).
			Submit().Is(http.StatusOK)
		if next.Path == at {
			t.Errorf("%s is refused: %s", name.What, next.Text())
			continue
		}
		again := b.Get(at)
		if got := again.Value("名 ※"); got != name.Given || again.Value("姓 ※") != name.Family {
			t.Errorf("%s: the field has %q", name.What, got)
		}
		b.Get("/applications/"+id+"/check").Shows(name.Given, name.FamilyKana)
		form, _ := b.JSON("/api/v1/applications/" + id)["form"].(map[string]any)
		applicant, _ := form["applicant"].(map[string]any)
		if family, _ := applicant["family_name"].(string); family != name.Family || applicant["given_name"] != name.Given ||
			applicant["given_kana"] != name.GivenKana {
			t.Errorf("%s: kept as %v", name.What, applicant)
		}
	}
}
