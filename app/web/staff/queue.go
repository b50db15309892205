package staff

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// queuePage is the municipality's work list with its filters, as they stand in the address.
type queuePage struct {
	Entries    []queued
	Next       string // the address of the next page
	Tabs       []tab
	Columns    []column
	Views      []view
	Filter     string // what a saved view keeps of the address
	Here       string // the address, to come back to
	All        string // the address with all cases chosen
	Chosen     bool   // all cases are chosen
	States     []models.ApplicationState
	Flags      []string
	Categories []category
	State      string
	Procedure  string
	Words      string
	OlderThan  string
	Sort       string
	Marked     map[string]bool // flags
	Total      string
	Tried      []string // what was looked for, when nothing was found
	Workers    []queue.Worker
	NoneLeft   bool   // the next case was asked for, and there is none
	Before     string // the receipt number of the case that was decided just now
	Reassess   int    // cases of the lists of reassessments that nobody has dealt with

	HiddenCases postgres.HiddenCases // that are for named staff alone
}

// tab is a view of the list that is looked at most, with how many cases it has.
type tab struct {
	way
	Count string
}

// column is a heading of the table, by which the list can be sorted.
type column struct {
	Key, URL string // URL is empty where the list cannot be sorted by it
	Order    string // "ascending", "descending" or empty: as aria-sort says it
}

// view is a list that somebody saved.
type view struct {
	queue.View
	URL     string
	Current bool
}

type queued struct {
	queue.Entry
	Name   string // of the procedure
	Marks  []string
	Urgent string // how the day is coloured: bad, warn or empty
	Due    string // what is left of it, in words

	Stopped []string // what is suspended of what it still needs, in words
}

// Narrowed says whether something besides words narrows the list: the filters are open then, so that one sees it.
func (q *queuePage) Narrowed() bool {
	return q.State != "" || q.Procedure != "" || q.OlderThan != "" || len(q.Marked) > 0
}

// Choosable says whether something can be done with the case together with others.
func (q queued) Choosable() bool {
	return lifecycle.Open(q.State)
}

// Free says whether one click makes it the reader's own.
func (q queued) Free() bool {
	return q.Choosable() && q.Claim == nil && (q.Holder == nil || q.Holder.Away)
}

// category is the procedures of one category, to choose from.
type category struct {
	Name       string
	Procedures []choice
}

type choice struct{ Code, Name string }

const (
	queuePath  = "/staff/queue"
	queueLimit = 25
	soon       = 3 // working days before its day from which a case is marked
)

func (p *pages) queue(r *page.Request) error {
	out := p.queuePage(r)
	f, err := filterOf(r, r.Gin.Request.URL.Query())
	if err != nil {
		return r.Again("staff/queue", out, err)
	}
	entries, next, err := p.Queue.List(r.Ctx, r.Actor, f)
	if err != nil {
		return r.Again("staff/queue", out, err)
	}
	for _, e := range entries {
		out.Entries = append(out.Entries, p.queued(r, e))
	}
	if len(entries) == 0 && out.Words != "" {
		out.Tried = queue.Tried(out.Words)
	}
	if out.Workers, err = p.Queue.Workers(r.Ctx, r.Actor); err != nil {
		return err
	}
	if err := p.counted(r, out, f); err != nil {
		return err
	}
	if err := p.saved(r, out); err != nil {
		return err
	}
	if out.HiddenCases, err = p.Queue.HiddenCases(r.Ctx, r.Actor); err != nil {
		return err
	}
	lists, err := p.Queue.ReassessmentLists(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	for _, l := range lists {
		out.Reassess += l.Open
	}
	if next != "" {
		out.Next = with(r.Gin.Request.URL.Query(), "cursor", next)
	}
	return r.Show("staff/queue", out)
}

// filterOf reads the filters of an address. Error: invalid-request for a number that is none.
func filterOf(r *page.Request, query url.Values) (queue.Filter, error) {
	f := queue.Filter{
		State:     models.ApplicationState(query.Get("state")),
		Procedure: query.Get("procedure"),
		Flags:     query["flag"],
		Query:     strings.TrimSpace(query.Get("q")),
		Sort:      query.Get("sort"),
		Cursor:    query.Get("cursor"),
		Limit:     queueLimit,
	}
	older, err := countOf(r, "/older_than", query.Get("older_than"))
	if older != nil {
		f.OlderThan = *older
	}
	return f, err
}

// with is the address of the list with one parameter changed, from its first page on.
func with(query url.Values, name, value string) string {
	query = maps.Clone(query)
	for _, gone := range []string{"cursor", "select", "lang", "none", "decided"} {
		query.Del(gone)
	}
	if query.Set(name, value); value == "" {
		query.Del(name)
	}
	if len(query) == 0 {
		return queuePath
	}
	return queuePath + "?" + query.Encode()
}

// queued puts one case into words.
func (p *pages) queued(r *page.Request, e queue.Entry) queued {
	out := queued{Entry: e, Name: present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, e.Procedure), e.Procedure, r.Lang)}
	for _, flag := range e.Flags { // who has it, and what it waits for, have columns of their own
		if slices.Contains([]string{queue.FlagUrgent, queue.FlagLate, queue.FlagProtected, queue.FlagChecking, queue.FlagCounter}, flag) {
			out.Marks = append(out.Marks, flag)
		}
	}
	for _, item := range e.Suspended {
		out.Stopped = append(out.Stopped, present.Item(p.Editions().ForItem(item), item, r.Lang))
	}
	if e.DueOn == "" {
		return out
	}
	switch {
	case e.DaysLeft < 0:
		out.Urgent, out.Due = "bad", r.Text("queue.overdue", "n", -e.DaysLeft)
	case e.DaysLeft == 0:
		out.Urgent, out.Due = "bad", r.Text("queue.due-today")
	case e.DaysLeft <= soon:
		out.Urgent, out.Due = "warn", r.Text("queue.days-left", "n", e.DaysLeft)
	default:
		out.Due = r.Text("queue.days-left", "n", e.DaysLeft)
	}
	return out
}

