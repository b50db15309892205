package edition_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/configs"
)

func read(t testing.TB, name string) *edition.Bundle {
	t.Helper()
	b, err := edition.Read(os.DirFS("testdata/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func files(b *edition.Bundle) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range b.Names() {
		out[name] = b.File(name)
	}
	return out
}

// zipped is a zip file as somebody's program makes it: in any order, with names as they are given.
func zipped(t testing.TB, names []string, contents map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(contents[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestADigestIsTheEdition: the same files are the same edition, however they came; one character more is another.
func TestADigestIsTheEdition(t *testing.T) {
	b := read(t, "national")
	text, err := b.Zip()
	if err != nil {
		t.Fatal(err)
	}
	foreign := map[string][]byte{}
	for name, text := range files(b) {
		foreign["国/"+name] = append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))...)
	}
	for name, data := range map[string][]byte{"its own zip": text, "of another system": zipped(t, slices.Collect(maps.Keys(foreign)), foreign)} {
		again, err := edition.Unzip(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again.Digest() != b.Digest() || len(b.Digest()) != 64 {
			t.Errorf("%s: %s, not %s", name, again.Digest(), b.Digest())
		}
	}
	other, err := b.With(map[string][]byte{"claim.yaml": append(bytes.Clone(b.File("claim.yaml")), ' ')})
	if err != nil || other.Digest() == b.Digest() {
		t.Errorf("%v: another text has the same digest", err)
	}
}

// TestTheBuiltInEdition can be read and loaded as a bundle.
func TestTheBuiltInEdition(t *testing.T) {
	b, err := edition.Read(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	if scope, err := b.ScopeOf(); err != nil || scope != edition.National {
		t.Errorf("its scope is %q, %v", scope, err)
	}
	if c, err := b.Load(nil); err != nil || len(c.Procedures()) == 0 {
		t.Errorf("it does not load: %v", err)
	}
}

// TestWhatIsTooLarge is refused before it is unpacked, and names where it became too large.
func TestWhatIsTooLarge(t *testing.T) {
	bomb := map[string][]byte{}
	for _, c := range "abcdef" {
		bomb[string(c)+".yaml"] = bytes.Repeat([]byte("# 0\n"), 500_000)
	}
	many := map[string][]byte{}
	for i := range 400 {
		many["f"+strings.Repeat("x", i)+".yaml"] = []byte("a: 1\n")
	}
	names := func(m map[string][]byte) []string { return slices.Sorted(maps.Keys(m)) }
	packed := zipped(t, names(bomb), bomb)
	if len(packed) > 200_000 {
		t.Fatalf("the bomb is no bomb: %d bytes", len(packed))
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"bomb":       {packed, "f.yaml: "},
		"one file":   {zipped(t, []string{"a.yaml"}, map[string][]byte{"a.yaml": make([]byte, 3<<20)}), "a.yaml: "},
		"many files": {zipped(t, names(many), many), ".yaml: "},
		"50 MB":      {make([]byte, 50<<20), ""},
	} {
		_, err := edition.Unzip(test.data)
		if !errors.Is(err, edition.ErrTooLarge) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := edition.New(bomb); !errors.Is(err, edition.ErrTooLarge) {
		t.Errorf("files: %v", err)
	}
}

// TestBadArchives say which file is at fault.
func TestBadArchives(t *testing.T) {
	good := files(read(t, "national"))
	names := slices.Sorted(maps.Keys(good))
	with := func(name string) []byte {
		contents := maps.Clone(good)
		contents[name] = []byte("a: 1\n")
		return zipped(t, append(slices.Clone(names), name), contents)
	}
	damaged := zipped(t, names, good)
	copy(damaged[60:], strings.Repeat("x", 40))
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"above the folder":        {with("../claim.yaml"), "../claim.yaml: a bundle holds"},
		"all above the folder":    {zipped(t, []string{"../claim.yaml"}, map[string][]byte{"../claim.yaml": []byte("a: 1\n")}), "../claim.yaml: a bundle holds"},
		"from the root":           {with("/etc/claim.yaml"), "/etc/claim.yaml: a bundle holds"},
		"a script":                {with("install.sh"), "install.sh: a bundle holds"},
		"a folder of its own":     {with("more/claim.yaml"), "more/claim.yaml: a bundle holds"},
		"with another separator":  {with(`cases\a.yaml`), `cases\a.yaml: a bundle holds`},
		"the same twice":          {with("claim.yaml"), "claim.yaml: the file stands twice"},
		"no zip":                  {[]byte("scope: x"), ".: this is no zip file"},
		"nothing in it":           {zipped(t, nil, nil), ".: the bundle is empty"},
		"damaged":                 {damaged, "the file in the zip"},
		"a case table of a macro": {with("cases/a.xlsm"), "cases/a.xlsm: a bundle holds"},
	} {
		_, err := edition.Unzip(test.data)
		var faults source.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBadEditions: each is refused with the file and the line of what is wrong, and nothing of it is taken.
func TestBadEditions(t *testing.T) {
	base, err := read(t, "national").Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	deep := "facts.children.exists(a, facts.children.exists(b, facts.children.exists(c, a.relationship == b.relationship && b.relationship == c.relationship)))"
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" +
		"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
	for name, test := range map[string]struct {
		bundle, file, old, replacement string
		want                           string
	}{
		"anchors in a cycle": {"national", "claim.yaml", "    example:\n", "    example: &loop\n      more: *loop\n",
			"claim.yaml:60: anchor 'loop' value contains itself"},
		"aliases that explode": {"national", "claim.yaml", "    example:\n", "    example:\n      more:\n" + indented(bomb, 8),
			"claim.yaml:68: the aliases of the file stand for too much"},
		"a slow condition": {"national", "claim.yaml", "when: facts.spouse.works", "when: \"" + deep + "\"",
			"claim.yaml:56: claim 2017-07-18: condition costs up to"},
		"an unknown fact": {"national", "claim.yaml", "when: facts.spouse.works", "when: facts.spouse.work",
			"claim.yaml:56: claim 2017-07-18: condition does not compile"},
		"no manifest":           {"national", "_edition.yaml", "", "-", "_edition.yaml: the file is missing"},
		"no scope":              {"national", "_edition.yaml", `"*"`, `"998011"`, "_edition.yaml: scope is"},
		"changes for everybody": {"national", "_edition.yaml", "title:", "changes: {claim: {}}\ntitle:", "_edition.yaml:2: changes are for a municipality"},
		"waives what is fixed": {"local", "_edition.yaml", "document: income-certificate\n        subject: applicant",
			"document: guardianship-register\n        subject: child",
			"_edition.yaml:13: guardianship-register of child is fixed: no municipality may waive it"},
		"waives nothing": {"local", "_edition.yaml", "document: income-certificate", "document: employment-certificate",
			"_edition.yaml:13: no version of claim asks for"},
		"an item of its own": {"local", "_common.yaml", "documents:",
			"items:\n  records: {name: {ja: a, plain: a, en: a}, code: X, outcome: {eligible: \"true\"}}\ndocuments:",
			"_common.yaml:2: item records: linkage items are national"},
		"a document with an item": {"local", "_edition.yaml", "{document: health-survey,", "{document: health-survey, item: local-tax,",
			"_edition.yaml:11: document health-survey: a municipality's own document has no item"},
		"a national document": {"local", "_common.yaml", "health-survey:", "income-certificate:",
			"_common.yaml:3: documents income-certificate stands in another file too"},
		"a procedure that is not": {"local", "_edition.yaml", "  claim:", "  claims:", "_edition.yaml:5: there is no national procedure"},
		"a form that is not there": {"local", "_common.yaml", "    writer: office\n", "    writer: third-party\n    print: survey.pdf\n",
			"_common.yaml:3: print: there is no file forms/survey.pdf"},
		"a form that is no PDF": {"local", "forms/a.pdf", "", "<html>", "forms/a.pdf: this is no PDF"},
		"national facilities": {"national", "_common.yaml", "documents:",
			"facilities:\n  - {name: {ja: a, plain: a, en: a}, kind: {ja: a, plain: a, en: a}, ages: {ja: a, plain: a, en: a}, address: x}\ndocuments:",
			": facilities are a municipality's own"},
		"a facility without an address": {"local", "_common.yaml", "documents:",
			"facilities:\n  - {name: {ja: a, plain: a, en: a}, kind: {ja: a, plain: a, en: a}, ages: {ja: a, plain: a, en: a}}\ndocuments:",
			"_common.yaml:2: a facility has a name, kind, ages and an address"},
		"free places of no day": {"local", "_common.yaml", "documents:",
			"facilities:\n  - {name: {ja: a, plain: a, en: a}, kind: {ja: a, plain: a, en: a}, ages: {ja: a, plain: a, en: a}, address: x,\n" +
				"     free: {on: soon, places: [{age: 0, n: 1}]}}\ndocuments:",
			"_common.yaml:3: free places are those of a day: on is YYYY-MM-DD"},
		"a suggestion of nothing": {"local", "_edition.yaml", "        type: boolean\n", "        type: boolean\n        suggest: facilities\n",
			"_edition.yaml:6: question nursery: suggest is facilities, for a text or a list of texts"},
		"a choice that is not": {"local", "_edition.yaml", "value: other", "value: others", "_edition.yaml:17: there is no choice"},
	} {
		t.Run(name, func(t *testing.T) {
			b := read(t, test.bundle)
			text := string(b.File(test.file))
			if !strings.Contains(text, test.old) {
				t.Fatalf("%s has no %q", test.file, test.old)
			}
			change := []byte(strings.Replace(text, test.old, test.replacement, 1))
			if test.old == "" && test.replacement == "-" {
				change = nil
			}
			b, err := b.With(map[string][]byte{test.file: change})
			if err != nil {
				t.Fatal(err)
			}
			c, err := b.Load(base)
			var faults catalogue.Faults
			if c != nil || !errors.As(err, &faults) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestTheSameDocumentInTwoFiles is refused where it stands the second time.
func TestTheSameDocumentInTwoFiles(t *testing.T) {
	b, err := read(t, "national").With(map[string][]byte{"_more.yaml": []byte("documents:\n  employment-certificate:\n    writer: office\n" +
		"    name: &text {ja: a, plain: a, en: a}\n    help: *text\n    obtain: *text\n    accept: *text\n")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Load(nil)
	if err == nil || !strings.Contains(err.Error(), "_more.yaml:3: documents employment-certificate stands in another file too") {
		t.Errorf("%v", err)
	}
}

func indented(text string, by int) string {
	return strings.Repeat(" ", by) + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+strings.Repeat(" ", by)) + "\n"
}
