package admin

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const editionsPage = 20

// listedEdition is one edition of the catalogue in a list.
type listedEdition struct {
	publish.Edition
	Place string
}

// editions lists those that concern the admin, newest first.
func (p *pages) editions(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	list := func(at postgres.Page) ([]publish.Edition, error) { return p.Publish.List(r.Ctx, r.Actor, at) }
	all, next, err := page.Paged(r, editionsPage, list, func(e publish.Edition) string { return e.ID })
	if err != nil {
		return err
	}
	var out struct {
		Editions  []listedEdition
		Next      string
		Installed string // the digest of the edition that was installed, where the admin may bring it back
		Papers    bool   // the admin has documents of the own municipality to change
	}
	out.Papers = !r.National()
	if next != "" {
		out.Next = "/admin/editions?after=" + next
	}
	for _, e := range all {
		out.Editions = append(out.Editions, listedEdition{e, n.place(e.Scope)})
	}
	if r.National() && len(all) > 0 && next == "" {
		if out.Installed, err = p.Publish.Installed(r.Ctx); err != nil {
			return err
		}
		if p.Editions().At(publish.National, p.Dossiers.DB.Now()).Ref.National == out.Installed {
			out.Installed = "" // it is in force
		}
	}
	return r.Show("admin/editions", out)
}

// said is one line of what was found: of a procedure, and in words.
type said struct{ Heading, Text string }

// editionView is one edition: what it changes and what was found, who proposed it, what can be done with it now.
type editionView struct {
	*publish.Edition
	Place                    string
	Changes, Warnings, Tests []said
	Unfit                    []string // municipalities whose own edition does not fit this one
	Published                []string // how it was published, in words; nil while it is not
	Circular                 cited
	Uploader                 string
	Proposer, Decider        string
	Own                      bool // this admin proposed it, and so cannot approve it
	Writes                   bool // this admin's reach has it
	Propose, Approve         bool
	Cancel, Restore          bool
	Papers, Texts            bool // the draft can be changed on pages: own documents; texts and case tables
	From                     instant
	Fields                   []page.Field // circular and reason of a proposal
	Registered               bool
	Tried                    *replayed    // the last replay; nil if none was begun
	Period                   []page.Field // of a replay to begin; none where the admin may not
	PeriodWrong              bool
}

func (p *pages) edition(r *page.Request) error {
	out, err := p.editionOf(r, nil)
	if err != nil {
		return err
	}
	return r.Show("admin/edition", out)
}

// editionOf makes the page of one edition, with what was typed into its proposal.
func (p *pages) editionOf(r *page.Request, typed url.Values) (*editionView, error) {
	e, err := p.Publish.Get(r.Ctx, r.Actor, r.Param("id"))
	if err != nil {
		return nil, err
	}
	both, err := p.Publish.Catalogues(r.Ctx, r.Actor, e.ID)
	if err != nil {
		return nil, err
	}
	n, err := p.names(r)
	if err != nil {
		return nil, err
	}
	circulars, err := p.cited(r, e.Circular)
	if err != nil {
		return nil, err
	}
	out := &editionView{Edition: e, Place: n.place(e.Scope), Circular: circulars[e.Circular], Uploader: n.person(e.UploadedBy), Proposer: n.person(e.ProposedBy),
		Decider: n.person(e.DecidedBy), Own: e.ProposedBy == r.Actor.Person}
	out.found(n, both, r.Lang)
	if e.DecidedAt != nil {
		var made *certificate.Certificate
		if e.Certificate != nil {
			made = &e.Certificate.Certificate
		}
		out.Published = present.Publication(made, false, out.Place, r.Lang)
	}
	out.Writes = r.National() && e.Scope == publish.National || !r.National() && e.Scope == r.Actor.Municipality
	replay, err := p.Publish.LastReplay(r.Ctx, r.Actor, e.ID)
	if err != nil {
		return nil, err
	}
	if out.Tried = n.replayedOf(e, both, replay); out.Writes {
		out.Period = periodFields(r, nil)
	}
	proposed := e.State == string(models.EditionProposed)
	out.Papers = out.Writes && !r.National() && e.State == string(models.EditionDraft)
	out.Texts = out.Writes && r.National() && e.State != string(models.EditionCancelled)
	out.Propose = out.Writes && e.State == string(models.EditionDraft) && len(e.Cases.Failed) == 0
	out.Approve = out.Writes && proposed && !out.Own
	out.Cancel = out.Writes && (proposed || e.State == string(models.EditionDraft) || e.State == string(models.EditionApproved))
	out.Restore = out.Writes && (e.State == publish.StateSuperseded || e.State == string(models.EditionCancelled))
	if !out.Propose {
		return out, nil
	}
	return out, out.ask(n, typed)
}

// ask puts the questions of a proposal on the page.
func (v *editionView) ask(n *names, typed url.Values) error {
	v.From = n.instant("from", "/from", "admin.from-when", typed, time.Time{})
	v.From.Need = true
	circular, registered, err := n.circulars(typed.Get("circular"))
	reason := n.r.Field(page.FieldArea, "reason", "admin.reason")
	reason.Need, reason.Value, reason.MaxLength = true, typed.Get("reason"), 2000
	v.Fields, v.Registered = []page.Field{reason, circular}, registered
	return err
}

