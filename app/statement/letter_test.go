package statement_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/app/statement"
)

func decision() *statement.Letter {
	return &statement.Letter{Number: "8ひなた子第12号", Date: "令和8年11月30日", To: "𠮷田　花子　様", From: "ひなた市長　日向　太郎", Seal: statement.SealSpace, Title: "決定通知書",
		Paragraphs: []string{"令和8年11月2日に届いた「児童手当の認定請求」（受付番号 K7NB-M2QX-T4VH）について、次のとおり決定しました。"},
		Sections: []statement.Section{{"１　決定の内容", "児童手当の受給資格を認定します。"}, {"２　根拠となる法令", "児童手当法（昭和46年法律第73号）第7条第1項"},
			{"この決定に不服があるとき（教示）", "この決定に不服がある場合は、この決定があったことを知った日の翌日から起算して3か月以内に、ひなた市長に対して審査請求をすることができます。\n" +
				"また、この決定があったことを知った日の翌日から起算して6か月以内に、ひなた市を被告として、決定の取消しの訴えを提起することができます。"}},
		Foot: []string{"問い合わせ先", "ひなた市　子育て支援課　〒999-0001 ひなた市中央1-1　電話 000-0001-0001"}}
}

// save keeps a paper to be looked at.
func save(t *testing.T, name string, pdf []byte) {
	t.Helper()
	if dir := os.Getenv("ONESTOP_SHEETS"); dir != "" {
		if err := os.WriteFile(dir+"/"+name+".pdf", pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAPaperIsArchivable: what ISO 19005-2 (level B) asks beyond an ordinary PDF with its font embedded stands in it, and each object where the
// table says.
func TestAPaperIsArchivable(t *testing.T) {
	l := decision()
	l.Title = "決定<通知>&書"
	pdf, err := l.PDF()
	if err != nil {
		t.Fatal(err)
	}
	save(t, "archived", pdf)
	for _, wanted := range []string{"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "/S /GTS_PDFA1",
		"GRAYXYZ ", "acsp", "/CIDToGIDMap /Identity", "/FontFile2 ", "/ID [<", "決定&lt;通知&gt;&amp;書"} {
		if !bytes.Contains(pdf, []byte(wanted)) {
			t.Errorf("there is no %q", wanted)
		}
	}
	table := pdf[bytes.LastIndex(pdf, []byte("\nxref\n")):]
	for i, entry := range regexp.MustCompile(`(\d{10}) 00000 n `).FindAllSubmatch(table, -1) {
		at, _ := strconv.Atoi(string(entry[1]))
		if want := fmt.Sprintf("%d 0 obj\n", i+1); !bytes.HasPrefix(pdf[at:], []byte(want)) {
			t.Errorf("at %d there is %q, not %q", at, pdf[at:at+10], want)
		}
	}
	for _, s := range regexp.MustCompile(`/Length (\d+)\s*>>\nstream\n`).FindAllSubmatchIndex(pdf, -1) {
		n, _ := strconv.Atoi(string(pdf[s[2]:s[3]]))
		if end := pdf[s[1]+n:]; !bytes.HasPrefix(end, []byte("\nendstream")) {
			t.Errorf("a stream of %d bytes ends with %q", n, end[:12])
		}
	}
	if again, err := l.PDF(); err != nil || !bytes.Equal(again, pdf) {
		t.Errorf("the same letter is another document: %v", err)
	}
}

// TestLettersOfADayAreOneDocument, each page as it was.
func TestLettersOfADayAreOneDocument(t *testing.T) {
	omitted := decision()
	omitted.Seal = statement.SealOmitted
	long := decision()
	long.Sections = append(long.Sections, statement.Section{Heading: "■　お知らせ", Text: strings.Repeat("別に送る通知をご覧ください。", 200)})
	var all [][]byte
	for _, l := range []*statement.Letter{decision(), omitted, long} {
		pdf, err := l.PDF()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pdf)
	}
	pdf, err := statement.Together(all)
	if err != nil {
		t.Fatal(err)
	}
	save(t, "together", pdf)
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 5 {
		t.Errorf("%d pages", n)
	}
}

// TestEachLetterOfADayIsPrinted, none in the place of another, also while memory is freed between them.
func TestEachLetterOfADayIsPrinted(t *testing.T) {
	long := decision()
	long.Sections = append(long.Sections, statement.Section{Heading: "■　お知らせ", Text: strings.Repeat("別に送る通知をご覧ください。", 200)})
	var kinds [2][]byte
	for i, l := range []*statement.Letter{decision(), long} {
		pdf, err := l.PDF()
		if err != nil {
			t.Fatal(err)
		}
		kinds[i] = pdf
	}
	pages := func(pdf []byte) int { return bytes.Count(pdf, []byte("/Type /Page\n")) }
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var all [][]byte
	want := 0
	for i := range 200 {
		kind := kinds[i%2]
		all, want = append(all, kind), want+pages(kind)
	}
	pdf, err := statement.Together(all)
	if err != nil {
		t.Fatal(err)
	}
	if n := pages(pdf); n != want {
		t.Errorf("%d pages of %d", n, want)
	}
}

func TestTheTextOfALetter(t *testing.T) {
	l := decision()
	l.Seal = statement.SealOmitted
	text := l.Text()
	for _, said := range []string{l.Number, l.Date, l.To, l.From, "（公印省略）", l.Paragraphs[0], l.Sections[2].Text, l.Foot[1]} {
		if !strings.Contains(text, said) {
			t.Errorf("%q is not in\n%s", said, text)
		}
	}
}
