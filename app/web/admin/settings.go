package admin

import (
	"slices"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// settings is the overview: the office, each procedure, the closed days, each with a page of its own.
type settings struct {
	*operate.Settings
	Place          string
	Municipalities []page.Choice // for a national admin, who may choose
	Procedures     []offered
	Closed         []closedIn
	Saved          bool
	Lacks          []string // what letters need and nobody has entered
}

// closedIn is the closed days of one year.
type closedIn struct {
	Year int
	Days []models.ClosedDay
	Open bool // this year, and those to come
}

// offered is one procedure of the catalogue in the municipality.
type offered struct {
	Code, Name     string
	Offering       *models.Offering // nil: not offered
	Opens, Closes  string
	Deadline       string
	SignatureWords string
}

// settings shows the own municipality's, or those that a national admin chose.
func (p *pages) settings(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	code := r.Actor.Municipality
	out := settings{Saved: r.Query("saved") == "yes"}
	if r.National() {
		out.Municipalities = n.municipalities()
		if code = r.Query("municipality"); code == "" {
			return r.Show("admin/settings", out)
		}
	}
	if out.Settings, err = p.Operate.Settings(r.Ctx, r.Actor, code); err != nil {
		return err
	}
	letters, err := p.Operate.Letters(r.Ctx, r.Actor, code)
	if err != nil {
		return err
	}
	out.Lacks = lackOf(r, letters.Now.Missing())
	out.Place = n.place(code)
	for _, one := range p.Editions().Now(code).Procedures() {
		out.Procedures = append(out.Procedures, n.offered(out.Settings, one.Code))
	}
	now := closedYear("")
	for _, d := range out.ClosedDays {
		if last := len(out.Closed) - 1; last < 0 || out.Closed[last].Year != d.Day.Year() {
			out.Closed = append(out.Closed, closedIn{Year: d.Day.Year(), Open: d.Day.Year() >= now})
		}
		year := &out.Closed[len(out.Closed)-1]
		year.Days = append(year.Days, d)
	}
	return r.Show("admin/settings", out)
}

func (n *names) offered(s *operate.Settings, code string) offered {
	out := offered{Code: code, Name: n.procedure(code)}
	i := slices.IndexFunc(s.Offerings, func(o models.Offering) bool { return o.Procedure == code })
	if i < 0 {
		return out
	}
	o := &s.Offerings[i]
	out.Offering, out.Opens, out.Closes, out.Deadline = o, dayOf(o.OpensOn), dayOf(o.ClosesOn), dayOf(o.DeadlineOn)
	out.SignatureWords = n.r.Text("admin.signature-" + o.Signature)
	return out
}

// settingsForm is one page of the settings: a part of the whole, which is stored as a whole by the version that the page
// showed.
type settingsForm struct {
	Code, Place string
	Name        string // of the procedure, on its page
	Procedure   string
	Fields      []page.Field
	Version     int64
	Offered     bool
	Days        int // lines of the form of closed days
	Year        int // whose closed days they are
	Years       []int
	Preview     *preview
}

// opened reads the settings that a page shows a part of.
func (p *pages) opened(r *page.Request) (*names, *operate.Settings, *settingsForm, error) {
	n, err := p.names(r)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := p.Operate.Settings(r.Ctx, r.Actor, r.Param("code"))
	if err != nil {
		return nil, nil, nil, err
	}
	return n, s, &settingsForm{Code: s.Municipality.Code, Place: n.place(s.Municipality.Code), Version: s.Municipality.Version}, nil
}

// store puts the settings with the part that a page changed. The faults' pointers are those of the whole; find gives the
// form's own.
func (p *pages) store(r *page.Request, name string, form *settingsForm, s *operate.Settings, find func(pointer string) string) error {
	version, err := strconv.ParseInt(r.Value("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	form.Version = version
	if _, err = p.Operate.PutSettings(r.Ctx, r.Actor, version, *s); err == nil {
		return r.Redirect("/admin/settings?saved=yes&municipality=" + form.Code)
	}
	if f := fault.As(err); f != nil {
		for i := range f.Details {
			f.Details[i].Pointer = find(f.Details[i].Pointer)
		}
	}
	return p.againSettings(r, name, form, err)
}

func (p *pages) againSettings(r *page.Request, name string, form *settingsForm, err error) error {
	wrong, _ := r.Wrong(err)
	page.Mark(form.Fields, wrong)
	return r.Again(name, form, err)
}

// dayOf writes a day of the database.
func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}
