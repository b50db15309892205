package staff

import (
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	portals "kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// casePage is one case: what came in, the checklist, what waits for somebody, and what may be done next.
type casePage struct {
	*review.Case
	Name      string
	Lines     []line
	Sections  []section
	Notes     []queue.Note
	Does      map[string]possible // what may be done with the case, by step, or why not
	Past      []past
	Fields    map[string]page.Field // of the forms
	Places    []page.Choice         // to which it may be passed on
	Opened    string                // the form that was refused
	Letter    string                // as the parent would read it
	Signature string                // what is known of the electronic signature
	Elsewhere *portals.Came         // where it was filed, if that was another portal
	Unasked   string                // why the network could not be asked as the case was taken
	Before    string                // the receipt number of the case that was decided just now
	Kept      *kept
	Waiting   []waiting
	LookUps   []lookUp     // in the municipality's own records
	Asked     []say.Reason // why each document was asked for
	NotAsked  []say.Reason // why the others were not
	Agreed    []agreed
	May       []correctable   // fields of which a correction can be asked
	Named     map[string]bool // documents that a refused request for correction named: "document/subject"
	Where     string          // where a refused form would have passed the case on to
	Item      *itemView       // the document that is open; nil of a case without any
	Undo      int             // seconds for which a decision can be stopped before it is sent
	Mark      string          // as long as it is the same, nothing has changed

	Entry        queued   // as the work list has it: the days left, what is suspended
	Amounts      []amount // the sums that are known so far
	Lacks        []string // the settings of letters without which nothing can be decided
	boilerplates []operate.Boilerplate

	Passed    string // to whom it was passed on, and its number there
	Applicant string
	Children  []string // by name and birth date
	version   *catalogue.Version
	abouts    []about
}

// waiting is something that waits for a reviewer, in words.
type waiting struct {
	review.Task
	Name, Whose string
}

// lookUp is a document that the clerk looks up, in words.
type lookUp struct{ Name, Whose, Reason string }

// agreed is one consent in words.
type agreed struct {
	review.Consent
	Name, Whose string
}

// line is one document of the checklist.
type line struct {
	review.Item
	Name, Whose, Why string
	Moves            string // who has to do something next: parent, network, office, nobody
	Dispute          string // the step at which an open discrepancy's file is
	Stopped          string // what it means for the document that its item is suspended; empty if it is not
}

// moves says who has to do something about an item in a state.
var moves = map[models.ItemState]string{
	models.ItemAwaiting:  "parent",
	models.ItemInquiring: "network",
	models.ItemMatched:   "nobody",
	models.ItemResolved:  "nobody",
	models.ItemWaived:    "nobody",
}

type section struct {
	Title string
	Rows  []answers.Row
}

type past struct {
	At   time.Time
	Text string
}

func (p *pages) show(r *page.Request) error {
	out, err := p.open(r)
	if err != nil {
		return err
	}
	return r.Show("staff/case", out)
}

// open reads a case with the document to work on.
func (p *pages) open(r *page.Request) (*casePage, error) {
	out, err := p.read(r)
	if err == nil {
		out.Before = decidedBefore(r)
	}
	if err == nil && len(out.Lines) > 0 {
		err = p.view(r, out, out.next(r.Query("after")), nil)
	}
	return out, err
}

// read reads a case and puts it into words. The look is recorded. Error: not-found, also for a malformed id.
func (p *pages) read(r *page.Request) (*casePage, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	mark, err := p.Review.Mark(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	c, err := p.Review.Open(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	out := &casePage{
		Mark:   mark,
		Undo:   p.opt.Undo,
		Case:   c,
		Name:   present.Procedure(c.Catalogue, c.Procedure, r.Lang),
		Does:   map[string]possible{},
		Fields: caseFields(r),
		Named:  map[string]bool{},

		Unasked: unasked(r),
	}
	if c.Channel == models.ChannelPortal {
		if out.Elsewhere, err = p.Intake.Came(r.Ctx, r.Actor, c.ID, r.Lang); err != nil {
			return nil, err
		}
	}
	if posted := r.Gin.Request.PostForm; posted != nil {
		out.Where = posted.Get("municipality")
		for _, one := range posted["item"] {
			out.Named[one] = true
		}
	}
	for _, s := range c.Steps {
		out.Does[s.Step] = possible{s.Step, s.Allowed, present.Reason(s.Reason, r.Lang)}
	}
	for _, i := range c.Items {
		out.Lines = append(out.Lines, p.line(r, c, i))
	}
	for _, t := range c.Tasks {
		one := waiting{Task: t}
		if t.Document != "" {
			one.Name, one.Whose = present.Document(c.Catalogue, t.Document, r.Lang), present.Person(c.Form, c.Facts, t.Subject, r.Lang)
		}
		out.Waiting = append(out.Waiting, one)
	}
	if s := c.Signed; s != nil {
		out.Signature = present.Signature(string(s.State), s.Asked, s.StampedAt, r.Lang)
	}
	out.recorded(r.Lang)
	out.people(r.Lang)
	for i := len(c.Timeline) - 1; i >= 0; i-- {
		if text := present.Event(c.Catalogue, c.Timeline[i].Event, c.Timeline[i].Detail, r.Lang); text != "" {
			out.Past = append(out.Past, past{c.Timeline[i].At, text})
		}
	}
	if c.State == models.StateTransferred {
		return out, p.passed(r, out)
	}
	if err := p.headed(r, out); err != nil {
		return nil, err
	}
	reasons, err := p.Reasons(r.Ctx, c.Why, c.Catalogue, r.Lang)
	if err != nil {
		return nil, err
	}
	out.Asked, out.NotAsked = reasons.Asked(), reasons.NotAsked()
	if out.Notes, err = p.Queue.Notes(r.Ctx, r.Actor, id); err != nil {
		return nil, err
	}
	return out, p.answered(r, out)
}

// recorded puts into words what the office looks up itself, and the consents.
func (c *casePage) recorded(lang string) {
	for _, l := range c.LookUp {
		c.LookUps = append(c.LookUps, lookUp{present.Document(c.Catalogue, l.Document, lang), present.Person(c.Form, c.Facts, l.Subject, lang), l.Reason.In(lang)})
	}
	for _, a := range c.Consents {
		one := agreed{Consent: a, Name: present.Item(c.Catalogue, a.Item, lang)}
		if a.Subject != "" {
			one.Whose = present.Person(c.Form, c.Facts, a.Subject, lang)
		}
		c.Agreed = append(c.Agreed, one)
	}
}

func (p *pages) line(r *page.Request, c *review.Case, i review.Item) line {
	l := line{
		Item:  i,
		Name:  present.Document(c.Catalogue, i.Document, r.Lang),
		Whose: present.Person(c.Form, c.Facts, i.Subject, r.Lang),
		Why:   present.Why(c.Catalogue, i.Reason, i.Linkage, r.Lang),
	}
	l.Moves = moves[i.State]
	unread := i.State == models.ItemInquiring && i.Reading == nil && len(i.Files)+len(i.Papers) > 0 // it is read while the network is asked
	unhad := i.State == models.ItemAwaiting && i.Declared == dossier.CannotProvide                  // a paper that cannot be had is the office's to settle (R4)
	if l.Moves == "" || unread || unhad {
		l.Moves = "office"
	}
	if i.SuspendedSince != nil {
		l.Stopped = r.Text("bench.suspended-"+stopped(i), "item", present.Item(c.Catalogue, i.Linkage, r.Lang), "when", present.DateTime(*i.SuspendedSince, r.Lang))
	}
	for _, d := range c.Discrepancies {
		if d.Document == i.Document && d.Subject == i.Subject && d.ClosedAt == nil {
			l.Dispute = present.Step(d.Step, r.Lang)
		}
	}
	return l
}

// stopped names what the suspension of an item means for its document: what lifecycle allows then (P2, R5).
func stopped(i review.Item) string {
	switch {
	case lifecycle.Settled(i.State):
		return "settled"
	case !i.Inquire:
		return "paper"
	case len(i.Files)+len(i.Papers) > 0:
		return "here"
	}
	return "missing"
}

// answered puts what the applicant entered into words, by the version in force at the arrival (P5).
func (p *pages) answered(r *page.Request, out *casePage) error {
	day := jp.DateIn(out.ArrivedAt)
	out.version = out.Case.Catalogue.Version(out.Procedure, day)
	if out.version == nil {
		return nil
	}
	places, err := p.choosable(r)
	if err != nil {
		return err
	}
	b := answers.Builder{Request: r, Places: places}
	out.Places = slices.DeleteFunc(slices.Clone(places), func(c page.Choice) bool { return c.Value == out.Municipality })
	add := func(title string, parts []answers.Part) {
		out.Sections = append(out.Sections, section{title, answers.Rows(r.Lang, parts)})
		out.correctable(r, page.Plaintext(title), parts)
	}
	add(r.Text("case.facts"), b.Facts(out.version, out.Facts))
	for _, s := range out.version.FormRules().Sections() {
		saved, there := out.Form[s.Key]
		if !there {
			continue
		}
		n := 1
		if list, ok := saved.([]any); ok {
			n = len(list)
		}
		parts := b.Section(s, out.Form, n)
		out.entered(s, parts, r.Lang)
		add(s.Group.Label.In(r.Lang), parts)
	}
	return nil
}

// NotNow are the steps that cannot be taken with the case now, each with what stands in the way.
func (c *casePage) NotNow() []possible { return notNow(c.Steps, c.Does) }

// notNow are those steps, in their order, that words say cannot be taken now.
func notNow(steps []review.Step, words map[string]possible) (out []possible) {
	for _, s := range steps {
		if one := words[s.Step]; !one.Allowed {
			out = append(out, one)
		}
	}
	return out
}

// Unsettled are the documents that keep the case from being approved.
func (c *casePage) Unsettled() []line {
	return slices.DeleteFunc(slices.Clone(c.Lines), func(l line) bool { return l.Moves == "nobody" && l.Dispute == "" })
}

func (c *casePage) address(l line) string {
	return "/staff/cases/" + c.ID + "/items/" + l.Document + "/" + l.Subject
}

// At says whether a line is of the document that is open.
func (c *casePage) At(l line) bool {
	return c.Item != nil && c.Item.Line.Document == l.Document && c.Item.Line.Subject == l.Subject
}

// Mine says whether the reviewer has the case and may write to it.
func (c *casePage) Mine() bool { return c.Claim != nil && c.Claim.Mine }

// Fence is the number that every form carries; 0 without a claim.
func (c *casePage) Fence() int64 {
	if !c.Mine() {
		return 0
	}
	return c.Claim.Fence
}

// has says whether a document's code and subject are of the case.
func (c *casePage) has(document, subject string) int {
	return slices.IndexFunc(c.Lines, func(l line) bool { return l.Document == document && l.Subject == subject })
}