// found says in words what the edition changes and what was found in it.
func (v *editionView) found(n *names, both *publish.Catalogues, lang string) {
	for _, c := range v.Diff {
		one := say.Change(both.Before, both.After, c, lang)
		v.Changes = append(v.Changes, said{one.Procedure + " " + one.Versions, one.Text})
	}
	for _, f := range v.Findings {
		v.Warnings = append(v.Warnings, said{say.Severity(f, lang), say.Finding(both.After, f, lang)})
	}
	for _, c := range v.Cases.Failed {
		table := strings.TrimPrefix(c.File, cases.Folder)
		v.Tests = append(v.Tests, said{n.r.Text("admin.edition-case-at", "table", table, "line", c.Line), c.Name})
	}
	for _, c := range v.Conflicts {
		v.Unfit = append(v.Unfit, n.place(c.Municipality))
	}
}

func (p *pages) newEdition(r *page.Request) error { return r.Show("admin/edition-new", editionForm(r)) }

func editionForm(r *page.Request) []page.Field {
	zip := r.Field(page.FieldFile, "zip", "admin.edition-zip")
	zip.Need, zip.Accept = true, "application/zip,.zip"
	return []page.Field{zip}
}

// uploadEdition takes a bundle from the form.
func (p *pages) uploadEdition(r *page.Request) error {
	zip, err := r.Hold("zip", edition.MaxBundle, fault.New(fault.TooLarge, fault.CodeTooLarge, "edition-too-large", fault.Number("max", edition.MaxBundle>>20)))
	if err == nil && zip.Name == "" {
		err = r.Invalid("/zip", "admin.edition-zip-missing")
	}
	if err == nil {
		once, failed := r.Once("POST /admin/editions/new", zip)
		if failed != nil {
			return failed
		}
		var e *publish.Edition
		if e, err = p.Publish.Upload(r.Ctx, r.Actor, once, zip.Contents); err == nil {
			return r.Redirect("/admin/editions/" + e.ID)
		}
	}
	fields := editionForm(r)
	wrong, _ := r.Wrong(err)
	page.Mark(fields, wrong)
	return r.Again("admin/edition-new", fields, err)
}

// editionFiles gives the files of an edition as one zip file.
func (p *pages) editionFiles(r *page.Request) error {
	b, err := p.Publish.Bundle(r.Ctx, r.Actor, r.Param("id"))
	if err != nil {
		return err
	}
	zip, err := b.Zip()
	if err != nil {
		return err
	}
	r.Gin.Header("Content-Disposition", `attachment; filename="edition-`+b.Digest()[:12]+`.zip"`)
	r.Gin.Data(http.StatusOK, "application/zip", zip)
	return nil
}

func (p *pages) proposeEdition(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	once, err := r.Once("POST /admin/editions/" + r.Param("id") + "/propose")
	if err != nil {
		return err
	}
	from, ok := instantOf(values, "from")
	if !ok {
		err = r.Invalid("/from", "admin.invalid-instant")
	} else {
		in := publish.Proposal{From: from, Reason: values.Get("reason"), Circular: values.Get("circular")}
		if _, err = p.Publish.Propose(r.Ctx, r.Actor, once, r.Param("id"), in); err == nil {
			return r.Redirect("/admin/editions/" + r.Param("id"))
		}
	}
	out, failed := p.editionOf(r, values)
	if failed != nil {
		return failed
	}
	wrong, _ := r.Wrong(err)
	page.Mark(out.Fields, wrong)
	page.Label(wrong, "/from", out.From.Label)
	out.From.Wrong = page.WrongAt(wrong, "/from")
	return r.Again("admin/edition", out, err)
}

// decideEdition makes the handler of a decision. The version that the page showed guards it: what was decided meanwhile is shown first.
func (p *pages) decideEdition(do func(*publish.Service, context.Context, models.Actor, string) (*publish.Edition, error)) page.Handler {
	return func(r *page.Request) error {
		seen, err := p.editionOf(r, nil)
		if err != nil {
			return err
		}
		if strconv.FormatInt(seen.Version, 10) != r.Value("version") {
			return r.Again("admin/edition", seen, fault.New(fault.Stale, fault.CodeStale, "admin-decided"))
		}
		if _, err := do(p.Publish, r.Ctx, r.Actor, seen.ID); err != nil {
			return r.Again("admin/edition", seen, err)
		}
		return r.Redirect("/admin/editions/" + seen.ID)
	}
}

func (p *pages) restoreEdition(r *page.Request) error {
	once, err := r.Once("POST /admin/editions/" + r.Param("id") + "/restore")
	if err != nil {
		return err
	}
	e, err := p.Publish.Restore(r.Ctx, r.Actor, once, r.Param("id"))
	if err != nil {
		return err
	}
	return r.Redirect("/admin/editions/" + e.ID)
}
