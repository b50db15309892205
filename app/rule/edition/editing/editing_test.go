package editing_test

import (
	"reflect"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/configs"
)

var (
	title  = catalogue.Text{Ja: "ひなた市の上乗せ", Plain: "ひなた市の きまり", En: "Hinata's own rules"}
	survey = editing.Paper{
		Name:   catalogue.Text{Ja: "健康調査票", Plain: "からだの ようすの 紙", En: "Health survey"},
		Help:   catalogue.Text{Ja: "保健センターの用紙です。", Plain: "保健センターの 紙です。", En: "The health centre's form."},
		Obtain: catalogue.Text{Ja: "保健センターでもらいます。", Plain: "保健センターで もらいます。", En: "From the health centre."},
		Accept: catalogue.Text{Ja: "全体が写った写真。", Plain: "ぜんぶ うつった 写真。", En: "A photo of all of it."},
		Writer: catalogue.WriterOffice,
		Basis:  "子育て支援条例: 第3条",
		Asked: []editing.Asking{
			{Procedure: "child-allowance-claim", Subject: "child", When: "age_on(child.birth_date, filing_date) < 1", CheckedOn: "2026-11-20", CheckedBy: "子育て課"},
			{Procedure: "child-allowance-change", Subject: "applicant", Original: true, CheckedOn: "2026-11-20", CheckedBy: "子育て課"},
		},
	}
)

func blank(t testing.TB) *edition.Bundle {
	t.Helper()
	b, err := editing.Blank("998010", title)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func national(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// loads gives the municipality's catalogue of a bundle.
func loads(t testing.TB, base *catalogue.Catalogue, b *edition.Bundle) *catalogue.Catalogue {
	t.Helper()
	c, err := b.Load(base)
	if err != nil {
		t.Fatalf("%v\n%s", err, b.File(catalogue.ManifestFile))
	}
	return c
}

func TestADocumentIsAddedChangedAndRemoved(t *testing.T) {
	base, empty := national(t), blank(t)
	loads(t, base, empty)
	b, code, err := editing.Set(empty, survey)
	if err != nil {
		t.Fatal(err)
	}
	c := loads(t, base, b)
	if !c.Procedure("child-allowance-claim").Latest().Asks(code, "child-2") || c.Document(code).Name != survey.Name {
		t.Error("the document is not asked for")
	}
	want := survey
	want.Code = code
	want.Asked = []editing.Asking{survey.Asked[0], survey.Asked[1]}
	if got, err := editing.Papers(b); err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Fatalf("%+v, %v", got, err)
	}
	// The same again changes nothing; another text changes that alone.
	if again, _, err := editing.Set(b, want); err != nil || again.Digest() != b.Digest() {
		t.Error("setting the same document changed the edition:", err)
	}
	want.Asked = want.Asked[:1]
	want.Name.Ja = "乳児健康調査票"
	fewer, same, err := editing.Set(b, want)
	if err != nil || same != code {
		t.Fatal(same, err)
	}
	if c := loads(t, base, fewer); c.Procedure("child-allowance-change").Latest().Asks(code, "applicant") || c.Document(code).Name.Ja != "乳児健康調査票" {
		t.Error("a place was not taken away, or the name not changed")
	}
	second, other, err := editing.Set(fewer, editing.Paper{Name: survey.Name, Help: survey.Help, Obtain: survey.Obtain, Accept: survey.Accept,
		Asked: []editing.Asking{{Procedure: "child-allowance-claim", Subject: "applicant"}}})
	if err != nil || other == code {
		t.Fatal(other, err)
	}
	loads(t, base, second)
	for _, one := range []string{code, other} {
		if second, err = editing.Remove(second, one); err != nil {
			t.Fatal(err)
		}
	}
	if second.Digest() != empty.Digest() {
		t.Errorf("something is left: %v\n%s", second.Names(), second.File(catalogue.ManifestFile))
	}
}

// TestWhatWasWrittenByHandStays with its comments and its order.
func TestWhatWasWrittenByHandStays(t *testing.T) {
	manifest := `# Kept by the division for children.
scope: "998010"
title: {ja: あ, plain: あ, en: a} # short
changes:
  child-allowance-claim:
    who: {ja: だれでも, plain: だれでも, en: Everybody} # told by phone
    waive:
      - document: dv-protection-proof # we handle it ourselves
        subject: applicant
        reason: {ja: 相談記録で確認します。, plain: 役所の 記録で わかります。, en: By our own records.}
`
	b, err := edition.New(map[string][]byte{catalogue.ManifestFile: []byte(manifest)})
	if err != nil {
		t.Fatal(err)
	}
	base := national(t)
	loads(t, base, b)
	changed, code, err := editing.Set(b, survey)
	if err != nil {
		t.Fatal(err)
	}
	text := string(changed.File(catalogue.ManifestFile))
	for _, want := range []string{"# Kept by the division for children.", "# short", "# told by phone", "# we handle it ourselves"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is gone:\n%s", want, text)
		}
	}
	c := loads(t, base, changed)
	if v := c.Procedure("child-allowance-claim").Latest(); v.Who.Ja != "だれでも" || !v.Asks(code, "child-1") {
		t.Error("what was written by hand does not hold any more")
	}
}

