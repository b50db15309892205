package admin

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// coreLine is one core system (基幹システム), and what became of its registration, with names.
type coreLine struct {
	ID, Name, By, Decider, Stopper, State, Reason string
	Scopes                                        []template.HTML
	Networks                                      string
	PerSecond                                     int
	SeesProtected                                 bool
	Approve, Stop, Revoke                         bool // what the reader may do with it
}

// corePage is the core systems that are connected, and the form to register one.
type corePage struct {
	Place  string
	Lines  []coreLine
	Fields []page.Field
}

func (p *pages) coreSystems(r *page.Request) error {
	out, err := p.corePage(r, url.Values{"per_second": {"20"}, "scopes": {models.ScopeCoreRead}, "sees_protected": {"false"}}, nil)
	if err != nil {
		return err
	}
	return r.Show("admin/coresystems", out)
}

func (p *pages) corePage(r *page.Request, values url.Values, wrong []page.Wrong) (*corePage, error) {
	n, err := p.names(r)
	if err != nil {
		return nil, err
	}
	_, called, err := p.colleagues(r)
	if err != nil {
		return nil, err
	}
	all, err := p.Core.Systems(r.Ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	name := func(id *string) string {
		if id == nil {
			return ""
		}
		return called(*id)
	}
	out := &corePage{Place: n.place(r.Actor.Municipality), Fields: page.Mark(coreFields(r, values), wrong)}
	for i := range all {
		s := &all[i]
		own := s.ProposedBy == r.Actor.Person || s.StoppedBy != nil && *s.StoppedBy == r.Actor.Person
		waits := s.State == models.CoreProposed || s.State == models.CoreStopped
		line := coreLine{ID: s.ID, Name: s.Name, By: name(&s.ProposedBy), Decider: name(s.DecidedBy), Stopper: name(s.StoppedBy), State: string(s.State),
			Reason: s.Reason, Networks: strings.ReplaceAll(s.Networks, " ", "、"), PerSecond: s.PerSecond, SeesProtected: s.SeesProtected,
			Approve: waits && !own, Stop: s.State == models.CoreProposed || s.State == models.CoreApproved,
			Revoke: s.State == models.CoreStopped && *s.StoppedBy != r.Actor.Person}
		for _, scope := range strings.Fields(s.Scopes) {
			line.Scopes = append(line.Scopes, r.Markup("admin."+strings.ReplaceAll(scope, ":", "-")))
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

func coreFields(r *page.Request, values url.Values) []page.Field {
	field := func(kind, name, key string, longest int) page.Field {
		f := r.Field(kind, name, key)
		f.Need, f.Value, f.MaxLength = true, values.Get(name), longest
		return f
	}
	scopes := field(page.FieldChecks, "scopes", "admin.core-scopes", 0)
	scopes.Values = values["scopes"]
	for _, scope := range []string{models.ScopeCoreRead, models.ScopeCoreWrite, models.ScopeIntake} {
		scopes.Choices = append(scopes.Choices, page.Choice{Value: scope, Label: r.Markup("admin." + strings.ReplaceAll(scope, ":", "-"))})
	}
	networks := field(page.FieldArea, "networks", "admin.core-networks", 1000)
	networks.Rows = 3
	keys := field(page.FieldArea, "keys", "admin.core-keys", 10_000)
	rate := field(page.FieldNumber, "per_second", "admin.core-rate", 3)
	protected := field(page.FieldRadio, "sees_protected", "admin.core-protected", 0)
	protected.Choices = []page.Choice{{Value: "false", Label: r.Markup("admin.core-protected-no")}, {Value: "true", Label: r.Markup("admin.core-protected-yes")}}
	return []page.Field{field(page.FieldText, "name", "admin.core-name", 100), scopes, networks, keys, rate, protected,
		field(page.FieldArea, "reason", "admin.core-reason", 500)}
}

func (p *pages) proposeCoreSystem(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /admin/core-systems")
	if err != nil {
		return err
	}
	perSecond, err := strconv.Atoi(strings.TrimSpace(values.Get("per_second")))
	if err != nil {
		perSecond = 0 // refused
	}
	_, err = p.Core.Propose(r.Ctx, r.Actor, req, core.Wanted{Name: values.Get("name"), Scopes: values["scopes"],
		Networks: strings.FieldsFunc(values.Get("networks"), func(c rune) bool { return strings.ContainsRune(" \r\n,、　", c) }), PerSecond: perSecond,
		SeesProtected: values.Get("sees_protected") == "true", Keys: values.Get("keys"), Reason: values.Get("reason")})
	if err == nil {
		return r.Redirect("/admin/core-systems")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	if keys := values.Get("keys"); strings.Contains(keys, `"d"`) || strings.Contains(keys, `"k"`) {
		values.Del("keys") // a private key, or a shared one, is not shown again
	}
	out, again := p.corePage(r, values, wrong)
	if again != nil {
		return again
	}
	return r.Again("admin/coresystems", out, err)
}
