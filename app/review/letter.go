package review

import (
	"cmp"
	"context"
	"embed"
	"strings"
	"text/template"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

//go:embed letters/*.txt
var letterFiles embed.FS

// letters are the frame, "letter", and one text a procedure and outcome: "child-allowance-claim/approved"; "own/…" for a procedure
// that only a municipality has.
var letters = template.Must(template.New("letters").ParseFS(letterFiles, "letters/*.txt"))

// letter is what a decision letter (決定通知書) says; its templates know no other fields.
type letter struct {
	Effect       string // what is decided, the text of the procedure and outcome
	Rejected     bool
	Name         string // whom it is to
	Receipt      string
	Procedure    string
	LegalBasis   string
	Municipality string
	Office       string
	Telephone    string
	Arrived      string // days in both calendars: 2026年4月1日（令和8年4月1日）
	Claim        string
	Decided      string
	Reason       string
	Besides      string
}

// letterOf gathers what the letter of a decision says.
func letterOf(w *work, in Verdict, m *models.Municipality) (letter, string) {
	l := letter{
		Rejected:     in.Outcome == models.Rejected,
		Name:         addressee(w.file.Content.Form),
		Procedure:    w.sheet.Version.Name.Ja,
		LegalBasis:   w.sheet.Version.LegalBasis.Ja,
		Municipality: m.NameJa,
		Office:       m.OfficeJa,
		Telephone:    m.Telephone,
		Arrived:      bothCalendars(jp.DateIn(*w.app.ArrivedAt)),
		Decided:      bothCalendars(jp.DateIn(w.tx.Now)),
		Reason:       strings.TrimSpace(in.Reason),
		Besides:      strings.TrimSpace(in.Letter),
	}
	if w.app.ReceiptNumber != nil {
		l.Receipt = *w.app.ReceiptNumber
	}
	if w.app.ClaimOn != nil {
		l.Claim = bothCalendars(jp.DateOf(*w.app.ClaimOn))
	}
	effect := w.app.Procedure + "/" + in.Outcome
	if letters.Lookup(effect) == nil { // a municipality's own procedure
		effect = "own/" + in.Outcome
	}
	return l, effect
}

// writeLetter fills the frame and the text of the procedure and outcome in.
func writeLetter(l letter, effect string) (string, error) {
	var out strings.Builder
	if err := letters.ExecuteTemplate(&out, effect, l); err != nil {
		return "", err
	}
	l.Effect = strings.TrimSpace(out.String())
	out.Reset()
	err := letters.ExecuteTemplate(&out, "letter", l)
	return strings.TrimSpace(out.String()) + "\n", err
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

// Preview gives the letter that a decision would have, and decides nothing: the reviewer reads what the parent will read.
// It is given also while something is open.
//
// Errors: not-found; conflict for an old fence; invalid-request and individual-number with pointers.
func (s *Service) Preview(ctx context.Context, actor models.Actor, held HeldCase, in Verdict) (string, error) {
	var out string
	err := s.write(ctx, actor, held, func(w *work) (err error) {
		if err = in.check(); err == nil {
			out, err = w.letter(in)
		}
		return err
	})
	return out, err
}

// letter writes the letter of a decision.
func (w *work) letter(in Verdict) (string, error) {
	municipality, err := w.tx.Municipality(w.app.Municipality)
	if err != nil {
		return "", err
	}
	return writeLetter(letterOf(w, in, municipality))
}
