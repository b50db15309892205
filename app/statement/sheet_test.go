package statement_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/configs"
)

func sheet(lines ...statement.Line) *statement.Sheet {
	return &statement.Sheet{Title: "別居監護申立書", To: "ひなた市", Date: "令和8年11月29日", Writer: "日向 花子", About: "子ども1　日向 空", Lines: lines,
		Note: "この書面は、申請者が2026年11月29日 22時05分に、申請の画面で質問に答えて作成したものです。"}
}

// TestASheetIsAPDF: as many pages as it takes, small, and with characters that no font has.
func TestASheetIsAPDF(t *testing.T) {
	long := strings.Repeat("面会や連絡の様子を書きます。", 200)
	for name, test := range map[string]struct {
		sheet *statement.Sheet
		pages int
	}{
		"nothing":          {sheet(), 1},
		"one answer":       {sheet(statement.Line{Asked: "別居を始めた日", Answer: "令和7年4月1日（2025年4月1日）"}), 1},
		"empty answer":     {sheet(statement.Line{Asked: "備考"}), 1},
		"lines":            {sheet(statement.Line{Asked: "理由", Answer: "一行目\n\n三行目\r\n四行目\tあと"}), 1},
		"registered names": {sheet(statement.Line{Asked: "氏名", Answer: "𠮷田 神\uFA19 渚\uFA46 葛\U000E0100城 Nguyễn Thị 髙﨑 ＝"}), 1},
		"a long one": {sheet(statement.Line{Under: "兄姉 1", Asked: long[:300], Answer: long},
			statement.Line{Asked: "二", Answer: long}, statement.Line{Asked: "三", Answer: long}), 8},
	} {
		pdf, err := test.sheet.PDF()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if dir := os.Getenv("ONESTOP_SHEETS"); dir != "" { // to be looked at
			if err := os.WriteFile(dir+"/"+strings.ReplaceAll(name, " ", "-")+".pdf", pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF-1.")) || len(pdf) > 200<<10 {
			t.Errorf("%s: %d bytes, %q", name, len(pdf), pdf[:8])
		}
		if got := bytes.Count(pdf, []byte("/Type /Page\n")); got != test.pages {
			t.Errorf("%s: %d pages, not %d", name, got, test.pages)
		}
	}
}

// TestEveryStatementIsWrittenFromItsExample: each document that the applicant writes, with what its questions give as an example. No
// answer is left out, and none is a code.
func TestEveryStatementIsWrittenFromItsExample(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, code := range c.Documents() {
		d := c.Document(code)
		if d.Statement() == nil {
			continue
		}
		count++
		answers := d.Statement().Example(jp.Date{Year: 2026, Month: 6, Day: 1})
		for _, lang := range wording.Languages {
			lines := statement.Lines(d.Questions, answers, lang)
			if len(lines) < len(answers) {
				t.Errorf("%s: %d lines of %d answers", d.Code, len(lines), len(answers))
			}
			for _, l := range lines {
				if l.Asked == "" || l.Answer == "" || coded.MatchString(l.Answer) && lang != wording.English {
					t.Errorf("%s, %s: %q is %q", d.Code, lang, l.Asked, l.Answer)
				}
			}
		}
		s := sheet(statement.Lines(d.Questions, answers, wording.Japanese)...)
		if _, err := s.PDF(); err != nil {
			t.Errorf("%s: %v", d.Code, err)
		}
	}
	if count < 15 {
		t.Errorf("only %d documents are written on the screen", count)
	}
}

// coded is what a choice or a day is called in the catalogue.
var coded = regexp.MustCompile(`^[a-z][a-z-]+$|^\d{4}-\d{2}`)

// TestEveryBlankIsOneSheet: each document that somebody else writes has a form to be printed; its lines fit on one page with what is known.
func TestEveryBlankIsOneSheet(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range c.Documents() {
		d := c.Document(code)
		if d.Writer != catalogue.WriterThirdParty {
			continue
		}
		if d.Blank == nil {
			t.Errorf("%s is written by somebody else, and has no form", code)
			continue
		}
		form := statement.Blank{Title: d.Name.Ja, To: "ひなた市", By: d.Blank.By, Lines: d.Blank.Lines, HandIn: "ひなた市 子育て課（電話 000-000-0000）に提出してください。",
			Known: []statement.Line{{Asked: "手続", Answer: "児童手当等の受給資格及び児童手当の額についての認定請求"}, {Asked: "申請者の氏名", Answer: "日向 花子"},
				{Asked: "配偶者の氏名"}, {Asked: "子ども1の氏名と生年月日", Answer: "日向 空　令和2年4月1日（2020年4月1日）"}}}
		pdf, err := form.PDF()
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("ONESTOP_SHEETS"); dir != "" { // to be looked at
			if err := os.WriteFile(dir+"/"+code+".pdf", pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := bytes.Count(pdf, []byte("/Type /Page\n")); got != 1 {
			t.Errorf("%s: %d pages", code, got)
		}
	}
}

// TestALetterIsAPDF whose text can be read, over more than one page where it is long.
func TestALetterIsAPDF(t *testing.T) {
	long := make([]string, 80)
	for i := range long {
		long[i] = "標記について、関係する手続と情報を定めたので通知する。"
	}
	for _, paragraphs := range [][]string{{"一つの段落。"}, long} {
		l := statement.Letter{Number: "府番第1号", Date: "2026年4月1日", To: "各市区町村長　殿", From: "こども庁（架空）", Title: "情報連携について", Paragraphs: paragraphs}
		pdf, err := l.PDF()
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("%%EOF")) {
			t.Fatalf("%d bytes, %v", len(pdf), err)
		}
		if pages := bytes.Count(pdf, []byte("/Type /Page\n")); pages < 1 || (len(paragraphs) > 50) != (pages > 1) {
			t.Errorf("%d paragraphs are on %d pages", len(paragraphs), pages)
		}
	}
}
