package editing_test

import (
	"reflect"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/configs"
)

func builtIn(t testing.TB) *edition.Bundle {
	t.Helper()
	b, err := edition.Read(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOneDocumentsTextsAreCorrected: of every document, also where several share a text, no other and no rule changes.
func TestOneDocumentsTextsAreCorrected(t *testing.T) {
	b := builtIn(t)
	was := loads(t, nil, b)
	for i, code := range was.Documents() {
		if i%8 > 0 { // each takes a load of the whole catalogue
			continue
		}
		d := was.Document(code)
		before := editing.PaperTexts{Name: d.Name, Help: d.Help, Obtain: d.Obtain, Accept: d.Accept}
		after := before
		after.Accept = catalogue.Text{Ja: "写真: 1枚 # あ", Plain: "写真 1まい", En: "A photo"}
		changed, err := editing.SetPaperTexts(b, code, before, after)
		if err != nil {
			t.Fatal(code, err)
		}
		now := loads(t, nil, changed)
		for _, other := range was.Documents() {
			want := was.Document(other).Accept
			if other == code {
				want = after.Accept
			}
			if got := now.Document(other).Accept; got != want {
				t.Fatalf("%s: of %s it is %+v", code, other, got)
			}
		}
		if i == 0 {
			for _, c := range diff.Compare(was, now, nil) {
				if c.Kind != diff.DocumentAccept || c.Document != code {
					t.Errorf("another change: %+v", c)
				}
			}
		}
	}
	same, err := editing.SetPaperTexts(b, "bank-passbook", editing.PaperTexts{}, editing.PaperTexts{})
	if err != nil || same.Digest() != b.Digest() {
		t.Error("the same texts made another edition:", err)
	}
}

// TestOneVersionsTextsAreCorrected: the other versions keep theirs, also where they shared them or took them from the one before.
func TestOneVersionsTextsAreCorrected(t *testing.T) {
	b := builtIn(t)
	was := loads(t, nil, b)
	texts := func(v *catalogue.Version) editing.ProcedureTexts {
		return editing.ProcedureTexts{Name: v.Name, Summary: v.Summary, Who: v.Who, Next: v.Next, Deadline: v.Deadline.Text}
	}
	for _, code := range []string{"child-allowance-annual", "child-allowance-unpaid", "childcare-certification"} {
		p := was.Procedure(code)
		for i, v := range p.Versions {
			next := i+1 < len(p.Versions) && p.Versions[i+1].TextsOnly // leaves to this one what it does not say
			after := texts(v)
			after.Summary.Ja, after.Deadline.En, after.Name.Plain = "ためし", "Any time", "ためし"
			changed, err := editing.SetProcedureTexts(b, p.Code, v.Effective, texts(v), after)
			if err != nil {
				t.Fatal(p.Code, err)
			}
			now := loads(t, nil, changed).Procedure(p.Code)
			for j, other := range now.Versions {
				want := texts(p.Versions[j])
				if j == i {
					want = after
				}
				if got := texts(other); got != want && (j < i || !next) {
					t.Errorf("%s %s: of %s it is %+v, want %+v", p.Code, v.Effective, other.Effective, got, want)
				}
				if !reflect.DeepEqual(other.Deadline.Kind, p.Versions[j].Deadline.Kind) || len(other.Documents) != len(p.Versions[j].Documents) {
					t.Errorf("%s %s: a rule of %s changed", p.Code, v.Effective, other.Effective)
				}
			}
		}
	}
}
