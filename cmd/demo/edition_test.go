package main

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

// TestTheEditionOfHinataIsOneToCopy: what the demo shows to a municipality loads over the national edition, agrees with its case
// tables, and gives lint nothing to warn of.
func TestTheEditionOfHinataIsOneToCopy(t *testing.T) {
	national, err := edition.Read(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	base, err := national.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(hinataFiles, "seed/"+hinata)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := edition.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	c, err := bundle.Load(base)
	if err != nil {
		t.Fatal(err)
	}
	list, err := cases.Read(bundle, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := cases.Run(c, list); got.Passed != 4 || len(got.Failed) > 0 {
		t.Errorf("%+v", got)
	}
	if len(c.Facilities()) != 5 || len(base.Facilities()) != 0 {
		t.Errorf("%d facilities, %d national ones", len(c.Facilities()), len(base.Facilities()))
	}
	if pdf := bundle.File("forms/" + c.Document("dormitory-confirmation").Print); !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Error("the form to print is no PDF")
	}
	for _, f := range lint.Check(lint.Input{Catalogue: c, Base: base, Today: jp.DateIn(time.Date(2026, 11, 29, 0, 0, 0, 0, jp.JST))}) {
		if f.Severity == lint.Warning {
			t.Errorf("%+v", f)
		}
	}
}
