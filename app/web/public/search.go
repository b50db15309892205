package public

import (
	"net/url"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// search is what a person looks for, as the form shows it again, and what was found.
type search struct {
	Events         []event
	Categories     []catalogue.Category
	Municipalities []models.Municipality
	Municipality   string
	Category       string
	Words          string
	Birth          page.Field

	Second bool // its button is not what one is to do first

	Found  []guide.Found
	Wanted bool // anything narrows the search
}

// event is what happens in a family's life, with the procedures that it calls for as they are today.
type event struct {
	Name       catalogue.Text
	Procedures []*catalogue.Version
}

func events(c *catalogue.Catalogue) []event {
	today := jp.DateIn(time.Now())
	var out []event
	for _, e := range c.Events() {
		one := event{Name: e.Name}
		for _, code := range e.Procedures {
			if v := c.Version(code, today); v != nil {
				one.Procedures = append(one.Procedures, v)
			}
		}
		out = append(out, one)
	}
	return out
}

// mostMunicipalities bounds the list to choose from: there are some 1,900 in the country, special wards included.
const mostMunicipalities = 2000

// Place is the municipality that was chosen; nil while none is.
func (s *search) Place() *models.Municipality {
	if i := slices.IndexFunc(s.Municipalities, func(m models.Municipality) bool { return m.Code == s.Municipality }); i >= 0 {
		return &s.Municipalities[i]
	}
	return nil
}

// form is the search form with what the address says.
func (p *pages) form(r *page.Request) (*search, url.Values, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities})
	if err != nil {
		return nil, nil, err
	}
	values := r.Gin.Request.URL.Query()
	now := p.Editions().Now(r.Query("municipality"))
	s := &search{
		Events:         events(now),
		Categories:     now.Categories(),
		Municipalities: all,
		Municipality:   r.Query("municipality"),
		Category:       r.Query("category"),
		Words:          r.Query("q"),
	}
	s.Birth = r.Field(page.FieldDate, "birth", "search.birth")
	s.Birth.Pointer, s.Birth.Parts = "/child_birth_date", page.DateParts("", values, "birth")
	return s, values, nil
}

// found searches the procedures: GET /procedures. What cannot be searched for is said at its field, and everything is
// shown instead.
func (p *pages) found(r *page.Request) error {
	s, values, err := p.form(r)
	if err != nil {
		return err
	}
	q := guide.Query{Municipality: s.Municipality, Category: s.Category, Words: s.Words}
	if typed := page.DateOf(values, "birth"); typed != "" {
		if q.Birth, err = jp.ParseDate(typed); err != nil {
			return p.again(r, s, r.Invalid("/child_birth_date", "search.no-date"))
		}
	}
	if s.Found, err = p.Guide.Search(r.Ctx, q); err != nil {
		return p.again(r, s, err)
	}
	s.Wanted = q != (guide.Query{})
	r.Public(time.Minute)
	return r.Show("public/found", s)
}

// again shows the form with what is wrong and with all procedures.
func (p *pages) again(r *page.Request, s *search, refused error) error {
	if fault.KindOf(refused) != fault.Refused {
		return refused
	}
	var err error
	if s.Found, err = p.Guide.Search(r.Ctx, guide.Query{}); err != nil {
		return err
	}
	if wrong, ok := r.Wrong(refused); ok {
		s.Birth.Wrong = page.WrongAt(wrong, s.Birth.Pointer)
	}
	return r.Again("public/found", s, refused)
}
