package catalogue_test

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

// load loads the catalogue that comes with the program.
func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var builtIn = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })

func day(t testing.TB, s string) jp.Date {
	t.Helper()
	d, err := jp.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// named is a version by its day and its name; without a name it has that of the version before.
type named struct{ from, name string }

// TestProcedures holds the files to the table of catalogue.md, in its order.
func TestProcedures(t *testing.T) {
	want := []struct {
		code, category, signature string
		versions                  []named
	}{
		{"child-allowance-claim", "child-allowance", "signature", []named{{"2017-07-18", "児童手当等の受給資格及び児童手当の額についての認定請求"},
			{"2024-10-01", "児童手当の受給資格及び児童手当の額についての認定請求"}, {"2025-12-02", ""}}},
		{"child-allowance-revision", "child-allowance", "signature", []named{{"2017-07-18", "児童手当等の額の改定の請求及び届出"},
			{"2024-10-01", "児童手当の額の改定の請求及び届出"}}},
		{"child-allowance-change", "child-allowance", "login", []named{{"2017-07-18", "氏名変更/住所変更等の届出"}, {"2025-12-02", ""}}},
		{"child-allowance-end", "child-allowance", "login", []named{{"2017-07-18", "受給事由消滅の届出"}}},
		{"child-allowance-unpaid", "child-allowance", "signature", []named{{"2017-07-18", "未支払の児童手当等の請求"},
			{"2024-10-01", "未支払の児童手当の請求"}}},
		{"child-allowance-donation", "child-allowance", "signature", []named{{"2017-07-18", "児童手当に係る寄附の申出"}}},
		{"child-allowance-donation-change", "child-allowance", "signature", []named{{"2017-07-18", "児童手当に係る寄附変更等の申出"}}},
		{"child-allowance-school-fees", "child-allowance", "login", []named{{"2017-07-18", "受給資格者の申出による学校給食費等の徴収等の申出"}}},
		{"child-allowance-school-fees-change", "child-allowance", "login",
			[]named{{"2017-07-18", "受給資格者の申出による学校給食費等の徴収等の変更等の申出"}}},
		{"child-allowance-annual", "child-allowance", "login", []named{{"2017-07-18", "児童手当等の現況届"}, {"2022-06-01", ""},
			{"2024-10-01", "児童手当の現況届"}, {"2025-12-02", ""}}},
		{"childcare-certification", "childcare", "signature", []named{{"2017-07-18", "支給認定の申請"}, {"2018-04-01", ""},
			{"2019-10-01", "教育・保育給付認定の申請"}}},
		{"childcare-enrolment", "childcare", "signature", []named{{"2017-07-18", "保育施設等の利用申込"}}},
		{"childcare-annual", "childcare", "login", []named{{"2017-07-18", "保育施設等の現況届"}}},
		{"single-parent-annual", "single-parent", "login", []named{{"2017-07-18", "児童扶養手当の現況届の事前送信"}, {"2025-12-02", ""}}},
		{"pregnancy-notification", "maternal-health", "login", []named{{"2017-07-18", "妊娠の届出"}}},
		{"pregnancy-support-benefit", "maternal-health", "login", []named{{"2025-04-01", "妊婦のための支援給付（妊婦給付認定の申請、1回目）"}}},
		{"single-parent-claim", "single-parent", "signature", []named{{"2017-07-18", "児童扶養手当の認定請求"}, {"2024-03-01", ""}}},
		{"facility-use-certification", "childcare", "signature", []named{{"2019-10-01", "施設等利用給付認定の申請（新1号・新2号・新3号）"}}},
		{"infant-support-certification", "childcare", "login", []named{{"2026-04-01", "乳児等支援給付認定の申請（こども誰でも通園制度）"}}},
		{"pregnancy-support-count", "maternal-health", "login", []named{{"2025-04-01", "胎児の数の届出（妊婦のための支援給付、2回目）"}}},
	}
	procedures := load(t).Procedures()
	if len(procedures) != len(want) {
		t.Fatalf("%d procedures", len(procedures))
	}
	for i, w := range want {
		p := procedures[i]
		if p.Code != w.code || p.Category != w.category || len(p.Versions) != len(w.versions) {
			t.Errorf("got %s of %s with %d versions, want %v", p.Code, p.Category, len(p.Versions), w)
			continue
		}
		name := ""
		for j, v := range p.Versions {
			name = cmp.Or(w.versions[j].name, name)
			if v.Name.Ja != name || v.Signature != w.signature || v.Effective != w.versions[j].from {
				t.Errorf("%s: got %s %s %s, want %s %v", p.Code, v.Name.Ja, v.Signature, v.Effective, w.signature, w.versions[j])
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
		{"child-allowance-claim", "2025-12-01", "2024-10-01"},
		{"child-allowance-claim", "2025-12-02", "2025-12-02"},
		{"child-allowance-annual", "2022-05-31", "2017-07-18"},
		{"child-allowance-annual", "2022-06-01", "2022-06-01"},
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

// changed is the built-in catalogue with one text replaced in one file. Unless it is about the events, which name every procedure, it
// has only the procedures of the child allowance: that is enough to be refused, and loads in a fifth of the time.
func changed(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(configs.Procedures(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if file != "_events.yaml" && (name == "_events.yaml" || !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "child-allowance")) {
			continue
		}
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
	const change, claim, annual = "child-allowance-change.yaml", "child-allowance-claim.yaml", "child-allowance-annual.yaml"
	const shared, family, events, posts = "_common.yaml", "_child-allowance.yaml", "_events.yaml", "_signposts.yaml"
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
		"unknown document":     {change, "document: pension-enrolment", "document: pension-proof", `no document "pension-proof"`},
		"unknown block":        {change, "block: child", "block: kids", `no block "kids"`},
		"not in block":         {change, "block: child", "block: child\n        only: [bank-passbook]", `no document "bank-passbook"`},
		"twice":                {change, "documents:", "documents:\n      - {document: bank-passbook, subject: applicant}", "asked for twice"},
		"unknown subject":      {change, "subject: applicant", "subject: parent", `subject "parent"`},
		"subject without fact": {change, "subject: applicant", "subject: guardian", "needs the fact guardians"},
		"unknown fact":         {change, "in facts.changes\"}", "in facts.changed\"}", "undefined field 'changed'"},
		"does not compile":     {change, "'applicant-name' in facts.changes\"}", "'applicant-name' in\"}", "does not compile"},
		"not a boolean":        {change, "'applicant-name' in facts.changes\"}", "size(facts.changes)\"}", "not a boolean"},
		"unknown definition":   {change, "use: children", "use: kids", `no shared fact "kids"`},
		"unknown fact type":    {change, "type: choice", "type: choices", `type "choices"`},
		"choice twice":         {change, "value: child-name", "value: applicant-name", "stands twice"},
		"missing language":     {change, "      en: Notice of a change of name, address and the like\n", "", "en is missing"},
		"missing text":         {change, "    summary:", "    next:", "already defined"},
		"reading":              {change, "kana: しめい", "kana: シメイ", "not in hiragana"},
		"unknown category":     {change, "category: child-allowance", "category: allowances", `no category "allowances"`},
		"code":                 {change, "code: child-allowance-change", "code: child-allowance-changes", "but the file is"},
		"number":               {change, "number: 3", "number: 1", "number 1 belongs to"},
		"deadline kind":        {change, "kind: days", "kind: weeks", `deadline kind "weeks"`},
		"deadline days":        {change, "kind: days", "kind: none", "days stand with"},
		"deadline window":      {annual, `to: "06-30"`, `to: "06-31"`, "as MM-DD"},
		"signature":            {change, "signature: login", "signature: stamp", `signature "stamp"`},
		"effective_from":       {change, `"2017-07-18"`, `"2017-02-30"`, "not a date"},
		"order of versions":    {annual, `"2024-10-01"`, `"2017-07-18"`, "in the order"},
		"consent":              {claim, "consents: []", "consents: [disability]", `consent for "disability"`},
		"replaceable":          {change, "        item: pension\n", "", "replaceable without an item"},
		"form list":            {change, "each: children", "each: kids", `no list "kids"`},
		"form condition": {change, "payee, when: \"has(facts.payee) && !facts.payee.use_public_account\"", "payee, when: facts.nothing",
			"undefined field 'nothing'"},
		"example":               {change, "changes: [applicant-address]", "changes: [address]", "example: /facts/changes/0"},
		"group of the form":     {change, "group: changed-child", "group: children", `no group "children"`},
		"a form field":          {"_form.yaml", "type: name", "type: nam", `no type "nam"`},
		"when of a fact":        {family, "when: has_spouse", "when: has_partner", "undeclared reference to 'has_partner'"},
		"in a block":            {family, "when: child.studying_abroad\n", "when: child.studies_abroad\n", "undefined field 'studies_abroad'"},
		"shared document":       {family, "      en: From the office where you worked.\n", "", "en is missing"},
		"shared in two files":   {family, "  has_spouse:\n", "  pension:\n", "facts pension stands in another file too"},
		"a source":              {claim, "[child-allowance-act-17,", "[child-allowance-act-99,", `source "child-allowance-act-99" is not defined`},
		"the day of a check":    {claim, `"2026-11-20"`, `"2026-11-31"`, "checked.on"},
		"texts and rules":       {claim, "texts_only: true\n", "texts_only: true\n    consents: [pension]\n", "are those of the version before"},
		"texts of no document":  {claim, "document_texts: {pension-enrolment: {}}", "document_texts: {pension: {}}", `no document "pension"`},
		"who writes":            {family, "writer: applicant", "writer: office", "questions stand with the writer applicant"},
		"a signpost of nothing": {claim, "{use: public-servant}", "{use: public-servants}", `no signpost "public-servants"`},
		"a signpost elsewhere":  {posts, "at: facts.applicant.pension", "at: facts.left_public_office.of", "is none"},
		"a signpost's form":     {posts, "form.applicant.birth_date)", "form.applicant.birthday)", "undeclared reference"},
		"a signpost's words":    {posts, "    at: facts.applicant.pension\n", "", "a signpost has when, at and text"},
		"an event of nothing":   {events, "procedures: [child-allowance-unpaid, ", "procedures: [child-allowance-owed, ", `no procedure "child-allowance-owed"`},
		"an event twice":        {events, "code: moved", "code: born", "event born stands twice"},
		"an event's name":       {events, "en: I am pregnant}", "en: \"\"}", "en is missing"},
		"no synonyms":           {events, "[里親, さとおや, 里子, foster]", "[里親]", "two words or more"},
		"what one does":         {claim, ", en: Apply for the child allowance}", "}", "en is missing"},
		"comparison":            {shared, "compare: amount", "compare: about", `compare "about"`},
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
	want := "child-allowance-change.yaml:3: there is no category \"none\"\n" +
		"child-allowance-claim.yaml:2: number 1 belongs to child-allowance-change"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := catalogue.Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder was loaded")
	}
}
