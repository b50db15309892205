package admin

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// boilerplateLine is one text that staff begin with (文例), with names.
type boilerplateLine struct {
	operate.Boilerplate
	ProcedureName string
	Who           string
	Says          []string // its texts, in the order of the form
}

func (n *names) boilerplate(b *operate.Boilerplate) boilerplateLine {
	out := boilerplateLine{Boilerplate: *b, ProcedureName: n.procedure(b.Procedure), Who: n.r.Text("admin.program")}
	if b.ChangedBy != nil {
		out.Who = n.person(*b.ChangedBy)
	}
	for _, field := range b.Kind.Fields() {
		out.Says = append(out.Says, b.Texts[field])
	}
	return out
}

// boilerplateKind are those of one kind.
type boilerplateKind struct {
	Kind  boilerplate.Kind
	Lines []boilerplateLine
}

func (p *pages) boilerplates(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	code := r.Param("code")
	all, err := p.Operate.Boilerplates(r.Ctx, r.Actor, code)
	if err != nil {
		return err
	}
	out := struct {
		Code, Place string
		Saved       bool
		Kinds       []boilerplateKind
		Retired     []boilerplateLine
	}{Code: code, Place: n.place(code), Saved: r.Query("saved") == "yes"}
	for _, kind := range boilerplate.Kinds {
		one := boilerplateKind{Kind: kind}
		for i := range all {
			switch line := n.boilerplate(&all[i]); {
			case line.Kind != kind:
			case line.Retired:
				out.Retired = append(out.Retired, line)
			default:
				one.Lines = append(one.Lines, line)
			}
		}
		out.Kinds = append(out.Kinds, one)
	}
	return r.Show("admin/boilerplates", out)
}

// boilerplateForm is the form of one.
type boilerplateForm struct {
	settingsForm
	ID           string
	New          string // the id that a new one will have, so that a form sent twice adds one
	Kind         boilerplate.Kind
	Placeholders []string
	Retired      bool
	Past         []boilerplateLine
}

// boilerplateOf reads the one that the address names; a new one of the kind that is asked for. Error: not-found.
func (p *pages) boilerplateOf(r *page.Request) (*names, *boilerplateForm, *operate.Boilerplate, error) {
	n, err := p.names(r)
	if err != nil {
		return nil, nil, nil, err
	}
	code, id := r.Param("code"), r.Param("id")
	one := &operate.Boilerplate{Boilerplate: models.Boilerplate{Municipality: code, Procedure: operate.All}, Kind: boilerplate.Kind(r.Query("kind"))}
	if !one.Kind.Valid() {
		one.Kind = boilerplate.Correction
	}
	form := &boilerplateForm{settingsForm: settingsForm{Code: code, Place: n.place(code)}, ID: id}
	if id == "" {
		_, err = p.Operate.Boilerplates(r.Ctx, r.Actor, code) // only where one may write
	} else {
		var past []operate.Boilerplate
		if past, err = p.Operate.BoilerplatePast(r.Ctx, r.Actor, code, id); err == nil {
			one = &past[0]
			for i := range past {
				form.Past = append(form.Past, n.boilerplate(&past[i]))
			}
		}
	}
	form.New = models.NewID()
	form.Version, form.Kind, form.Retired = int64(one.Version), one.Kind, one.Retired
	for _, name := range one.Kind.Placeholders() {
		form.Placeholders = append(form.Placeholders, "{"+name+"}")
	}
	return n, form, one, err
}

func (p *pages) boilerplate(r *page.Request) error {
	n, form, one, err := p.boilerplateOf(r)
	if err != nil {
		return err
	}
	values := url.Values{"name": {one.Name}, "procedure": {one.Procedure}}
	for field, text := range one.Texts {
		values.Set(field, text)
	}
	if one.DueDays != nil {
		values.Set("due_days", strconv.Itoa(*one.DueDays))
	}
	form.Fields = n.boilerplateFields(form.Kind, values)
	return r.Show("admin/boilerplate", form)
}

func (n *names) boilerplateFields(kind boilerplate.Kind, values url.Values) []page.Field {
	field := func(what, name, key string, most int) page.Field {
		f := n.r.Field(what, name, key)
		f.Value, f.MaxLength = values.Get(name), most
		return f
	}
	name := field(page.FieldText, "name", "boilerplate.name", 60)
	name.Need = true
	out := []page.Field{name}
	if kind != boilerplate.Message {
		procedure := field(page.FieldSelect, "procedure", "boilerplate.procedure", 0)
		procedure.Need, procedure.Choices = true, n.procedures(true)
		out = append(out, procedure)
	}
	for _, one := range kind.Fields() {
		what, key, most := page.FieldArea, "boilerplate.text", 2000
		if kind == boilerplate.Message {
			key = "admin.message-" + one
		}
		if strings.HasPrefix(one, "title-") {
			what, most = page.FieldText, 100
		}
		f := field(what, one, key, most)
		f.Need, f.Rows = true, 6
		out = append(out, f)
	}
	if kind == boilerplate.Correction {
		days := field(page.FieldNumber, "due_days", "boilerplate.due-days", 3)
		out = append(out, days)
	}
	return out
}

func (p *pages) putBoilerplate(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	n, form, one, err := p.boilerplateOf(r)
	if err != nil {
		return err
	}
	if one.Version, err = versionOf(values); err != nil {
		return err
	}
	if form.Version = int64(one.Version); form.ID == "" && models.ValidID(values.Get("new")) {
		form.New, one.ID = values.Get("new"), values.Get("new")
	}
	form.Fields = n.boilerplateFields(form.Kind, values)
	again := func(err error) error {
		wrong, _ := r.Wrong(err)
		page.Mark(form.Fields, wrong)
		return r.Again("admin/boilerplate", form, err)
	}
	one.Retired = values.Get("do") == "retire"
	if one.Name = values.Get("name"); one.Kind != boilerplate.Message {
		one.Procedure = values.Get("procedure")
	}
	one.Texts = map[string]string{}
	for _, field := range one.Kind.Fields() {
		one.Texts[field] = text(values, field)
	}
	one.DueDays = nil
	if typed := strings.TrimSpace(width.Narrow.String(values.Get("due_days"))); typed != "" {
		days, err := strconv.Atoi(strings.TrimSuffix(typed, "日"))
		if err != nil {
			return again(r.Invalid("/due_days", "boilerplate.days-number"))
		}
		one.DueDays = &days
	}
	if _, err := p.Operate.PutBoilerplate(r.Ctx, r.Actor, *one); err != nil {
		return again(err)
	}
	return r.Redirect("/admin/settings/" + form.Code + "/texts?saved=yes")
}
