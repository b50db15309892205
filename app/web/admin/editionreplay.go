package admin

import (
	"net/url"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// replayed is the last replay of an edition in words: how many parents would have brought more, fewer or other papers, and why.
type replayed struct {
	*publish.Replay
	Running, Stopped bool
	Until            time.Time // the last day of the period

	Cases, Same, More, Fewer, Other string

	Rows   []replayedRow
	Places bool // there is more than one municipality to tell apart
}

// replayedRow is one procedure, in one municipality, with its papers.
type replayedRow struct {
	Procedure, Place                      string
	Cases, More, Fewer, Other, Unanswered string
	Papers                                []replayedPaper
}

type replayedPaper struct{ Document, More, Fewer, Why string }

// replayedOf makes it; nil for no replay.
func (n *names) replayedOf(e *publish.Edition, both *publish.Catalogues, r *publish.Replay) *replayed {
	if r == nil {
		return nil
	}
	out := &replayed{Replay: r, Running: r.State == models.ReplayRunning, Stopped: r.State == models.ReplayStopped, Until: r.To.Add(-time.Microsecond),
		Places: e.Scope == publish.National && n.r.National()}
	whole := n.numbers(r.Few)
	out.Cases, out.Same, out.More, out.Fewer, out.Other = whole(r.Cases), whole(r.Same), whole(r.More), whole(r.Fewer), whole(r.Other)
	for _, c := range r.By { // that of all papers together comes before those of one paper
		number := n.numbers(c.Few)
		if c.Document == "" {
			out.Rows = append(out.Rows, replayedRow{Procedure: n.procedureOf(c.Municipality, c.Procedure), Place: n.place(c.Municipality), Cases: number(c.Cases),
				More: number(c.More), Fewer: number(c.Fewer), Other: number(c.Other), Unanswered: number(c.Unanswered)})
			continue
		}
		row := &out.Rows[len(out.Rows)-1]
		row.Papers = append(row.Papers, replayedPaper{n.documentOf(both, c.Municipality, c.Document), number(c.More + c.Other), number(c.Fewer + c.Other),
			say.Replayed(both.Before, both.After, e.Diff, c.Procedure, c.Document, n.r.Lang)})
	}
	return out
}

// numbers writes numbers; of few cases 1 and 2 are told as one.
func (n *names) numbers(few bool) func(count int) string {
	return func(count int) string {
		if few && count == 2 {
			return n.r.Text("admin.replay-few")
		}
		return present.Number(int64(count), n.r.Lang)
	}
}

func (n *names) procedureOf(municipality, code string) string {
	return present.Procedure(n.p.Editions().ForProcedure(municipality, code), code, n.r.Lang)
}

// documentOf is the name of a document that the edition has, or else of one that the municipality has or had.
func (n *names) documentOf(both *publish.Catalogues, municipality, code string) string {
	if both.After.Document(code) != nil {
		return present.Document(both.After, code, n.r.Lang)
	}
	return present.Document(n.p.Editions().ForDocument(municipality, code), code, n.r.Lang)
}

// periodFields ask for the period of a replay: what was typed, or else the last twelve months.
func periodFields(r *page.Request, typed url.Values) []page.Field {
	today := jp.DateIn(time.Now())
	from, to := r.Field(page.FieldDate, "replay-from", "admin.replay-from"), r.Field(page.FieldDate, "replay-to", "admin.replay-to")
	from.Need, from.Parts = true, page.DateParts(jp.DateOf(today.Time().AddDate(-1, 0, 0)).String(), typed, from.Name)
	to.Need, to.Parts = true, page.DateParts(today.String(), typed, to.Name)
	return []page.Field{from, to}
}

// replayEdition begins to try an edition on the cases of a period, the last day included.
func (p *pages) replayEdition(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	once, err := r.Once("POST /admin/editions/" + r.Param("id") + "/replay")
	if err != nil {
		return err
	}
	period, err := periodOf(r, values)
	if err == nil {
		if _, err = p.Publish.StartReplay(r.Ctx, r.Actor, once, r.Param("id"), period); err == nil {
			return r.Redirect("/admin/editions/" + r.Param("id") + "#replay")
		}
	}
	out, failed := p.editionOf(r, nil)
	if failed != nil {
		return failed
	}
	wrong, _ := r.Wrong(err)
	out.Period, out.PeriodWrong = page.Mark(periodFields(r, values), wrong), true
	return r.Again("admin/edition", out, err)
}

func periodOf(r *page.Request, values url.Values) (publish.Period, error) {
	var out publish.Period
	for _, one := range []struct {
		name  string
		into  *time.Time
		later int
	}{{"replay-from", &out.From, 0}, {"replay-to", &out.To, 1}} {
		day, err := jp.ParseDate(page.DateOf(values, one.name))
		if err != nil {
			return out, r.Invalid("/"+one.name, "admin.invalid-day")
		}
		*one.into = day.AddDays(one.later).Start()
	}
	if !out.From.Before(out.To) {
		return out, r.Invalid("/replay-to", "admin.replay-reversed")
	}
	return out, nil
}