// tabs are the views of the list that are looked at most: each is a filter that a link sets.
var tabs = []struct{ key, query string }{{"open", ""}, {"mine", "flag=mine"}, {"unclaimed", "flag=unclaimed"}, {"answered", "flag=answered"},
	{"discrepant", "flag=discrepant"}, {"urgent", "flag=urgent"}}

// sortedBy are the columns of the table, with what the list is sorted by when one is chosen; empty for none.
var sortedBy = []struct{ key, sort string }{{"number", "receipt"}, {"applicant", "reading"}, {"procedure", "procedure"}, {"arrived", "arrived"},
	{"due", "due"}, {"next", "state"}, {"holder", "holder"}}

func (p *pages) queuePage(r *page.Request) *queuePage {
	query := r.Gin.Request.URL.Query()
	out := &queuePage{
		States:    queue.States,
		Flags:     queue.Flags,
		State:     r.Query("state"),
		Procedure: r.Query("procedure"),
		Words:     r.Query("q"),
		OlderThan: r.Query("older_than"),
		Sort:      r.Query("sort"),
		Chosen:    r.Query("select") == "all",
		NoneLeft:  r.Query("none") == "left",
		Before:    decidedBefore(r),
		Filter:    queue.ViewFilter(query),
		Marked:    map[string]bool{},
	}
	out.Here = with(query, "cursor", query.Get("cursor"))
	out.All = out.Here + "?select=all"
	if strings.Contains(out.Here, "?") {
		out.All = out.Here + "&select=all"
	}
	for _, f := range query["flag"] {
		out.Marked[f] = true
	}
	sortable := out.State == "" || out.Words != ""
	for _, c := range sortedBy {
		one := column{Key: c.key}
		if sortable {
			one.URL = with(query, "sort", c.sort)
		}
		switch {
		case sortable && out.Sort == c.sort:
			one.Order, one.URL = "ascending", with(query, "sort", "-"+c.sort)
		case sortable && out.Sort == "-"+c.sort:
			one.Order, one.URL = "descending", with(query, "sort", "")
		}
		out.Columns = append(out.Columns, one)
	}
	now := p.Editions().Now(r.Actor.Municipality)
	for _, k := range now.Categories() {
		one := category{Name: k.Name.In(r.Lang)}
		for _, proc := range now.Procedures() {
			if proc.Category == k.Code {
				one.Procedures = append(one.Procedures, choice{proc.Code, proc.Latest().Name.In(r.Lang)})
			}
		}
		if len(one.Procedures) > 0 {
			out.Categories = append(out.Categories, one)
		}
	}
	return out
}

// counted adds the tabs, each with its cases, and how many the list has.
func (p *pages) counted(r *page.Request, out *queuePage, f queue.Filter) error {
	lists := []queue.Filter{f}
	for _, t := range tabs {
		query, err := url.ParseQuery(t.query)
		if err != nil {
			return err
		}
		lists = append(lists, queue.Filter{Flags: query["flag"]})
	}
	counts, err := p.Queue.Counts(r.Ctx, r.Actor, lists)
	if err != nil {
		return err
	}
	words := func(n int) string {
		if n > queue.MostCounted {
			return r.Text("queue.more-than", "n", queue.MostCounted)
		}
		return strconv.Itoa(n)
	}
	out.Total = words(counts[0])
	for i, t := range tabs {
		one := tab{way{Key: t.key, URL: queuePath, Current: out.Filter == t.query && out.Words == ""}, words(counts[i+1])}
		if one.Title = r.Text("queue.open"); t.query != "" {
			one.Title, one.URL = present.QueueFlag(t.key, r.Lang), one.URL+"?"+t.query
		}
		out.Tabs = append(out.Tabs, one)
	}
	return nil
}

// saved adds the saved views.
func (p *pages) saved(r *page.Request, out *queuePage) error {
	views, err := p.Queue.Views(r.Ctx, r.Actor)
	for _, v := range views {
		out.Views = append(out.Views, view{v, queuePath + "?" + v.Filter, v.Filter != "" && v.Filter == out.Filter})
	}
	return err
}

// saveView keeps the filters of the page under a name.
func (p *pages) saveView(r *page.Request) error {
	query, err := url.ParseQuery(r.Value("filter"))
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "unreadable")
	}
	if err := p.Queue.SaveView(r.Ctx, r.Actor, r.Value("name"), query, r.Value("shared") == "yes"); err != nil {
		return err
	}
	return r.Redirect(with(query, "", ""))
}

func (p *pages) dropView(r *page.Request) error {
	if err := p.Queue.DropView(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	return r.Redirect(queuePath)
}
