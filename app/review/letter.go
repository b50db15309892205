package review

import (
	"cmp"
	"context"
	"embed"
	"strconv"
	"strings"
	"text/template"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/models"
)

//go:embed letters/*.txt
var letterFiles embed.FS

// effects say what is decided, one text a procedure and outcome: "child-allowance-claim/approved"; "own/…" for a procedure that only a
// municipality has.
var effects = template.Must(template.New("effects").ParseFS(letterFiles, "letters/*.txt"))

// letterStem is what a letter is made of beside the case.
type letterStem struct {
	number       string // 文書番号
	municipality *models.Municipality
	settings     *models.LetterSettings
}

// numberLater stands in a preview: a number is given to a decision alone.
const numberLater = "（文書番号は、決定したときに付きます）"

// letterOf writes the letter of a decision (決定通知書).
func (w *work) letterOf(in Verdict, stem letterStem) (*statement.Letter, error) {
	m, s := stem.municipality, stem.settings
	effect, err := effectOf(w.app.Procedure, in.Outcome)
	if err != nil {
		return nil, err
	}
	opening := bothCalendars(jp.DateIn(*w.app.ArrivedAt)) + "に届いた「" + w.sheet.Version.Name.Ja + "」"
	if w.app.ReceiptNumber != nil {
		opening += "（受付番号　" + *w.app.ReceiptNumber + "）"
	}
	out := &statement.Letter{
		Number:     stem.number,
		Date:       jp.Era(jp.DateIn(w.tx.Now)),
		To:         addressee(w.file.Content.Form) + "　様",
		From:       s.MayorTitle + "　" + s.MayorName,
		Seal:       statement.Seal(s.Seal),
		Title:      "決定通知書",
		Paragraphs: []string{opening + "について、次のとおり決定しました。"},
		Foot:       []string{"問い合わせ先", m.NameJa + "　" + m.OfficeJa + "　電話 " + m.Telephone, s.Address, s.Contact},
	}
	number := 0
	numbered := func(heading, text string) {
		if text = strings.TrimSpace(text); text != "" {
			number++
			out.Sections = append(out.Sections, statement.Section{Heading: wide(number) + "　" + heading, Text: text})
		}
	}
	numbered("決定の内容", effect)
	numbered("根拠となる法令", w.sheet.Version.LegalBasis.Ja)
	if w.app.ClaimOn != nil {
		numbered("請求日", bothCalendars(jp.DateOf(*w.app.ClaimOn)))
	}
	numbered("理由", in.Reason)
	numbered("お知らせ", in.Letter)
	out.Sections = append(out.Sections, statement.Section{Heading: "この決定に不服があるとき（教示）", Text: s.Appeal + "\n" + s.Suit})
	return out, nil
}

// wide is a small number as headings have it.
func wide(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(n))
}

// effectOf is what is decided, in words.
func effectOf(procedure, outcome string) (string, error) {
	name := procedure + "/" + outcome
	if effects.Lookup(name) == nil { // a municipality's own procedure
		name = "own/" + outcome
	}
	var out strings.Builder
	err := effects.ExecuteTemplate(&out, name, nil)
	return out.String(), err
}

// addressee is the applicant's name as the form gives it.
func addressee(form map[string]any) string {
	applicant, _ := form["applicant"].(map[string]any)
	family, _ := applicant["family_name"].(string)
	given, _ := applicant["given_name"].(string)
	return cmp.Or(jp.WholeName("　", family, given), "申請者")
}

// bothCalendars writes a day with its western year and its era.
func bothCalendars(d jp.Date) string {
	const day = "2006年1月2日"
	return d.Time().Format(day) + "（" + jp.Era(d) + "）"
}

// mayWriteLetter says whether the office's settings lack nothing of what each letter says.
func mayWriteLetter(lacks []string) error {
	if len(lacks) == 0 {
		return nil
	}
	return notNow("letter-settings-missing")
}

// stem checks a verdict and reads what its letter is made of beside the case. Errors: as of check; not-allowed-now while the office's settings
// lack something.
func (w *work) stem(in Verdict) (out letterStem, err error) {
	if err := in.check(); err != nil {
		return out, err
	}
	if out.settings, err = w.tx.LetterSettings(w.app.Municipality); err != nil {
		return out, err
	}
	if err := mayWriteLetter(out.settings.Missing()); err != nil {
		return out, err
	}
	out.municipality, err = w.tx.Municipality(w.app.Municipality)
	return out, err
}

// filled is the verdict with what only its own form knows in the place of its placeholder.
func (v Verdict) filled() Verdict {
	v.Letter = boilerplate.Fill(v.Letter, map[string]string{boilerplate.Why: strings.TrimSpace(v.Reason)})
	return v
}

// Preview gives the letter that a decision would have, and decides nothing: the reviewer reads what the parent will read.
// It is given also while something is open.
//
// Errors: not-found; conflict for an old fence; invalid-request and individual-number with pointers; not-allowed-now while the office's
// settings lack something.
func (s *Service) Preview(ctx context.Context, actor models.Actor, held HeldCase, in Verdict) (string, error) {
	out, in := "", in.filled()
	err := s.write(ctx, actor, held, func(w *work) error {
		stem, err := w.stem(in)
		if err != nil {
			return err
		}
		stem.number = numberLater
		l, err := w.letterOf(in, stem)
		if err == nil {
			out = l.Text()
		}
		return err
	})
	return out, err
}

// makeLetter gives the decision's letter the next number of the fiscal year (年度), draws and keeps it, and gives its text.
func (w *work) makeLetter(in Verdict, stem letterStem, decision int) (*models.Letter, string, error) {
	today := jp.DateIn(w.tx.Now)
	row := &models.Letter{ApplicationID: w.app.ID, Number: decision, Municipality: w.app.Municipality, PersonID: w.app.PersonID, Year: jp.FiscalYear(today),
		MadeOn: today.Time()}
	var err error
	if row.Running, err = w.tx.NextLetterNumber(row.Municipality, row.Year); err != nil {
		return nil, "", err
	}
	row.DocumentNumber = DocumentNumber(stem.settings.Prefix, row.Year, row.Running)
	stem.number = row.DocumentNumber
	l, err := w.letterOf(in, stem)
	if err != nil {
		return nil, "", err
	}
	pdf, err := l.PDF()
	if err != nil {
		return nil, "", err
	}
	if row.SealedPDF, err = w.file.Key.Seal(pdf, dossier.LetterCell(row.ApplicationID, decision)); err != nil {
		return nil, "", err
	}
	return row, l.Text(), w.tx.AddLetter(row)
}

// DocumentNumber writes a 文書番号: the fiscal year in the era, the office's prefix, and the running number: 8ひなた子第12号.
func DocumentNumber(prefix string, year, running int) string {
	era := jp.Era(jp.Date{Year: year, Month: 4, Day: 1}) // 令和8年4月1日
	inEra, _, _ := strings.Cut(era, "年")
	return strings.TrimLeft(inEra, "平成令和") + prefix + "第" + strconv.Itoa(running) + "号"
}
