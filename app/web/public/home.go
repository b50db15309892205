package public

import (
	"strconv"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// home is the first page: what is due of whom is signed in; search by life event, by the child's age, by words, for a municipality.
type home struct {
	*search
	Owed     []owed
	Personas []Persona
}

// owed is one thing that is to be done, and where.
type owed struct {
	Kind, Name, Place string // of the procedure; of the municipality
	Document          string // with whose it is; of one that follows
	Until, Link       string
}

func (p *pages) home(r *page.Request) error {
	s, _, err := p.form(r)
	if err != nil {
		return err
	}
	out := home{s, nil, p.personas}
	if who, ok := r.Applicant("list-owed"); ok {
		if out.Owed, err = p.owed(r, who); err != nil {
			return err
		}
		s.Second = len(out.Owed) > 0
	}
	r.Public(time.Minute)
	return r.Show("public/home", out)
}

// owed is what somebody has to do, in their words, each with the page where it is done.
func (p *pages) owed(r *page.Request, who models.Actor) ([]owed, error) {
	all, err := p.Owed(r.Ctx, who)
	if err != nil {
		return nil, err
	}
	place, err := p.Guide.Names(r.Ctx, r.Lang == page.English)
	if err != nil {
		return nil, err
	}
	today := jp.DateIn(time.Now())
	var out []owed
	for _, o := range all {
		one := owed{Kind: o.Kind, Place: place(o.Municipality), Link: "/applications/" + o.Application}
		one.Name = present.ProcedureTitle(p.Editions().ForProcedure(o.Municipality, o.Procedure), o.Procedure, r.Lang)
		if !o.On.IsZero() {
			one.Until = present.Until(o.On, today, r.Lang)
		}
		switch o.Kind {
		case apply.OwedCorrection:
			one.Link += "/corrections/" + strconv.Itoa(o.Number)
		case apply.OwedDocument:
			one.Document = present.Of(p.Editions().ForDocument(o.Municipality, o.Document), o.Document, o.Subject, r.Lang)
			one.Link += "/documents#" + page.FieldID("/documents/"+o.Document+"/"+o.Subject)
		case apply.OwedSignature:
			one.Link += "/sign"
		case apply.OwedDraft:
			one.Link += "/form"
		case apply.OwedLetter:
			one.Link += "/letter"
		}
		out = append(out, one)
	}
	return out, nil
}
