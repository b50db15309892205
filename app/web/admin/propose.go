package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/storage/postgres"
)

// mostRows is how many rows one form has: as many as a person can check by eye.
const mostRows = 50

// proposal is the form of a change. It is filled in, looked at with its impact, and then proposed.
type proposal struct {
	Rows             []rowForm
	Reason, Circular page.Field
	Registered       bool         // the register has a circular to choose
	New              []page.Field // the form of a circular that is registered on the way
	Registering      bool         // it is open: something in it is wrong

	// The second step: what was filled in, and what it would do.
	Checked []row
	Impact  *impact
	Cites   cited
	Values  []sent
	Wide    bool // another national admin has to approve it
}

// sent is one value of a form that goes on to the next step.
type sent struct{ Name, Value string }

func (p *pages) proposal(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	if r.Query("drafted") == "yes" {
		return p.drafted(r, n)
	}
	first, err := p.suggested(r)
	if err != nil {
		return err
	}
	form, err := n.proposal(first)
	if err != nil {
		return err
	}
	return r.Show("admin/proposal", form)
}

// proposal makes the form with what was entered.
func (n *names) proposal(values url.Values) (*proposal, error) {
	out := &proposal{Wide: n.r.National()}
	count, _ := strconv.Atoi(values.Get("rows"))
	for i := range min(max(count, 1), mostRows) {
		out.Rows = append(out.Rows, n.rowForm(i, values))
	}
	out.Reason = n.r.Field(page.FieldArea, "reason", "admin.reason")
	out.Reason.Need, out.Reason.Value, out.Reason.MaxLength = true, values.Get("reason"), 2000
	var err error
	out.Circular, out.Registered, err = n.circulars(values.Get("circular"))
	out.New = circularForm(n.r, values)
	for i := range out.New {
		out.New[i].Need = false // of a proposal
	}
	return out, err
}

// circulars is the question for the circular on which something rests; false while the register has none to choose.
func (n *names) circulars(chosen string) (page.Field, bool, error) {
	all, err := n.p.Circulars.List(n.r.Ctx, postgres.Page{Limit: 200})
	out := n.r.Field(page.FieldSelect, "circular", "admin.circular")
	out.Need, out.Value = true, chosen
	out.Choices = []page.Choice{choice("", n.r.Text("admin.choose"))}
	var seen []string
	for _, c := range all { // newest first: of one number the later counts
		if !slices.Contains(seen, c.Number) {
			seen = append(seen, c.Number)
			out.Choices = append(out.Choices, choice(c.Number, c.Number+" "+c.Title))
		}
	}
	return out, len(seen) > 0, err
}

// mark puts what is wrong to the questions.
func (f *proposal) mark(wrong []page.Wrong) {
	f.point(wrong)
	for i := range f.Rows {
		page.Mark(f.Rows[i].Fields, wrong)
		at := "/rows/" + strconv.Itoa(i)
		page.Label(wrong, at+"/from", f.Rows[i].From.Label)
		f.Rows[i].From.Wrong = page.WrongAt(wrong, at+"/from")
		for _, w := range wrong { // about the row as a whole, like one that is there twice
			if w.Pointer == at {
				f.Rows[i].Fields[0].Wrong = append(f.Rows[i].Fields[0].Wrong, w)
			}
		}
	}
	rest := page.Mark([]page.Field{f.Reason, f.Circular}, wrong)
	f.Reason, f.Circular = rest[0], rest[1]
}

// propose takes the form: another row, a row less, a circular to register, the look at what it would do, and at last the proposal itself.
func (p *pages) propose(r *page.Request) error {
	pdf, tooLarge := p.heldCircular(r)
	values, err := r.Posted()
	if err != nil {
		return err
	}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	do := values.Get("do")
	switch {
	case do == "register":
		return p.registerOnTheWay(r, n, values, pdf, tooLarge)
	case do == "add":
		addRow(values)
	case strings.HasPrefix(do, "remove-"):
		removeRow(values, strings.TrimPrefix(do, "remove-"))
	}
	form, err := n.proposal(values)
	if err != nil {
		return err
	}
	if do != "preview" && do != "propose" {
		return r.Show("admin/proposal", form)
	}
	wanted, err := form.wanted(r, values)
	if err == nil && do == "propose" {
		return p.proposeNow(r, form, wanted)
	}
	if err != nil {
		return refusedForm(r, form, err)
	}
	return p.preview(r, n, form, wanted, values)
}

// preview shows what a proposal would do; from there one click proposes it.
func (p *pages) preview(r *page.Request, n *names, form *proposal, wanted operate.Proposal, values url.Values) error {
	found, err := p.Operate.Preview(r.Ctx, r.Actor, wanted)
	if err != nil {
		return refusedForm(r, form, err)
	}
	cites, err := p.cited(r, wanted.Circular)
	if err != nil {
		return err
	}
	if form.Impact, err = n.impact(found, wanted.Rows); err != nil {
		return err
	}
	form.Checked, form.Cites, form.Values = n.rows(wanted.Rows), cites[wanted.Circular], kept(values)
	return r.Show("admin/proposal-check", form)
}

func refusedForm(r *page.Request, form *proposal, err error) error {
	wrong, _ := r.Wrong(err)
	form.mark(wrong)
	return r.Again("admin/proposal", form, err)
}

func (p *pages) proposeNow(r *page.Request, form *proposal, wanted operate.Proposal) error {
	req, err := r.Once("POST /admin/phase-changes/new")
	if err != nil {
		return err
	}
	c, err := p.Operate.Propose(r.Ctx, r.Actor, req, wanted)
	if err != nil {
		return refusedForm(r, form, err)
	}
	return r.Redirect("/admin/phase-changes/" + c.ID)
}

// wanted is the proposal that the form makes. Error: an instant that is none, and a circular that the register does not
// have (R17).
func (f *proposal) wanted(r *page.Request, values url.Values) (operate.Proposal, error) {
	out := operate.Proposal{Reason: strings.TrimSpace(f.Reason.Value), Circular: f.Circular.Value}
	for i, one := range f.Rows {
		from, ok := instantOf(values, "from-"+strconv.Itoa(i))
		if !ok {
			return out, r.Invalid("/rows/"+strconv.Itoa(i)+"/from", "admin.invalid-instant")
		}
		if one.among && len(one.pairs) == 0 {
			return out, r.Invalid("/rows/"+strconv.Itoa(i)+"/pair", "admin.no-pair")
		}
		for _, pair := range one.pairs {
			out.Rows = append(out.Rows, operate.Row{
				Procedure:    pair.Procedure,
				Item:         pair.Item,
				Municipality: one.municipality,
				Phase:        one.phased,
				From:         from,
			})
		}
	}
	if !slices.ContainsFunc(f.Circular.Choices, func(c page.Choice) bool { return c.Value == f.Circular.Value }) {
		return out, r.Invalid("/circular", "admin.circular-unknown")
	}
	return out, nil
}

// kept are the values that go on to the next step.
func kept(values url.Values) []sent {
	var out []sent
	for name, all := range values {
		if name != "do" && name != "once" {
			for _, v := range all {
				out = append(out, sent{name, v})
			}
		}
	}
	slices.SortFunc(out, func(a, b sent) int { return strings.Compare(a.Name, b.Name) })
	return out
}
