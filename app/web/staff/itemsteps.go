package staff

import (
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// itemStep carries out what a reviewer does with one document, and shows it again.
func (p *pages) itemStep(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	ref := dossier.DocumentRef{Document: r.Param("document"), Subject: r.Param("subject")}
	h, err := p.heldCase(r)
	if err == nil {
		err = p.takeItem(r, h, ref, values)
	}
	if err != nil {
		return p.itemRefused(r, r.Param("step"), err)
	}
	return r.Redirect("/staff/cases/" + h.Case + "?after=" + url.QueryEscape(ref.Document+"/"+ref.Subject))
}

// itemRefused shows the document again with what is wrong at the step.
func (p *pages) itemRefused(r *page.Request, step string, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	toResidents(r.Param("id"), wrong)
	out, err := p.itemPage(r, wrong)
	if err != nil {
		return err
	}
	out.Item.Opened = step
	if step != review.StepScan { // a file cannot be kept
		out.Kept = out.kept(r, out.Item.typed())
	}
	return r.ShowWith(r.Status(refused), "staff/case", out, wrong)
}

// scanItem takes in the scans of a paper that was brought after the filing. The claim is in the address: the form is read once, file by file.
func (p *pages) scanItem(r *page.Request) error {
	fence, err := strconv.ParseInt(r.Query("fence"), 10, 64)
	if err != nil || !models.ValidID(r.Param("id")) {
		return fault.ErrNotFound
	}
	held := review.HeldCase{Case: r.Param("id"), Fence: fence}
	ref := dossier.DocumentRef{Document: r.Param("document"), Subject: r.Param("subject")}
	n, err := r.EachFile("files", func(name string, body io.Reader) error {
		_, err := p.ScanPaper(r.Ctx, r.Actor, held, ref, document.Upload{Name: name, Body: body})
		return err
	})
	if err == nil && n == 0 {
		err = r.Invalid("/files", "documents.no-file")
	}
	if err != nil {
		return p.itemRefused(r, review.StepScan, err)
	}
	return r.Redirect("/staff/cases/" + held.Case + "/items/" + ref.Document + "/" + ref.Subject)
}

func (p *pages) takeItem(r *page.Request, h review.HeldCase, ref dossier.DocumentRef, values url.Values) error {
	var err error
	switch r.Param("step") {
	case review.StepRead, review.StepSlip:
		said := dossier.Said{Facts: factsOf(values), Outcome: outcomeOf(values)}
		_, err = p.Review.Read(r.Ctx, r.Actor, h, ref, review.Typed{Said: said, Slip: r.Param("step") == review.StepSlip})
	case review.StepJudge:
		_, err = p.Review.Judge(r.Ctx, r.Actor, h, ref, review.Judgement{Same: values.Get("why") != models.WhyAnother, Why: values.Get("why")})
	case review.StepAsk:
		err = p.askNetwork(r, h, []dossier.DocumentRef{ref})
	case review.StepNetworkAlone:
		_, err = p.Review.NetworkAlone(
			r.Ctx,
			r.Actor,
			h,
			ref,
			review.NetworkAlone{ExplainedAt: instantOf(values, "explained_at"), ExplainedHow: r.Value("explained_how")},
		)
	case review.StepDirect:
		in := review.Direct{
			Source:             r.Value("source"),
			ObtainedAt:         instantOf(values, "obtained_at"),
			Facts:              factsOf(values),
			NoIndividualNumber: values.Get("no_individual_number") == "yes",
			Consent:            values.Get("consent") == "yes",
		}
		if values.Get("eligible") != "" {
			o := outcomeOf(values)
			in.Outcome = &o
		}
		_, err = p.Review.Direct(r.Ctx, r.Actor, h, ref, in)
	case review.StepPaper:
		_, err = p.Review.Paper(r.Ctx, r.Actor, h, ref, review.PaperReceipt{ReceivedAt: instantOf(values, "received_at"), Original: values.Get("original") == "yes"})
	case review.StepWaive:
		_, err = p.Review.Waive(r.Ctx, r.Actor, h, ref, r.Value("reason"))
	case "discrepancy":
		err = p.stepDispute(r, h, values)
	default:
		err = fault.ErrNotFound
	}
	return err
}

// stepDispute takes the next step of a discrepancy's file (R7).
func (p *pages) stepDispute(r *page.Request, h review.HeldCase, values url.Values) error {
	in := review.StepInput{Step: values.Get("dispute_step"), Note: r.Value("note"), Cause: values.Get("cause")}
	var err error
	if in.Count, err = countOf(r, "/count", r.Value("count")); err != nil {
		return err
	}
	_, err = p.Review.Step(r.Ctx, r.Actor, h, values.Get("discrepancy"), in)
	return err
}

// factsOf is what was typed from the document; what was left empty is not there.
func factsOf(values url.Values) map[string]any {
	out := map[string]any{}
	for name := range values {
		field, ok := strings.CutPrefix(name, "facts.")
		if text := strings.TrimSpace(values.Get(name)); ok && text != "" {
			out[field] = text
		}
	}
	return out
}

func outcomeOf(values url.Values) catalogue.Outcome {
	out := catalogue.Outcome{Eligible: values.Get("eligible") == "yes", Category: strings.TrimSpace(values.Get("category"))}
	text := strings.ReplaceAll(jp.Narrow(strings.TrimSpace(values.Get("amount"))), ",", "")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		out.Amount = &n
	}
	return out
}

// instantOf is the instant that a day in a form stands for: now for today, else noon of that day in Japan; zero for none.
func instantOf(values url.Values, name string) time.Time {
	day, err := jp.ParseDate(page.DateOf(values, name))
	if err != nil {
		return time.Time{}
	}
	now := time.Now()
	if day == jp.DateIn(now) {
		return now
	}
	return day.Start().Add(12 * time.Hour)
}
