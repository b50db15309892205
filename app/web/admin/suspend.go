package admin

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
)

// suspension is the form by which one person stops a scope at once (P2). Nothing in it is chosen beforehand; before it stops anything it
// shows what it would hit, and whoever stops the whole country types that.
type suspension struct {
	Fields []page.Field

	// The second step: what would be stopped.
	Hit    *operate.Hit
	Of     scope
	Reason string
	Typed  page.Field // for the country; else it has no name
	Values []sent
}

func (n *names) suspension(values url.Values) suspension {
	field := func(kind, name, key string, choices []page.Choice) page.Field {
		f := n.r.Field(kind, name, key)
		f.Need, f.Value = true, values.Get(name)
		if f.Choices = choices; len(choices) > 1 {
			f.Choices = append([]page.Choice{choice("", n.r.Text("admin.choose"))}, choices...)
		}
		return f
	}
	reason := field(page.FieldArea, "reason", "admin.suspend-reason", nil)
	reason.MaxLength = 2000
	return suspension{Fields: []page.Field{
		field(page.FieldSelect, "procedure", "admin.procedure", n.procedures(true)),
		field(page.FieldSelect, "item", "admin.item", n.items()),
		field(page.FieldSelect, "municipality", "admin.place", n.reach()),
		reason,
	}}
}

func (p *pages) suspension(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	return r.Show("admin/suspension", n.suspension(nil))
}

func (p *pages) suspend(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	form := n.suspension(values)
	of := operate.Scope{Procedure: r.Value("procedure"), Item: r.Value("item"), Municipality: r.Value("municipality")}
	again := func(err error) error {
		wrong, _ := r.Wrong(err)
		page.Mark(form.Fields, wrong)
		return r.Again("admin/suspension", form, err)
	}
	for _, f := range form.Fields[:3] {
		if f.Value == "" {
			return again(r.Invalid(f.Pointer, "admin.choose-scope"))
		}
	}
	if r.Value("do") == "edit" {
		return r.Show("admin/suspension", form)
	}
	if form.Of, form.Reason, form.Values = n.scope(of), r.Value("reason"), kept(values); of.Municipality == operate.All {
		form.Typed = r.Field(page.FieldText, "typed", "admin.type-scope")
		form.Typed.Need, form.Typed.Value = true, r.Value("typed")
	}
	named := form.Typed.Name == "" || strings.EqualFold(form.Typed.Value, r.Text("admin.country-word"))
	if r.Value("do") == "suspend" && named {
		return p.suspendNow(r, of, again)
	}
	if form.Hit, err = p.Operate.PreviewSuspension(r.Ctx, r.Actor, of, r.Value("reason")); err != nil {
		return again(err)
	}
	if r.Value("do") != "suspend" {
		return r.Show("admin/suspension-check", form)
	}
	err = r.Invalid("/typed", "admin.type-scope-wrong")
	wrong, _ := r.Wrong(err)
	form.Typed = page.Mark([]page.Field{form.Typed}, wrong)[0]
	return r.Again("admin/suspension-check", form, err)
}

// suspendNow stops the scope, with nothing before it that takes time.
func (p *pages) suspendNow(r *page.Request, of operate.Scope, again func(error) error) error {
	req, err := r.Once("POST /admin/suspensions/new")
	if err != nil {
		return err
	}
	c, err := p.Operate.Suspend(r.Ctx, r.Actor, req, of, r.Value("reason"))
	if err != nil {
		return again(err)
	}
	return r.Redirect("/admin/phase-changes/" + c.ID)
}
