package parent

import (
	"encoding/json"
	"net/url"
	"slices"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// beginning is the page on which an application begins: what is ahead, and the first step of its questions. The draft is made when
// they are sent.
type beginning struct {
	Code, Name, Place, Municipality string
	Title                           string // of the first step
	Steps                           []stepLink
	Given                           []answers.Sent // what was answered before, and is asked on later pages
	*guide.ProcedurePage
	Parts     []answers.Part
	Devices   hint
	Duplicate string       // the application for the same thing: what to do has to be said
	OpenDraft bool         // it is a draft still
	Keep      string       // under which name the browser keeps what is typed
	Begun     []apply.View // of the same procedure, open draft or under way
	Children  *children    // of an earlier application, who can be taken into the questions
	SignIn    bool         // fields are filled in by the sign-in
}

// keepKey is the name under which a browser's tab keeps what a person types before there is a draft: another person who signs in there
// is not shown it.
func keepKey(r *page.Request, procedure, municipality string) string {
	return digest([]byte(r.Actor.Person + "/" + procedure + "/" + municipality))[:16]
}

// mostBegun is how many of a person's applications are looked through for one that is the same.
const mostBegun = 200

// begun are the applications of the same procedure that the person has open: to go on with, before another one is begun.
func (p *pages) begun(r *page.Request, procedure, municipality string) ([]apply.View, error) {
	all, err := p.Apply.List(r.Ctx, r.Actor, postgres.Page{Limit: mostBegun})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(v apply.View) bool {
		over := []models.ApplicationState{models.StateDecided, models.StateWithdrawn, models.StateExpired, models.StateTransferred}
		return v.Procedure != procedure || v.Municipality != municipality || slices.Contains(over, v.State)
	}), nil
}

func (p *pages) begin(r *page.Request) error {
	out, err := p.beginning(r, r.Query("municipality"), nil, nil)
	if err != nil {
		return err
	}
	if out.Municipality == "" {
		return r.Redirect("/procedures/" + url.PathEscape(out.Code))
	}
	if out.Begun, err = p.begun(r, out.Code, out.Municipality); err != nil {
		return err
	}
	return r.Show("parent/begin", out)
}

func (p *pages) beginning(r *page.Request, municipality string, posted url.Values, wrong []page.Wrong) (*beginning, error) {
	now, err := p.Guide.Procedure(r.Ctx, r.Param("code"), municipality, noInstant)
	if err != nil {
		return nil, err
	}
	places, err := p.places(r)
	if err != nil {
		return nil, err
	}
	offered, err := p.children(r, now.Version, posted)
	if err != nil {
		return nil, err
	}
	saved := beginningOf(now)
	first := saved.Steps()[0]
	b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: saved.Day, Facilities: now.Catalogue.Facilities()}
	signIn := false
	if posted == nil {
		saved.Form, signIn = p.knownIn(r, &b, first, nil, nil)
	}
	out := &beginning{
		Code:          now.Version.Procedure.Code,
		Name:          now.Version.Title().In(r.Lang),
		ProcedurePage: now,
		Children:      offered,
		SignIn:        signIn,
		Parts:         b.Step(first, saved),
		Devices:       p.hint(r, now.Signature),
		Title:         titleOf(r, now.Version, first),
		Steps:         asking(r, saved, ""),
		Given:         answers.Elsewhere(posted, first),
	}
	out.Steps[0].Current = true
	out.Steps = append(out.Steps, stepLink{Title: r.Text("step.documents")}, stepLink{Title: r.Text("step.check")})
	if now.Signature == models.SignatureSignature {
		out.Steps = append(out.Steps, stepLink{Title: r.Text("step.sign")})
	}
	if m := now.Municipality; m != nil {
		out.Municipality, out.Place = m.Code, present.Municipality(m, r.Lang)
		out.Keep = keepKey(r, out.Code, m.Code)
	}
	return out, nil
}

// beginningOf is an application of which nothing is answered.
func beginningOf(now *guide.ProcedurePage) answers.Saved {
	out := answers.Saved{Version: now.Version, Day: jp.DateIn(now.At)}
	if now.Municipality != nil {
		out.Municipality = now.Municipality.Code
	}
	return out
}

// create makes the draft of the first answers. Buttons that add and remove an entry only show the page again.
func (p *pages) create(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	municipality := values.Get("municipality")
	if values.Has(takeChildren) || answers.Edited(values) {
		out, err := p.beginning(r, municipality, values, nil)
		if err != nil {
			return err
		}
		return r.Show("parent/begin", out)
	}
	now, err := p.Guide.Procedure(r.Ctx, r.Param("code"), municipality, noInstant)
	if err != nil {
		return err
	}
	saved := beginningOf(now)
	given, sections := saved.SentStep(saved.Steps()[0], values, false)
	facts, err := json.Marshal(given)
	if err != nil {
		return err
	}
	req, err := r.Once("POST /apply/" + now.Version.Procedure.Code)
	if err != nil {
		return err
	}
	v, err := p.Apply.Create(r.Ctx, r.Actor, req, apply.Draft{
		Procedure:    now.Version.Procedure.Code,
		Municipality: municipality,
		Facts:        facts,
		Form:         sections,
		OnDuplicate:  values.Get("on_duplicate"),
	})
	if err != nil {
		return p.notBegun(r, municipality, values, facts, sections, err)
	}
	first := saved.Steps()[0]
	saved.Facts, saved.Form = v.Facts, v.Form
	if at := saved.Untold(first, values); at != "" {
		return r.Redirect("/applications/" + v.ID + "/form/" + first.Key + "#" + at)
	}
	return r.Redirect("/applications/" + v.ID + "/form")
}

// notBegun shows the page again with everything that was answered. Of an application for the same thing it says which,
// and asks what to do.
func (p *pages) notBegun(r *page.Request, municipality string, values url.Values, facts []byte, sections map[string]any, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	out, err := p.beginning(r, municipality, values, wrong)
	if err != nil {
		return err
	}
	if f := fault.As(refused); f != nil && f.Code == fault.CodeDuplicate {
		first, err := p.Apply.Get(r.Ctx, r.Actor, f.Extra["id"])
		if err != nil {
			return err
		}
		out.Duplicate, out.OpenDraft = first.ID, first.State == models.StateDraft
		if out.OpenDraft && values.Get("on_duplicate") == apply.Amend {
			return p.goOn(r, first, facts, sections)
		}
	}
	answers.Name(out.Parts, wrong)
	return r.ShowWith(r.Status(refused), "parent/begin", out, answers.Once(out.Parts, wrong))
}

// goOn takes the answers into the open draft for the same thing, and leads there.
func (p *pages) goOn(r *page.Request, first *apply.View, facts []byte, sections map[string]any) error {
	patch, err := json.Marshal(map[string]any{"facts": json.RawMessage(facts), "form": sections})
	if err != nil {
		return err
	}
	if _, err := p.Apply.Change(r.Ctx, r.Actor, first.ID, first.Version, patch); err != nil {
		return err
	}
	return r.Redirect("/applications/" + first.ID + "/form")
}
