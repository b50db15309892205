package staff

import (
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// step carries out what a reviewer does with the case as a whole, and shows the case again.
func (p *pages) step(r *page.Request) error {
	step := r.Param("step")
	if r.Value("fill") != "" {
		return p.begin(r, step)
	}
	h, err := p.heldCase(r)
	if err != nil {
		return p.refused(r, step, err)
	}
	if r.Value("preview") == "yes" && (step == review.StepApprove || step == review.StepReject) {
		return p.preview(r, h, step)
	}
	if err := p.perform(r, h, step); err != nil {
		return p.refused(r, step, err)
	}
	if (step == review.StepApprove || step == review.StepReject) && r.Value("next") == "yes" {
		return p.afterDecision(r, h.Case)
	}
	return r.Redirect("/staff/cases/" + h.Case)
}

func (p *pages) perform(r *page.Request, h review.HeldCase, step string) error {
	switch step {
	case "note":
		_, err := p.Queue.AddNote(r.Ctx, r.Actor, h.Case, h.Fence, r.Value("text"))
		return err
	case review.StepAccept:
		return p.Review.Accept(r.Ctx, r.Actor, h)
	case review.StepRequest:
		return p.ask(r, h)
	case review.StepLapse:
		return p.lapse(r, h)
	case review.StepApprove, review.StepReject:
		_, err := p.Review.Decide(r.Ctx, r.Actor, h, verdict(r, step))
		return err
	case review.StepReopen:
		return p.Review.Reopen(r.Ctx, r.Actor, h, r.Value("reason"))
	case review.StepPassOn:
		if r.Value("reason") == "" {
			return r.Invalid("/reason", "case.reason-needed")
		}
		return p.Transfer.PassOn(r.Ctx, r.Actor, h.Case, h.Fence, r.Value("municipality"), r.Value("reason"))
	case "protect", "unprotect":
		return p.Review.Protect(r.Ctx, r.Actor, h, step == "protect", r.Value("reason"))
	case "ask-all":
		return p.askNetwork(r, h, nil)
	}
	return fault.ErrNotFound
}

func verdict(r *page.Request, step string) review.Verdict {
	out := review.Verdict{Outcome: models.Approved, Reason: r.Value("reason"), Letter: r.Value("letter")}
	if step == review.StepReject {
		out.Outcome = models.Rejected
	}
	return out
}

// preview shows the case again with the letter that the decision would have.
func (p *pages) preview(r *page.Request, h review.HeldCase, step string) error {
	letter, err := p.Review.Preview(r.Ctx, r.Actor, h, verdict(r, step))
	if err != nil {
		return p.refused(r, step, err)
	}
	out, err := p.open(r)
	if err != nil {
		return err
	}
	out.Opened, out.Letter = step, letter
	return r.Show("staff/case", out)
}

// ask asks the parent for a correction (補正): documents, fields, or both.
func (p *pages) ask(r *page.Request, h review.HeldCase) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	in := review.Asked{Text: r.Value("text"), Due: page.DateOf(values, "due")}
	for _, one := range values["item"] {
		document, subject, _ := strings.Cut(one, "/")
		in.Items = append(in.Items, dossier.DocumentRef{Document: document, Subject: subject})
	}
	in.Fields = values["field"]
	_, err = p.Review.Correct(r.Ctx, r.Actor, h, in)
	return err
}

// lapse goes on without the open correction.
func (p *pages) lapse(r *page.Request, h review.HeldCase) error {
	c, err := p.Review.Open(r.Ctx, r.Actor, h.Case)
	if err != nil {
		return err
	}
	for _, one := range c.Corrections {
		if one.State == "open" {
			return p.Review.Lapse(r.Ctx, r.Actor, h, one.Number)
		}
	}
	return fault.ErrNotFound
}

func (p *pages) askNetwork(r *page.Request, h review.HeldCase, wanted []dossier.DocumentRef) error {
	req, err := r.Once("POST /staff/cases/inquiries " + h.Case)
	if err != nil {
		return err
	}
	_, err = p.Linkage.Ask(r.Ctx, r.Actor, req, h.Case, h.Fence, wanted)
	return err
}
