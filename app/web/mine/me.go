package mine

import (
	"slices"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// me is the way to everything that the service and public bodies know of the person.
func (p *pages) me(r *page.Request) error { return r.Show("mine/me", nil) }

// access is one act of an office on the person's cases. Acts of the same kind on the same case within a day are one line.
type access struct {
	First, Last         time.Time
	Place, What, Object string
	Times               int
	Application         string
}

// accesses shows who opened the person's cases (security.md, "Audit"), newest first.
func (p *pages) accesses(r *page.Request) error {
	at, err := paged(r)
	if err != nil {
		return err
	}
	at.Limit = 201 // many acts become one line
	rows, err := p.Audit.Accesses(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	next := ""
	if len(rows) == at.Limit {
		rows = rows[:at.Limit-1]
		next = rows[len(rows)-1].ID
	}
	place, err := p.places(r)
	if err != nil {
		return err
	}
	return r.Show("mine/accesses", struct {
		Accesses []access
		Next     string
	}{grouped(r, rows, place), next})
}

// grouped puts what an office did of one kind, on one case or on its files and persons, on one day into one line.
func grouped(r *page.Request, rows []models.AuditEntry, place func(string) string) []access {
	var out []access
	seen := map[string]int{}
	for _, row := range rows {
		what, about := act(r, row.Action), application(row)
		key := row.At.In(jp.JST).Format(time.DateOnly) + row.Municipality + what + about
		if i, ok := seen[key]; ok {
			out[i].First, out[i].Times = row.At, out[i].Times+1
			continue
		}
		seen[key] = len(out)
		out = append(out, access{
			First:       row.At,
			Last:        row.At,
			Place:       place(row.Municipality),
			What:        what,
			Times:       1,
			Application: about,
		})
	}
	return out
}

// application is the case that an entry is about; empty if it is about something else.
func application(row models.AuditEntry) string {
	if row.ObjectKind == "application" {
		return row.ObjectID
	}
	return ""
}

// named are the actions that have a text of their own; anything else is work on the case.
var named = []string{"open-case", "list-cases", "open-file", "open-original", "open-view", "export-case", "claim-case", "core-took-case"}

func act(r *page.Request, action string) string {
	if !slices.Contains(named, action) {
		action = "other"
	}
	return r.Text("access." + action)
}

// record is one entry of the record of information provided (情報提供等記録).
type record struct {
	models.Exchange
	Text string
}

// records shows which office asked which for the person's facts, for which application and why (R15).
func (p *pages) records(r *page.Request) error {
	at, err := paged(r)
	if err != nil {
		return err
	}
	rows, err := p.Linkage.Records(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	place, err := p.places(r)
	if err != nil {
		return err
	}
	rows, next := cut(rows, func(e models.Exchange) string { return e.ID })
	var out []record
	for _, e := range rows {
		asked := present.Asked{
			Inquirer:  place(e.Municipality),
			Provider:  place(e.Provider),
			Item:      e.Item,
			Subject:   e.Subject,
			Procedure: e.Procedure,
			Result:    e.Result,
			Trial:     e.Phase == phase.Trial,
		}
		out = append(out, record{e, asked.Text(p.Editions().ForProcedure(e.Municipality, e.Procedure), r.Lang)})
	}
	return r.Show("mine/records", struct {
		Records []record
		Next    string
	}{out, next})
}

// information is what public bodies hold of the person (自己情報), asked for one item at this moment and never stored.
type information struct {
	Items []choice
	Item  string
	Found *found
}

type choice struct{ Code, Name string }

type found struct {
	Name, Text, Provider string
	Facts                []fact
}

type fact struct {
	Label, Value string
}

func (p *pages) information(r *page.Request) error {
	out := information{Item: r.Query("item")}
	now := p.Editions().National()
	for _, code := range now.Items() {
		out.Items = append(out.Items, choice{code, present.Item(now, code, r.Lang)})
	}
	if out.Item == "" {
		return r.Show("mine/information", out)
	}
	if now.Item(out.Item) == nil {
		return fault.ErrNotFound
	}
	who, _ := edge.PrincipalFrom(r.Ctx)
	all, err := p.Linkage.Own(r.Ctx, r.Actor, who.Provider+"/"+who.Subject, []string{out.Item})
	if err != nil {
		return err
	}
	for _, i := range all {
		out.Found = p.foundOf(r, &i)
	}
	return r.Show("mine/information", out)
}

func (p *pages) foundOf(r *page.Request, i *linkage.Information) *found {
	item := p.Editions().ForItem(i.Item).Item(i.Item)
	out := &found{Name: item.Name.In(r.Lang), Text: wording.In("reply-"+i.Result, r.Lang), Provider: i.Provider}
	for _, f := range item.Fields {
		if value, ok := i.Facts[f.Name]; ok {
			out.Facts = append(out.Facts, fact{f.Label.In(r.Lang), present.Fact(f.Compare, value, r.Lang)})
		}
	}
	return out
}
