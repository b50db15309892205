package diff_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/casetest/editiontest"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/diff"
)

const (
	form     = "forms/a.pdf"
	passbook = "    name: {ja: 通帳の写し"
)

// TestAFormToPrintIsCompared: one that comes, goes, or is another under its name.
func TestAFormToPrintIsCompared(t *testing.T) {
	with := func(pdf string) *catalogue.Catalogue {
		return editiontest.Load(t, common, passbook, "    print: a.pdf\n"+passbook, form, "", pdf)
	}
	none, first, second := editiontest.Load(t), with("%PDF-1"), with("%PDF-2")
	for name, c := range map[string]struct {
		before, after *catalogue.Catalogue
		want          []string
	}{
		"it comes":                     {none, first, []string{"document-print passbook: – → yes"}},
		"it goes":                      {first, none, []string{"document-print passbook: yes → –"}},
		"another one under its name":   {first, second, []string{"document-print passbook: yes → yes"}},
		"the same one, loaded again":   {first, with("%PDF-1"), nil},
		"a form that nothing mentions": {none, editiontest.Load(t, form, "", "%PDF-1"), nil},
	} {
		if got := lines(diff.Compare(c.before, c.after, nil)); !slices.Equal(slices.Compact(got), c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestWhatAMunicipalityBringsIsCompared: its facilities, and the code by which it asks the network.
func TestWhatAMunicipalityBringsIsCompared(t *testing.T) {
	base := editiontest.Load(t)
	local := func(address, affair string) *catalogue.Catalogue {
		const same = "{ja: 園, plain: 園, en: Place}"
		c, err := catalogue.Overlay(base, fstest.MapFS{
			"_edition.yaml": {Data: []byte("scope: \"998010\"\ntitle: " + same + "\nchanges: {claim: {affair: " + affair + "}}\n")},
			"_places.yaml":  {Data: []byte("facilities:\n  - {name: " + same + ", kind: " + same + ", ages: " + same + ", address: " + address + "}\n")},
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	one := local("中央", "X-A-1")
	for name, c := range map[string]struct {
		before, after *catalogue.Catalogue
		want          []string
	}{
		"a list":          {base, one, []string{"facility : – → 園・園・園・中央"}},
		"another address": {one, local("北町", "X-A-1"), []string{"facility : 園・園・園・中央 → 園・園・園・北町"}},
		"none any more":   {one, base, []string{"facility : 園・園・園・中央 → –"}},
		"another code":    {one, local("中央", "X-L-9"), []string{"affair claim: X-A-1 → X-L-9"}},
	} {
		if got := lines(diff.Compare(c.before, c.after, nil)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	const doc = "checked: {on: \"2026-05-01\", by: 制度担当}\n\nsources:"
	searched := func(more string) *catalogue.Catalogue { return editiontest.Load(t, common, doc, more+doc) }
	born := "events:\n  - {code: born, name: {ja: 生まれた, plain: 生まれた, en: Born}, words: [出産], procedures: [claim]}\n"
	for name, c := range map[string]struct {
		before, after *catalogue.Catalogue
		want          []string
	}{
		"an event":         {base, searched(born), []string{"event : – → 生まれた・出産・手当の請求"}},
		"another word":     {searched(born), searched(strings.Replace(born, "出産", "産後", 1)), []string{"event : 生まれた・出産・手当の請求 → 生まれた・産後・手当の請求"}},
		"none any more":    {searched(born), base, []string{"event : 生まれた・出産・手当の請求 → –"}},
		"synonyms":         {base, searched("synonyms: [[手当, てあて]]\n"), []string{"synonyms : – → 手当 てあて"}},
		"no synonyms":      {searched("synonyms: [[手当, てあて]]\n"), base, []string{"synonyms : 手当 てあて → –"}},
		"another keyword":  {base, editiontest.Load(t, claim, "keywords: [請求]", "keywords: [申請]"), []string{"keywords claim: 請求 → 申請"}},
		"what one does":    {base, editiontest.Load(t, claim, "keywords:", "title: {ja: する, plain: する, en: Do}\nkeywords:"), []string{"title claim: – → する"}},
		"nothing searched": {searched(born), searched(born), nil},
	} {
		if got := lines(diff.Compare(c.before, c.after, nil)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := lines(diff.Tables(321, 0)); !slices.Equal(got, []string{"case-tables : 321 → 0"}) || diff.Tables(3, 3) != nil {
		t.Errorf("%q", got)
	}
}