func TestANationalDocumentIsLookedUpAndAskedForAgain(t *testing.T) {
	base, empty := national(t), blank(t)
	l := editing.LookUp{Procedure: "child-allowance-claim", Document: "dv-protection-proof", Subject: "applicant",
		Reason: catalogue.Text{Ja: "相談の記録で確認します。", Plain: "役所の 記録で わかります。", En: "By our own records."}}
	b, err := editing.SetLookUp(empty, l)
	if err != nil {
		t.Fatal(err)
	}
	loads(t, base, b)
	l.Reason.Ja = "相談台帳で確認します。"
	if b, err = editing.SetLookUp(b, l); err != nil {
		t.Fatal(err)
	}
	if got, err := editing.LookUps(b); err != nil || len(got) != 1 || got[0] != l {
		t.Fatalf("%+v, %v", got, err)
	}
	waived := 0
	for _, r := range loads(t, base, b).Procedure("child-allowance-claim").Latest().Documents {
		if r.Waived != nil && r.Waived.Reason == l.Reason {
			waived++
		}
	}
	if waived != 1 {
		t.Errorf("%d rules are waived", waived)
	}
	if b, err = editing.AskAgain(b, l); err != nil || b.Digest() != empty.Digest() {
		t.Errorf("something is left: %v\n%s", err, b.File(catalogue.ManifestFile))
	}
}

// TestARuleWrittenByHandKeepsWhatAPageDoesNotKnow when a page changes it.
func TestARuleWrittenByHandKeepsWhatAPageDoesNotKnow(t *testing.T) {
	b, code, err := editing.Set(blank(t), survey)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(b.File(catalogue.ManifestFile)), "source:", "doubtful: 確認中 # by hand\n        source:", 1)
	local := strings.Replace(string(b.File("_local.yaml")), "writer: office", "doubtful: 確認中\n    writer: office", 1)
	if b, err = b.With(map[string][]byte{catalogue.ManifestFile: []byte(edited), "_local.yaml": []byte(local)}); err != nil {
		t.Fatal(err)
	}
	loads(t, national(t), b)
	changed := survey
	changed.Code, changed.Basis, changed.Asked = code, "", []editing.Asking{{Procedure: "child-allowance-claim", Subject: "child"}}
	if b, _, err = editing.Set(b, changed); err != nil {
		t.Fatal(err)
	}
	loads(t, national(t), b)
	manifest := string(b.File(catalogue.ManifestFile))
	if !strings.Contains(manifest, "doubtful: 確認中 # by hand") || !strings.Contains(string(b.File("_local.yaml")), "doubtful") {
		t.Errorf("what was written by hand is gone:\n%s\n%s", manifest, b.File("_local.yaml"))
	}
	if strings.Contains(manifest, "when") || strings.Contains(manifest, "source") || strings.Contains(manifest, "checked") {
		t.Errorf("what the page took away is there:\n%s", manifest)
	}
}
