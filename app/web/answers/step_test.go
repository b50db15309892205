package answers

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
)

// TestAFormThatAsksNothingHasAPage: a municipality may leave out every question of its own procedure; an application begins all the same.
func TestAFormThatAsksNothingHasAPage(t *testing.T) {
	const file = "child-allowance-donation.yaml"
	files := fstest.MapFS{}
	names, err := fs.Glob(configs.Procedures(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(configs.Procedures(), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			text = []byte(strings.NewReplacer("      - {group: applicant}\n", "", "      - {group: donation}\n", "", "    form:\n", "    form: []\n",
				"    steps:\n", "", "      - [applicant, donation]\n", "").Replace(string(text)))
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	cat, err := catalogue.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	v := cat.Procedure("child-allowance-donation").Latest()
	if n := len(v.Facts) + len(v.FormRules().Sections()); n != 0 {
		t.Fatalf("it asks %d things", n)
	}
	saved := Saved{Version: v}
	steps := saved.Steps()
	if len(steps) != 1 || saved.LacksStep(steps[0]) {
		t.Fatalf("its pages: %+v", steps)
	}
	b := builder()
	if parts := b.Step(steps[0], saved); len(parts) != 0 {
		t.Errorf("it asks %+v", parts)
	}
	if facts, form := saved.SentStep(steps[0], nil, true); len(facts)+len(form) != 0 {
		t.Errorf("it sends %v %v", facts, form)
	}
}
