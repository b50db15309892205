package catalogue_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

// load loads the catalogue that comes with the program.
func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t testing.TB, s string) jp.Date {
	t.Helper()
	d, err := jp.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestProcedures holds the files to the table of catalogue.md, in its order.
func TestProcedures(t *testing.T) {
	want := []struct{ code, name, category, signature string }{
		{"child-allowance-claim", "児童手当等の受給資格及び児童手当の額についての認定請求", "child-allowance", "signature"},
		{"child-allowance-revision", "児童手当等の額の改定の請求及び届出", "child-allowance", "signature"},
		{"child-allowance-change", "氏名変更/住所変更等の届出", "child-allowance", "login"},
		{"child-allowance-end", "受給事由消滅の届出", "child-allowance", "login"},
		{"child-allowance-unpaid", "未支払の児童手当等の請求", "child-allowance", "signature"},
		{"child-allowance-donation", "児童手当等に係る寄附の申出", "child-allowance", "signature"},
		{"child-allowance-donation-change", "児童手当等に係る寄附変更等の申出", "child-allowance", "signature"},
		{"child-allowance-school-fees", "受給資格者の申出による学校給食費等の徴収等の申出", "child-allowance", "login"},
		{"child-allowance-school-fees-change", "受給資格者の申出による学校給食費等の徴収等の変更等の申出", "child-allowance", "login"},
		{"child-allowance-annual", "児童手当等の現況届", "child-allowance", "login"},
		{"childcare-certification", "支給認定の申請", "childcare", "signature"},
		{"childcare-enrolment", "保育施設等の利用申込", "childcare", "signature"},
		{"childcare-annual", "保育施設等の現況届", "childcare", "login"},
		{"single-parent-annual", "児童扶養手当の現況届の事前送信", "single-parent", "login"},
		{"pregnancy-notification", "妊娠の届出", "maternal-health", "login"},
	}
	procedures := load(t).Procedures()
	if len(procedures) != len(want) {
		t.Fatalf("%d procedures", len(procedures))
	}
	for i, w := range want {
		p := procedures[i]
		versions := []string{"2017-07-18"}
		if n := i + 1; n == 1 || n == 2 || n == 10 {
			versions = append(versions, "2024-10-01")
		}
		if len(p.Versions) != len(versions) {
			t.Errorf("%s: %d versions", p.Code, len(p.Versions))
			continue
		}
		for j, v := range p.Versions {
			if p.Code != w.code || v.Name.Ja != w.name || p.Category != w.category || v.Signature != w.signature || v.Effective != versions[j] {
				t.Errorf("got %s %s %s %s %s, want %v %s", p.Code, v.Name.Ja, p.Category, v.Signature, v.Effective, w, versions[j])
			}
		}
	}
}

func TestVersionInForce(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ code, on, want string }{
		{"child-allowance-claim", "2017-07-17", ""},
		{"child-allowance-claim", "2017-07-18", "2017-07-18"},
		{"child-allowance-claim", "2024-09-30", "2017-07-18"},
		{"child-allowance-claim", "2024-10-01", "2024-10-01"},
		{"pregnancy-notification", "2030-01-01", "2017-07-18"},
		{"no-such-procedure", "2030-01-01", ""},
	} {
		got := ""
		if v := c.Version(test.code, day(t, test.on)); v != nil {
			got = v.Effective
		}
		if got != test.want {
			t.Errorf("%s on %s: %q, want %q", test.code, test.on, got, test.want)
		}
	}
}

// changed is the built-in catalogue with one text replaced in one file.
func changed(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
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
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s has no %q", name, old)
			}
			text = []byte(strings.Replace(string(text), old, replacement, 1))
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}

