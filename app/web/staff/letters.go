package staff

import (
	"strconv"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// lettersOfDay is the page of a day's letters.
type lettersOfDay struct {
	Day     string
	Before  string
	After   string // empty today
	Parts   [3]string
	Letters []letterLine
}

type letterLine struct {
	ID, DocumentNumber, ReceiptNumber, Name, Outcome string
	Number                                           int
	Counter                                          bool // has no inbox: it is posted
	ReadAt                                           *time.Time
}

// dayOf is the day that a page is asked for: today in Japan unless another is named.
func dayOf(r *page.Request) jp.Date {
	values := r.Gin.Request.URL.Query()
	for _, typed := range []string{page.DateOf(values, "day"), values.Get("day")} {
		if day, err := jp.ParseDate(typed); err == nil {
			return day
		}
	}
	return jp.DateIn(time.Now())
}

func (p *pages) letters(r *page.Request) error {
	day := dayOf(r)
	lines, err := p.Review.LettersOf(r.Ctx, r.Actor, day)
	if err != nil {
		return err
	}
	out := lettersOfDay{Day: day.String(), Before: day.AddDays(-1).String(), Parts: page.DateParts(day.String(), nil, "")}
	if day.Before(jp.DateIn(time.Now())) {
		out.After = day.AddDays(1).String()
	}
	for _, l := range lines {
		out.Letters = append(out.Letters, letterLine{ID: l.ApplicationID, DocumentNumber: l.DocumentNumber, ReceiptNumber: l.ReceiptNumber, Outcome: l.Outcome,
			Number: l.Number, Counter: models.Unreached(l.Channel), ReadAt: l.ReadAt,
			Name: present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, l.Procedure), l.Procedure, r.Lang)})
	}
	return r.Show("staff/letters", out)
}

// printLetters gives a day's letters as one document.
func (p *pages) printLetters(r *page.Request) error {
	day := dayOf(r)
	pdf, err := p.Review.PrintDay(r.Ctx, r.Actor, day)
	if err != nil {
		return err
	}
	return r.PDF("letters-"+day.String(), pdf)
}

// letterPDF gives the letter of one decision of a case.
func (p *pages) letterPDF(r *page.Request) error {
	number, err := strconv.Atoi(r.Param("number"))
	if err != nil || number < 1 {
		number = -1 // there is none
	}
	pdf, err := p.Review.LetterPDF(r.Ctx, r.Actor, r.Param("id"), number)
	if err != nil {
		return err
	}
	return r.PDF("letter", pdf)
}
