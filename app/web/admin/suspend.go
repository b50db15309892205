package admin

import (
	"net/url"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
)

// suspension is the form by which one person stops a scope at once (P2).
type suspension struct{ Fields []page.Field }

func (n *names) suspension(values url.Values) suspension {
	field := func(kind, name, key string, choices []page.Choice) page.Field {
		f := n.r.Field(kind, name, key)
		f.Need, f.Choices, f.Value = true, choices, values.Get(name)
		if f.Value == "" && kind == page.FieldSelect {
			f.Value = choices[0].Value
		}
		return f
	}
	reason := field(page.FieldArea, "reason", "admin.suspend-reason", nil)
	reason.MaxLength = 2000
	return suspension{
		[]page.Field{field(page.FieldSelect, "procedure", "admin.procedure", n.procedures(true)), field(page.FieldSelect, "item", "admin.item", n.items()),
			field(page.FieldSelect, "municipality", "admin.place", n.reach()), reason},
	}
}

func (p *pages) suspension(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	return r.Show("admin/suspension", n.suspension(r.Gin.Request.URL.Query()))
}

func (p *pages) suspend(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /admin/suspensions/new")
	if err != nil {
		return err
	}
	scope := operate.Scope{Procedure: r.Value("procedure"), Item: r.Value("item"), Municipality: r.Value("municipality")}
	c, err := p.Operate.Suspend(r.Ctx, r.Actor, req, scope, r.Value("reason"))
	if err == nil {
		return r.Redirect("/admin/phase-changes/" + c.ID)
	}
	n, failed := p.names(r)
	if failed != nil {
		return failed
	}
	form := n.suspension(values)
	wrong, _ := r.Wrong(err)
	page.Mark(form.Fields, wrong)
	return r.Again("admin/suspension", form, err)
}
