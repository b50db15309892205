package parent

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// documentsPage has a card for each requirement of the plan: what it is, why it is needed or who is asked instead, its
// files, and what to do if one does not have it (P1).
type documentsPage struct {
	*draft
	Cards    []card
	Omitted  []card
	Before   string
	After    string
	MaxMB    int64
	MaxBytes int64
	MaxFiles int
	Count    int
	Left     int // cards that are not done
	Accept   string
	May      bool // files may be attached or handed in now
	// MayDeclare says whether it is not filed yet, or open for a correction.
	MayDeclare bool
	Correction string            // the page of the correction that is asked for, to which one goes back
	Asked      []answers.Consent // that spare documents
	Onward     bool              // consents, and papers that are written on the screen, are part of the page
}

// accept are the endings of the kinds of files that are taken (security.md, "Files").
const accept = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.tif,.tiff,.docx,.xlsx"

func (p *pages) documents(r *page.Request) error {
	out, err := p.documentsPage(r, "", nil)
	if err == nil {
		err = p.papers(r, out, nil, nil)
	}
	if err != nil {
		return err
	}
	if out.Plan == nil {
		return r.Redirect("/applications/" + out.ID + "/form")
	}
	return r.Show("parent/documents", out)
}

func (p *pages) documentsPage(r *page.Request, at string, wrong []page.Wrong) (*documentsPage, error) {
	d, err := p.open(r, stepDocuments)
	if err != nil {
		return nil, err
	}
	out := &documentsPage{
		draft:    d,
		Before:   d.before(stepDocuments),
		After:    d.after(stepDocuments),
		MaxMB:    p.opt.MaxFileSize >> 20,
		MaxBytes: p.opt.MaxFileSize,
		MaxFiles: p.opt.MaxFiles,
		Count:    len(d.Files),
		Accept:   accept,
	}
	if d.Plan == nil {
		return out, nil
	}
	reasons, err := p.ReasonsOf(r.Ctx, r.Actor, d.ID, r.Lang)
	if err != nil {
		return nil, err
	}
	aside, err := p.Documents.SetAside(r.Ctx, r.Actor, d.ID)
	if err != nil {
		return nil, err
	}
	for _, q := range d.Plan.Requirements {
		c := p.card(r, d, q)
		for _, one := range aside {
			if one.Document == q.Document && one.Subject == q.Subject {
				c.Aside = append(c.Aside, one)
			}
		}
		c.Because = reasons.Because(q.Document, q.Subject)
		if q.Document+"/"+q.Subject == at {
			c.Wrong, c.Open = wrong, true
			c.Reason.Value, c.Due.Parts = r.Value("reason"), page.DateParts("", r.Gin.Request.PostForm, "due")
		}
		switch {
		case c.Needed, len(c.Files) > 0, len(c.Aside) > 0:
			out.Cards = append(out.Cards, c)
		default:
			out.Omitted = append(out.Omitted, c)
		}
	}
	slices.SortStableFunc(out.Cards, func(a, b card) int { return cmp.Compare(a.order(), b.order()) })
	for _, c := range out.Cards {
		if !c.Done() {
			out.Left++
		}
	}
	for _, l := range reasons.LookedUp() {
		out.Omitted = append(out.Omitted, card{Name: l.Name, Whose: l.Whose, Why: l.Outcome, Because: l.Applicant})
	}
	out.MayDeclare, out.Correction = d.editable(), d.asked()
	if out.Onward = out.MayDeclare && out.Correction == ""; out.Onward {
		out.Asked = answers.Consents(d.catalogue, d.version, d.Plan, d.Consents, r.Lang)
	}
	out.May = d.editable() || d.ArrivedAt != nil && d.State != models.StateDecided && d.State != models.StateWithdrawn && d.State != models.StateTransferred
	return out, nil
}

// declare notes that a document will follow, or cannot be provided and why (P1); or takes that back.
func (p *pages) declare(r *page.Request) error {
	d, err := p.open(r, stepDocuments)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	document, subject := r.Param("document"), r.Param("subject")
	var all []dossier.Declaration
	for _, one := range d.Declarations {
		if one.Document != document || one.Subject != subject {
			all = append(all, one)
		}
	}
	if kind := values.Get("kind"); kind != "none" {
		one := dossier.Declaration{Document: document, Subject: subject, Kind: kind, Reason: r.Value("reason")}
		if kind == dossier.WillFollow {
			one.Due = page.DateOf(values, "due")
		}
		all = append(all, one)
	}
	if all == nil {
		all = []dossier.Declaration{}
	}
	patch, err := json.Marshal(map[string]any{"declarations": all})
	if err != nil {
		return err
	}
	version, err := versionSent(r)
	if err != nil {
		return err
	}
	if _, err := p.Apply.Change(r.Ctx, r.Actor, d.ID, version, patch); err != nil {
		return p.notDeclared(r, document+"/"+subject, len(all)-1, err)
	}
	return r.Redirect("/applications/" + d.ID + "/documents#" + page.FieldID("/documents/"+document+"/"+subject))
}

// notDeclared shows what is wrong with the declaration that was sent, the last of all, at its own fields.
func (p *pages) notDeclared(r *page.Request, at string, index int, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	own := "/declarations/" + strconv.Itoa(index)
	for i := range wrong {
		field := strings.TrimPrefix(wrong[i].Pointer, own+"/")
		if field == "reason" || field == "due" {
			wrong[i].Pointer = "/" + strings.ReplaceAll(at, "/", "-") + "-" + field
			wrong[i].Field = page.FieldID(wrong[i].Pointer)
		}
	}
	out, err := p.documentsPage(r, at, nil)
	if err != nil {
		return err
	}
	for i := range out.Cards {
		c := &out.Cards[i]
		c.Reason.Wrong, c.Due.Wrong = page.WrongAt(wrong, c.Reason.Pointer), page.WrongAt(wrong, c.Due.Pointer)
	}
	if err := p.papers(r, out, nil, nil); err != nil {
		return err
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "parent/documents", out, wrong)
}
