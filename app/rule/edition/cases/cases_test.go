package cases_test

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

func bundle(t testing.TB, name string) *edition.Bundle {
	t.Helper()
	b, err := edition.Read(os.DirFS("../testdata/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func national(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := bundle(t, "national").Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read reads one table beside the small catalogue.
func read(t testing.TB, name string, text []byte) ([]cases.Case, error) {
	t.Helper()
	b, err := bundle(t, "national").With(map[string][]byte{"cases/claim.csv": nil, "cases/claim.yaml": nil, name: text})
	if err != nil {
		t.Fatal(err)
	}
	return cases.Read(b, national(t))
}

const head = "事例,手続,提出日,提出が必要な書類,申請者／1月1日の市区町村,facts.has_spouse,配偶者／働いていますか," +
	"養育する児童1／児童の生年月日,養育する児童1／続柄 [facts.children.1.relationship],facts.children.2.birth_date,養育する児童２ ／ 続柄,理由,年上の子の数\n" +
	"（答え方）,,,,,,,,,,,,\n"

// ward is a case with everything: a spouse who works, a ward, and a network that answers for the tax.
const ward = "後見の子,認定請求,令和8年6月1日,\"後見の登記事項証明書（児童2）、就労証明書\",131016,はい,○,2019/5/1,子,R8.2.1,未成年被後見人,\"出生\n転入\",0\n"

func TestATable(t *testing.T) {
	text := head + ward +
		"何もいらない,claim,2026-06-01,なし,998010,いいえ,,2019-05-01,child,,,なし,０\n" +
		"海外,claim,2026-06-01,なし,海外,no,,2025-05-01,子,,,,0\n"
	utf8 := []byte(text)
	cp932, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"UTF-8": utf8, "with a mark": append([]byte("\xef\xbb\xbf"), utf8...), "CP932": cp932,
		"CRLF": bytes.ReplaceAll(utf8, []byte("\n"), []byte("\r\n"))} {
		list, err := read(t, "cases/a.csv", file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(list) != 3 || list[0].Line != 3 || list[1].Line != 5 || list[0].Procedure != "claim" {
			t.Fatalf("%s: %+v", name, list)
		}
		want := `{"applicant":{"jan1":"131016"},"children":[{"birth_date":"2019-05-01","relationship":"child"},` +
			`{"birth_date":"2026-02-01","relationship":"ward"}],"grounds":["birth","move"],"has_spouse":true,"older":0,"spouse":{"works":true}}`
		if got := string(list[0].Facts); got != want {
			t.Errorf("%s: facts are %s", name, got)
		}
		if got := strings.Join(list[0].Want.Attach, " "); got != "employment-certificate/spouse guardianship-register/child-2" {
			t.Errorf("%s: expected are %s", name, got)
		}
		if r := cases.Run(national(t), list); r.Passed != 3 {
			t.Errorf("%s: %+v", name, r.Failed)
		}
	}
}

// TestASpreadsheet: what a spreadsheet makes of days, booleans and codes is read as it was meant.
func TestASpreadsheet(t *testing.T) {
	f := excelize.NewFile()
	for i, heading := range []string{"name", "procedure", "filed_on", "documents", "facts.applicant.jan1", "facts.has_spouse",
		"facts.children.1.birth_date", "facts.children.1.relationship", "facts.older", "phase", "facts.applicant.moved_in"} {
		cell(t, f, i, 1, heading)
	}
	day := jp.Date{Year: 2025, Month: 5, Day: 1}.Time()
	for i, v := range []any{"春", "claim", jp.Date{Year: 2026, Month: 6, Day: 1}.Time(), "income-certificate/applicant", 11002, false, day, "子", 0, "試行運用", day} {
		cell(t, f, i, 2, v)
	}
	if _, err := f.NewSheet("からの紙"); err != nil {
		t.Fatal(err)
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	list, err := read(t, "cases/a.xlsx", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"applicant":{"jan1":"011002","moved_in":"2025-05"},"children":[{"birth_date":"2025-05-01","relationship":"child"}],` +
		`"grounds":[],"has_spouse":false,"older":0}`
	if len(list) != 1 || string(list[0].Facts) != want || list[0].FiledAt.Format("2006-01-02T15:04") != "2026-06-01T09:00" {
		t.Fatalf("%+v %s", list, list[0].Facts)
	}
	if r := cases.Run(national(t), list); r.Passed != 1 {
		t.Errorf("%+v", r.Failed)
	}
}

func cell(t *testing.T, f *excelize.File, column, row int, v any) {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err == nil {
		err = f.SetCellValue("Sheet1", name, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsWrongInATable names file, row and column.
func TestWhatIsWrongInATable(t *testing.T) {
	for name, test := range map[string]struct{ old, replacement, want string }{
		"unknown heading":    {"facts.has_spouse", "配偶者の有無", "cases/a.csv:1: column F 「配偶者の有無」: no procedure of this table asks that"},
		"heading twice":      {"年上の子の数", "理由", "column M 「理由」: the heading stands twice"},
		"column asks twice":  {"年上の子の数", "配偶者がいますか", "column F asks the same"},
		"no papers column":   {"提出が必要な書類", "facts.older", "there is no column 「提出が必要な書類」 (documents)"},
		"unknown choice":     {"未成年被後見人", "まご", `cases/a.csv:3: column K 「養育する児童２ ／ 続柄」: "まご" is none of 子、未成年被後見人、その他`},
		"neither yes nor no": {"はい", "たぶん", "column F 「facts.has_spouse」: \"たぶん\" is neither はい nor いいえ"},
		"no day":             {"2019/5/1", "2019年春", "column H"},
		"no filing day":      {"令和8年6月1日", "", "column C 「提出日」"},
		"no number":          {",0\n", ",たくさん\n", `"たくさん" is no whole number`},
		"unknown procedure":  {"認定請求", "ほかの手続", `column B 「手続」: there is no procedure "ほかの手続"`},
		"unknown paper":      {"就労証明書", "住民票", `column D 「提出が必要な書類」: "住民票" is no paper of this procedure`},
		"whose":              {"（児童2）", "", "say whose it is, as in 後見の登記事項証明書（児童1）"},
		"of nobody like it":  {"（児童2）", "（配偶者）", "this procedure asks for it as in 後見の登記事項証明書（児童1）"},
		"papers not said":    {`"後見の登記事項証明書（児童2）、就労証明書"`, "", "the papers are missing; where none has to be attached, write なし"},
		"a gap":              {"2019/5/1,子", ",", "養育する児童1 is empty, but a later one is not"},
		"no name":            {"後見の子", "", "column A 「事例」: the case has no name"},
		"not in force":       {"令和8年6月1日", "2017-07-17", "not in force on that day"},
		"quotes":             {"後見の子", `後"見の子`, "column 4 of the text"},
	} {
		text := head + ward
		if !strings.Contains(text, test.old) {
			t.Fatalf("%s: there is no %q", name, test.old)
		}
		_, err := read(t, "cases/a.csv", []byte(strings.Replace(text, test.old, test.replacement, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "cases/a.csv:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var bomb bytes.Buffer
	w := zip.NewWriter(&bomb)
	f, err := w.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = f.Write(make([]byte, 40<<20))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || bomb.Len() > 100_000 {
		t.Fatalf("%d bytes, %v", bomb.Len(), err)
	}
	if _, err := read(t, "cases/a.xlsx", bomb.Bytes()); err == nil ||
		!strings.HasPrefix(err.Error(), "cases/a.xlsx: the spreadsheet cannot be read, or is too large") {
		t.Errorf("a spreadsheet that unpacks to 40 MB: %v", err)
	}
	for name, text := range map[string]string{"cases/a.csv": "\x80\xff\xff", "cases/a.xlsx": "PK no spreadsheet"} {
		if _, err := read(t, name, []byte(text)); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFailures say what was expected, what came, and where it is written.
func TestFailures(t *testing.T) {
	for name, test := range map[string]struct{ old, replacement, want string }{
		"missing": {"、就労証明書", "、就労証明書、所得、課税の証明書",
			"cases/a.csv:3: 後見の子: expected and not asked for: 所得、課税の証明書（申請者） [income-certificate/applicant]"},
		"extra": {"、就労証明書", "", "asked for and not expected: 就労証明書（配偶者） [employment-certificate/spouse]"},
		"refused": {"2019/5/1,子", "2019/5/1,",
			"it is refused with invalid-facts: 養育する児童1／続柄: required"},
		"refused at a column": {"はい,○", "いいえ,○", "invalid-facts: 配偶者 (column G): not-applicable"},
	} {
		list, err := read(t, "cases/a.csv", []byte(strings.Replace(head+ward, test.old, test.replacement, 1)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := cases.Run(national(t), list)
		if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].String(), test.want) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestWritten: cases in YAML, with texts or a whole plan.
func TestWritten(t *testing.T) {
	const facts = `{applicant: {jan1: "131016"}, has_spouse: false, children: [{birth_date: 2025-05-01, relationship: child}], grounds: [], older: 0}`
	text := `cases:
  - {name: omitted, procedure: claim, filed_at: 2026-06-01, facts: ` + facts + `, expect: {documents: []}}
  - {name: refused consent, procedure: claim, filed_at: 2026-06-01, facts: ` + facts + `, consents: [], expect: {documents: [所得、課税の証明書]}}
  - name: trial
    procedure: claim
    municipality: "998028"
    filed_at: "2026-06-01T00:00:00Z"
    facts: ` + facts + `
    phases: [{procedure: "*", item: "*", municipality: "*", phase: trial, from: "2017-07-18T00:00:00+09:00"}]
    expect:
      documents: [{document: income-certificate, subject: applicant, item: local-tax, decision: attach, reason: trial, inquire: true}]
  - {name: nothing, procedure: none, filed_at: 2026-06-01, facts: {}, expect: {error: unknown-procedure}}
`
	list, err := read(t, "cases/a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if r := cases.Run(national(t), list); r.Passed != 4 || list[2].Line != 4 {
		t.Errorf("%+v %+v", r, list[2])
	}
	list, err = read(t, "cases/a.yaml", []byte(strings.Replace(text, "reason: trial", "reason: suspended", 1)))
	if err != nil {
		t.Fatal(err)
	}
	r := cases.Run(national(t), list)
	if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Text, "local-tax attach trial inquire") ||
		!strings.Contains(r.Failed[0].Text, "local-tax attach suspended inquire") {
		t.Errorf("%+v", r)
	}
	for name, test := range map[string]struct{ old, replacement, want string }{
		"unknown key":  {"filed_at: 2026-06-01", "filed: 2026-06-01", `cases/a.yaml:2: unknown key "filed"`},
		"no time":      {"filed_at: 2026-06-01", "filed_at: spring", "cases/a.yaml:2: filed_at"},
		"no paper":     {"[所得、課税の証明書]", "[住民票]", `cases/a.yaml:3: "住民票" is no paper`},
		"nothing":      {"expect: {documents: []}", "expect: {}", "cases/a.yaml:2: expect has documents"},
		"both":         {"{error: unknown-procedure}", "{error: unknown-procedure, documents: []}", "expect has documents"},
		"wrong phases": {"phase: trial", "phase: test", "cases/a.yaml:9: phases"},
	} {
		_, err := read(t, "cases/a.yaml", []byte(strings.Replace(text, test.old, test.replacement, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestATemplatePasses: the template of every version, as CSV and as a spreadsheet, has an example that passes; also with a
// municipality's questions.
func TestATemplatePasses(t *testing.T) {
	base := national(t)
	local, err := bundle(t, "local").Load(base)
	if err != nil {
		t.Fatal(err)
	}
	day := jp.Date{Year: 2026, Month: 6, Day: 1}
	for name, c := range map[string]*catalogue.Catalogue{"national": base, "local": local} {
		template := cases.NewTemplate(c, c.Version("claim", day), "998010", day)
		if name == "local" && !strings.Contains(strings.Join(template.Rows[0], " "), "保育園に通っていますか [facts.local.nursery]") {
			t.Errorf("the municipality's question has no column: %v", template.Rows[0])
		}
		text, err := template.CSV()
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := template.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		for file, data := range map[string][]byte{"cases/a.csv": text, "cases/a.xlsx": sheet} {
			b, err := bundle(t, name).With(map[string][]byte{file: data})
			if err != nil {
				t.Fatal(err)
			}
			list, err := cases.Read(b, c)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			r := cases.Run(c, list)
			if r.Passed != len(list) || len(list) == 0 || list[0].Want.Error != "" {
				t.Errorf("%s %s: %+v", name, file, r)
			}
		}
	}
}

// TestTheTemplateOfEveryVersionPasses: whatever the catalogue that comes with the program asks can be written in a table and is read
// back as it was meant.
func TestTheTemplateOfEveryVersionPasses(t *testing.T) {
	b, err := edition.Read(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]byte{}
	for _, name := range b.Names() {
		if strings.HasPrefix(name, "cases/") {
			tables[name] = nil // its own ones; below are templates alone
		}
	}
	own := len(tables)
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			if tables["cases/"+p.Code+"-"+v.Effective+".csv"], err = cases.NewTemplate(c, v, "998010", v.EffectiveFrom).CSV(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if b, err = b.With(tables); err != nil {
		t.Fatal(err)
	}
	list, err := cases.Read(b, c)
	if err != nil {
		t.Fatal(err)
	}
	if r := cases.Run(c, list); r.Passed < len(tables)-own || len(r.Failed) > 0 {
		t.Errorf("%d passed of %d: %v", r.Passed, len(tables), r.Failed)
	}
	for _, one := range list {
		if one.Want.Error != "" {
			t.Errorf("%s: the example is refused: %s", one.File, one.Want.Error)
		}
	}
}
