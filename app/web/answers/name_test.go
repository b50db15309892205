package answers

import (
	"testing"

	"kosodate.example/onestop/app/web/page"
)

func parts() []Part {
	field := func(at, value, label string) Part {
		return Part{Field: &page.Field{Kind: page.FieldText, Pointer: at, Value: value, Label: page.Plaintext(label), Need: true}}
	}
	born := Part{Field: &page.Field{Kind: page.FieldDate, Pointer: "/facts/children/1/birth_date", Value: "2020-02-29", Label: "Born", Need: true}}
	return []Part{
		{Group: &Group{Legend: "Applicant", Parts: []Part{field("/form/applicant/family_name", "髙𠮷", "Family name")}}},
		field("/facts/siblings", "0", "Siblings"),
		{List: &List{Name: "facts.children", Legend: "Children", Entries: []Group{
			{Legend: "Child 1", Parts: []Part{field("/facts/children/0/birth_date", "", "Born")}},
			{Legend: "Child 2", Parts: []Part{born}},
		}}},
	}
}

func TestWhatIsWrongIsNamedByItsQuestion(t *testing.T) {
	wrong := []page.Wrong{{Pointer: "/facts/children/1/birth_date"}, {Pointer: "/form/applicant/family_name"}, {Pointer: "/facts/children"},
		{Pointer: "/facts/siblings", Label: "known already"}, {Pointer: "/declarations/0"}, {Document: "income-certificate"}}
	Name(parts(), wrong)
	for i, want := range []string{"Child 2 – Born", "Applicant – Family name", "Children", "known already", "", ""} {
		if got := string(wrong[i].Label); got != want {
			t.Errorf("%q is named %q, not %q", wrong[i].Pointer, got, want)
		}
	}
}

func TestAGroupIsNamedOnce(t *testing.T) {
	family := Part{Field: &page.Field{Pointer: "/a", Label: "Family name"}}
	for heading, want := range map[string]string{"Applicant and spouse": "Applicant – Family name", "The people": "The people – Applicant – Family name"} {
		wrong := []page.Wrong{{Pointer: "/a"}}
		of := Part{Group: &Group{Legend: "Applicant", Parts: []Part{family}}}
		Name([]Part{{Group: &Group{Legend: page.Plaintext(heading), Parts: []Part{of}}}}, wrong)
		if got := string(wrong[0].Label); got != want {
			t.Errorf("below %q it is named %q, want %q", heading, got, want)
		}
	}
}

func TestAnswersStandBelowWhomTheyAreAbout(t *testing.T) {
	got := Groups("en", parts())
	want := []struct {
		legend string
		values []string
	}{{"", []string{"0"}}, {"Applicant", []string{"髙𠮷"}}, {"Child 1", []string{""}}, {"Child 2", []string{"29 February 2020"}}}
	if len(got) != len(want) {
		t.Fatalf("%d groups: %+v", len(got), got)
	}
	for i, w := range want {
		if string(got[i].Legend) != w.legend || len(got[i].Rows) != len(w.values) || string(got[i].Rows[0].Value) != w.values[0] {
			t.Errorf("group %d is %+v, not %+v", i, got[i], w)
		}
	}
}
