package admin

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const entriesPage = 50

// trail is the search of the audit trail with what it found.
type trail struct {
	Fields   []page.Field
	More     []page.Field // by numbers, which entries have
	From, To instant
	Asked    bool
	ByNumber bool // one of More is filled in
	Deeds    []deed
	Next     string
}

// entry is one entry of the trail, with names where there are some.
type entry struct {
	models.AuditEntry
	Actor, Subject, Role, Place string
	Who                         string // the name of a member of staff; else what the role is called
	What                        string // the action in words
	About                       string // address of a search for the same object
}

func (p *pages) search(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	query := r.Gin.Request.URL.Query()
	out, err := n.trail(query)
	if err != nil {
		wrong, _ := r.Wrong(err)
		out.mark(wrong)
		return r.Again("admin/audit", out, err)
	}
	if out.Asked = len(query) > 0 && query.Get("lang") == "" || len(query) > 1; !out.Asked {
		return r.Show("admin/audit", out)
	}
	q := queryOf(query)
	q.From, _ = instantOf(query, "from")
	q.To, _ = instantOf(query, "to")
	found, err := p.Audit.Search(r.Ctx, r.Actor, q)
	if err != nil {
		out.Asked = false // nothing was looked for: the page does not say that nothing is there
		wrong, _ := r.Wrong(err)
		out.mark(wrong)
		return r.Again("admin/audit", out, err)
	}
	if len(found) > entriesPage {
		found = found[:entriesPage]
		query.Set("after", found[entriesPage-1].ID)
		out.Next = "/audit?" + query.Encode()
	}
	out.Deeds = n.deeds(found)
	return r.Show("admin/audit", out)
}

// queryOf reads what is asked for. One more entry than a page shows tells whether there is another page.
func queryOf(values url.Values) postgres.AuditQuery {
	return postgres.AuditQuery{
		Actor:        values.Get("actor"),
		Subject:      values.Get("subject"),
		Object:       values.Get("object"),
		Case:         strings.TrimSpace(values.Get("case")),
		Action:       values.Get("action"),
		Municipality: values.Get("municipality"),
		Role:         values.Get("role"),
		After:        values.Get("after"),
		Limit:        entriesPage + 1,
	}
}

// trail makes the form of the search. Error: an instant that is none; the form comes with it.
func (n *names) trail(values url.Values) (*trail, error) {
	field := func(kind, name, key string, choices ...page.Choice) page.Field {
		f := n.r.Field(kind, name, key)
		f.Value, f.Choices, f.MaxLength = values.Get(name), choices, 200
		return f
	}
	roles := []page.Choice{choice("", n.r.Text("admin.any"))}
	for _, role := range audit.Roles {
		roles = append(roles, choice(string(role), n.r.Text("admin.role-"+string(role))))
	}
	places := append([]page.Choice{choice("", n.r.Text("admin.any"))}, n.municipalities()...)
	done := []page.Choice{choice("", n.r.Text("admin.any"))}
	for _, action := range acts {
		done = append(done, choice(action, n.act(action)))
	}
	out := &trail{Fields: []page.Field{field(page.FieldText, "case", "admin.audit-case"), field(page.FieldSelect, "action", "admin.audit-action", done...),
		field(page.FieldSelect, "role", "admin.audit-role", roles...), field(page.FieldSelect, "municipality", "admin.place", places...)},
		More: []page.Field{field(page.FieldText, "actor", "admin.audit-actor"), field(page.FieldText, "subject", "admin.audit-subject-id"),
			field(page.FieldText, "object", "admin.audit-object-id")}}
	out.ByNumber = slices.ContainsFunc(out.More, func(f page.Field) bool { return f.Value != "" })
	out.From, out.To = n.instant("from", "/from", "admin.audit-from", values, time.Time{}), n.instant("to", "/to", "admin.audit-to", values, time.Time{})
	for _, name := range []string{"from", "to"} {
		if _, ok := instantOf(values, name); !ok {
			return out, n.r.Invalid("/"+name, "admin.invalid-instant")
		}
	}
	return out, nil
}

