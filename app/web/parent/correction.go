package parent

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// correctionPage shows only what the municipality asked to be corrected (補正): its words, the fields, the documents.
type correctionPage struct {
	*draft
	Asked apply.CorrectionView
	Parts []answers.Part
	Which bool // the name of a bank or branch that was typed may mean several: one is to be chosen
	Cards []card
	List  []askedFor // all that is asked for, ticked as it is given
	All   bool       // all of it is there

	fields []string // what is asked for, with what depends on it
}

func (p *pages) correction(r *page.Request) error {
	out, err := p.correctionPage(r, nil, nil)
	if err != nil {
		return err
	}
	switch {
	case handedIn(out.Asked):
		return r.Show("parent/corrected", out)
	case out.Asked.State != "open":
		return r.Redirect("/applications/" + out.ID)
	}
	return r.Show("parent/correction", out)
}

func (p *pages) correctionPage(r *page.Request, posted url.Values, wrong []page.Wrong) (*correctionPage, error) {
	d, err := p.open(r, "")
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(r.Param("n"))
	at := slices.IndexFunc(d.Corrections, func(c apply.CorrectionView) bool { return c.Number == number })
	if err != nil || at < 0 {
		return nil, fault.ErrNotFound
	}
	places, err := p.places(r)
	if err != nil {
		return nil, err
	}
	out := &correctionPage{draft: d, Asked: d.Corrections[at], Which: r.Query("which") != ""}
	if answers.Accounts(d.askedSections()) {
		if d.banks, err = p.Dossiers.Banks(r.Ctx); err != nil {
			return nil, err
		}
	}
	b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: d.saved().Day, Banks: d.banks,
		Facilities: d.catalogue.Facilities()}
	b.About(d.saved())
	var all []answers.Part
	if d.touches("/facts") {
		all = b.Facts(d.version, d.Facts)
	}
	for _, s := range d.sections() {
		all = append(all, b.Section(s, d.Form, d.saved().Entries(s))...)
	}
	out.fields = answers.WholeAccounts(d.sections(), answers.With(all, out.Asked.Fields))
	out.Parts = only(all, out.fields)
	answers.Name(out.Parts, wrong)
	if d.Plan != nil {
		for _, q := range d.Plan.Requirements {
			if slices.Contains(out.Asked.Items, apply.DocumentOf{Document: q.Document, Subject: q.Subject}) {
				c := p.card(r, d, q)
				c.Wrong = page.WrongAt(wrong, "/documents/"+q.Document+"/"+q.Subject)
				out.Cards = append(out.Cards, c)
			}
		}
	}
	out.List, out.All = out.list(r)
	return out, nil
}

// only keeps the questions that were asked for: a field by its own pointer, or all of what lies below one.
func only(parts []answers.Part, asked []string) []answers.Part {
	var out []answers.Part
	for _, part := range parts {
		switch {
		case part.Field != nil:
			if slices.ContainsFunc(asked, func(a string) bool { return part.Field.Pointer == a || strings.HasPrefix(part.Field.Pointer, a+"/") }) {
				out = append(out, part)
			}
		case part.Group != nil:
			if inner := only(part.Group.Parts, asked); len(inner) > 0 {
				group := *part.Group
				group.Parts = inner
				part.Group = &group
				out = append(out, part)
			}
		case part.List != nil: // the whole list: its entries are sent together
			at := "/" + strings.ReplaceAll(part.List.Name, ".", "/")
			if slices.ContainsFunc(asked, func(a string) bool { return a == at || strings.HasPrefix(a, at+"/") }) {
				out = append(out, part)
			}
		}
	}
	return out
}

// attachTo begins the value of the button that saves what was typed and goes to a document.
const attachTo = "attach-"

// correct saves what was changed, and hands the correction in if the person says so.
func (p *pages) correct(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	shown, err := p.correctionPage(r, values, nil)
	if err != nil {
		return err
	}
	if answers.Edited(values) { // another entry, or one less: nothing is saved by that
		if shown, err = p.correctionPage(r, values, nil); err != nil {
			return err
		}
		return r.Show("parent/correction", shown)
	}
	d := shown.draft
	version, err := versionSent(r)
	if err != nil {
		return err
	}
	if patch := d.correctionPatch(shown, values); patch != nil {
		v, err := p.Apply.Change(r.Ctx, r.Actor, d.ID, version, patch)
		if err != nil {
			return p.notCorrected(r, values, err)
		}
		version = v.Version
	}
	if d.saved().Unclear(d.askedSections(), values) { // before it is handed in for good
		return r.Redirect(r.Gin.Request.URL.Path + "?which=yes")
	}
	switch then := r.Value("then"); {
	case strings.HasPrefix(then, attachTo): // what was typed is saved first
		for _, c := range shown.Cards {
			if at := c.Document + "-" + c.Subject; then == attachTo+at {
				return r.Redirect("/applications/" + d.ID + "/documents#documents-" + at)
			}
		}
		return r.Redirect("/applications/" + d.ID + "/documents")
	case then != "submit":
		return r.Redirect(r.Gin.Request.URL.Path)
	}
	req, err := r.Once("POST /applications/corrections " + d.ID + "/" + r.Param("n"))
	if err != nil {
		return err
	}
	if _, err := p.Apply.SubmitCorrection(r.Ctx, r.Actor, req, d.ID, shown.Asked.Number, &version); err != nil {
		return p.notCorrected(r, values, err)
	}
	return r.Redirect(r.Gin.Request.URL.Path)
}

func (p *pages) notCorrected(r *page.Request, values url.Values, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	out, err := p.correctionPage(r, values, wrong)
	if err != nil {
		return err
	}
	for i := range wrong {
		if !out.shows(wrong[i]) { // what was corrected makes something else necessary: it is entered where it belongs
			wrong[i].Link, wrong[i].Field = out.placeOf(wrong[i]), ""
		}
	}
	return r.ShowWith(r.Status(refused), "parent/correction", out, wrong)
}

// shows says whether what is wrong is put right on this page.
func (c *correctionPage) shows(w page.Wrong) bool {
	if w.Document != "" {
		return slices.Contains(c.Asked.Items, apply.DocumentOf{Document: w.Document, Subject: w.Subject})
	}
	return w.Pointer == "" || slices.ContainsFunc(c.Asked.Fields, func(a string) bool { return w.Pointer == a || strings.HasPrefix(w.Pointer, a+"/") })
}