// TestLoadNamesFileLineAndFault breaks the catalogue in one place at a time.
func TestLoadNamesFileLineAndFault(t *testing.T) {
	const change, shared = "child-allowance-change.yaml", "_common.yaml"
	tests := map[string]struct{ file, old, replacement, want string }{
		"unknown key":   {change, "    signature: login", "    signatur: login", `unknown key "signatur"`},
		"key twice":     {change, "number: 3", "number: 3\nnumber: 3", "already defined"},
		"not YAML":      {change, "number: 3", "number: [3", "did not find"},
		"wrong type":    {change, "number: 3", "number: three", "cannot unmarshal"},
		"empty file":    {change, read(t, change), "", "the file is empty"},
		"two documents": {change, "versions:", "---\nversions:", "more than one"},
		"unknown item":  {change, "item: resident-record", "item: residents", `no item "residents"`},
		"item not asked": {change, "- {item: resident-record, compare: [family_name_kana, birth_date, address, resident_since], outcome: eligibility}", "",
			"linkage does not list item resident-record"},
		"unknown field":        {change, "resident_since]", "resident_from]", `no field "resident_from"`},
		"unknown outcome":      {change, "outcome: eligibility", "outcome: maybe", `outcome "maybe"`},
		"unknown document":     {change, "document: bank-passbook", "document: bank-book", `no document "bank-book"`},
		"unknown block":        {change, "block: children", "block: kids", `no block "kids"`},
		"not in block":         {change, "separate-custody-statement]", "bank-passbook]", `no document "bank-passbook"`},
		"twice":                {change, "documents:", "documents:\n      - {document: bank-passbook, subject: applicant}", "asked for twice"},
		"unknown subject":      {change, "subject: applicant", "subject: parent", `subject "parent"`},
		"subject without fact": {change, "bank-passbook, subject: applicant", "bank-passbook, subject: guardian", "needs the fact guardians"},
		"unknown fact":         {change, "in facts.changes\"}", "in facts.changed\"}", "undefined field 'changed'"},
		"does not compile":     {change, "'applicant-name' in facts.changes\"}", "'applicant-name' in\"}", "does not compile"},
		"not a boolean":        {change, "'applicant-name' in facts.changes\"}", "size(facts.changes)\"}", "not a boolean"},
		"unknown definition":   {change, "use: children", "use: kids", `no fact "kids"`},
		"unknown fact type":    {change, "type: choice", "type: choices", `type "choices"`},
		"choice twice":         {change, "value: child-name", "value: applicant-name", "stands twice"},
		"missing language":     {change, "        en: Within 14 days, counted from the day after the change.\n", "", "en is missing"},
		"missing text":         {change, "    summary:", "    next:", "already defined"},
		"reading":              {change, "kana: しめい", "kana: シメイ", "not in hiragana"},
		"unknown category":     {change, "category: child-allowance", "category: allowances", `no category "allowances"`},
		"code":                 {change, "code: child-allowance-change", "code: child-allowance-changes", "but the file is"},
		"number":               {change, "number: 3", "number: 1", "number 1 belongs to"},
		"deadline kind":        {change, "kind: days", "kind: weeks", `deadline kind "weeks"`},
		"deadline days":        {change, "kind: days", "kind: none", "days stand with"},
		"deadline window":      {"child-allowance-annual.yaml", `to: "06-30"`, `to: "06-31"`, "as MM-DD"},
		"signature":            {change, "signature: login", "signature: stamp", `signature "stamp"`},
		"effective_from":       {change, `"2017-07-18"`, `"2017-02-30"`, "not a date"},
		"order of versions":    {"child-allowance-annual.yaml", `"2024-10-01"`, `"2017-07-18"`, "in the order"},
		"consent":              {"single-parent-annual.yaml", "consents: [local-tax]", "consents: [disability]", `consent for "disability"`},
		"replaceable":          {change, "facts.changes\"}\n    linkage", "facts.changes\", replaceable: \"true\"}\n    linkage", "replaceable without an item"},
		"form list":            {change, "each: children", "each: kids", `no list "kids"`},
		"form condition":       {change, "payee, when: \"'applicant-name' in facts.changes\"", "payee, when: facts.nothing", "undefined field 'nothing'"},
		"example":              {change, "changes: [applicant-address]", "changes: [address]", "example: /facts/changes/0"},
		"group of the form":    {change, "group: changed-child", "group: children", `no group "children"`},
		"a form field":         {"_form.yaml", "type: name", "type: nam", `no type "nam"`},
		"when of a fact":       {"_common.yaml", "when: has_spouse", "when: has_partner", "undeclared reference to 'has_partner'"},
		"in a block":           {shared, "when: child.studying_abroad\n", "when: child.studies_abroad\n", "undefined field 'studies_abroad'"},
		"shared document":      {shared, "      en: Your own copy of what you filed with the tax office; the receipt of e-Tax will do.\n", "", "en is missing"},
		"comparison":           {shared, "compare: amount", "compare: about", `compare "about"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := catalogue.Load(changed(t, test.file, test.old, test.replacement))
			var faults catalogue.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("error is %v", err)
			}
			for _, f := range faults {
				if strings.HasSuffix(f.File, ".yaml") && (f.Line > 0 || strings.HasPrefix(f.Text, "the file")) && strings.Contains(f.String(), test.want) {
					return
				}
			}
			t.Errorf("no fault says %q:\n%v", test.want, err)
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(configs.Procedures(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLoadSaysEverything: whoever edits a catalogue sees all faults at once, each on its line.
func TestLoadSaysEverything(t *testing.T) {
	_, err := catalogue.Load(changed(t, "child-allowance-change.yaml", "number: 3\ncategory: child-allowance", "number: 1\ncategory: none"))
	want := "child-allowance-change.yaml:3: there is no category \"none\" in _common.yaml\n" +
		"child-allowance-claim.yaml:2: number 1 belongs to child-allowance-change"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := catalogue.Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder was loaded")
	}
}