// mark puts what is wrong to the questions; the use case names them as parameters.
func (t *trail) mark(wrong []page.Wrong) {
	at := func(name string, label template.HTML) (out []page.Wrong) {
		for i := range wrong {
			if wrong[i].Field == page.FieldID("/"+name) {
				wrong[i].Label = label
				out = append(out, wrong[i])
			}
		}
		return out
	}
	for _, fields := range [][]page.Field{t.Fields, t.More} {
		for i := range fields {
			fields[i].Wrong = at(fields[i].Name, fields[i].Label)
		}
	}
	t.From.Wrong, t.To.Wrong = at("from", t.From.Label), at("to", t.To.Label)
}

func (n *names) entry(e models.AuditEntry) entry {
	out := entry{AuditEntry: e, Role: n.r.Text("admin.role-" + string(e.Role)), What: n.act(e.Action)}
	if e.Municipality != "" {
		out.Place = n.place(e.Municipality)
	}
	if e.ActorID != nil {
		out.Actor = *e.ActorID
	}
	out.Who = n.actor(&e)
	if e.SubjectID != nil {
		out.Subject = *e.SubjectID
	}
	if e.ObjectID != "" {
		out.About = "/audit?" + url.Values{"object": {e.ObjectID}}.Encode()
	}
	return out
}

// actor is who did something: staff by name, since an auditor asks for a person; an applicant is named nowhere here.
func (n *names) actor(e *models.AuditEntry) string {
	if e.ActorID == nil {
		return n.r.Text("admin.audit-program")
	}
	if e.Role == models.RoleReviewer || e.Role == models.RoleAdmin {
		return cmp.Or(n.staffName(e.Municipality, *e.ActorID), n.r.Text("admin.audit-unnamed"))
	}
	return n.r.Text("admin.role-" + string(e.Role))
}

// entry shows one entry in whole. To read it is a search, and leaves an entry too.
func (p *pages) entry(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	found, err := p.Audit.Search(r.Ctx, r.Actor, postgres.AuditQuery{ID: id, Limit: 1})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.ErrNotFound
	}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	return r.Show("admin/entry", n.entry(found[0]))
}

// seals is what is sealed, and what a verification found.
type seals struct {
	Sealing bool // this deployment seals its trail
	Newest  *models.AuditCheckpoint
	Part    *audit.Part
	Found   []audit.Finding
	Checked int // seals so far, over all steps
	Wrong   int // findings so far
}

func (p *pages) seals(r *page.Request) error {
	out, err := p.sealed(r)
	if err != nil {
		return err
	}
	return r.Show("admin/seals", out)
}

func (p *pages) sealed(r *page.Request) (*seals, error) {
	out := &seals{Sealing: p.Sealer != nil}
	if !out.Sealing {
		return out, nil
	}
	var err error
	out.Newest, err = p.Sealer.Newest(r.Ctx)
	return out, err
}

// verify checks the seals step by step; each step is a form of its own, so that a long trail needs no long request.
func (p *pages) verify(r *page.Request) error {
	out, err := p.sealed(r)
	if err != nil {
		return err
	}
	if !out.Sealing {
		return r.Redirect("/audit/seals")
	}
	after, err := strconv.ParseInt(r.Value("after"), 10, 64)
	if err != nil || after < 0 {
		after = 0
	}
	if out.Part, err = p.Sealer.VerifyPart(r.Ctx, r.Actor, p.Audit, after); err != nil {
		return err
	}
	checked, _ := strconv.Atoi(r.Value("checked"))
	wrong, _ := strconv.Atoi(r.Value("wrong"))
	out.Checked, out.Wrong = max(checked, 0)+out.Part.Seals, max(wrong, 0)+len(out.Part.Findings)
	out.Found = slices.Clone(out.Part.Findings)
	return r.Show("admin/seals", out)
}
