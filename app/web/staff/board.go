package staff

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/storage/postgres"
)

// boardPage is how the work of the office stands: tables, each beside a drawing of its figures that needs no script.
type boardPage struct {
	Tables []figures
	From   int // days that the later tables look back
	Hidden postgres.HiddenCases
}

// figures are one table of the board.
type figures struct {
	Key   string
	Heads []string
	Rows  []figure
}

// figure is one row: what it is about, its numbers, and how long its bars are.
type figure struct {
	Name  string
	Cells []string
	Bars  []int // in hundredths of the longest
	Warn  bool
}

func (p *pages) board(r *page.Request) error {
	out, err := p.boardPage(r)
	if err != nil {
		return err
	}
	return r.Show("staff/board", out)
}

func (p *pages) boardPage(r *page.Request) (*boardPage, error) {
	b, err := p.Queue.Board(r.Ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	out := &boardPage{From: queue.BoardTime}
	if out.Hidden, err = p.Queue.HiddenCases(r.Ctx, r.Actor); err != nil {
		return nil, err
	}
	out.Tables = []figures{boardStates(r, b), boardHolders(r, b), boardDays(r, b), p.boardTimes(r, b), p.boardAsked(r, b)}
	for i := range out.Tables {
		out.Tables[i].scale()
	}
	return out, nil
}

// scale draws the first numbers of each row, as many as it has bars, beside the longest of the table.
func (f *figures) scale() {
	most := 1
	for _, row := range f.Rows {
		for _, n := range row.Bars {
			most = max(most, n)
		}
	}
	for i := range f.Rows {
		for j, n := range f.Rows[i].Bars {
			f.Rows[i].Bars[j] = n * 100 / most
		}
	}
}

func numbers(n ...int) []string {
	out := make([]string, len(n))
	for i := range n {
		out[i] = strconv.Itoa(n[i])
	}
	return out
}

func heads(r *page.Request, key string, names ...string) figures {
	out := figures{Key: key}
	for _, name := range names {
		out.Heads = append(out.Heads, r.Text("board."+name))
	}
	return out
}

func boardStates(r *page.Request, b *queue.Board) figures {
	out := heads(r, "states", "state", "cases", "week", "month", "older", "overdue", "unheld")
	for _, s := range b.States {
		out.Rows = append(out.Rows, figure{Name: present.QueueState(s.State, r.Lang), Bars: []int{s.Cases}, Warn: s.Overdue > 0,
			Cells: numbers(s.Cases, s.Week, s.Month, s.Older, s.Overdue, s.Unheld)})
	}
	return out
}

func boardHolders(r *page.Request, b *queue.Board) figures {
	out := heads(r, "holders", "holder", "cases", "overdue", "oldest")
	for _, h := range b.Holders {
		name := r.Text("queue.nobody")
		if h.Worker != nil {
			name = workerName(r, *h.Worker)
		}
		out.Rows = append(out.Rows, figure{Name: name, Bars: []int{h.Cases}, Warn: h.Overdue > 0, Cells: numbers(h.Cases, h.Overdue, h.Age)})
	}
	return out
}

// workerName is what a member of staff is called; never the id.
func workerName(r *page.Request, w queue.Worker) string {
	switch {
	case w.Mine:
		return r.Text("staff.you")
	case w.Name == "":
		return r.Text("queue.nameless")
	}
	return w.Name
}

func boardDays(r *page.Request, b *queue.Board) figures {
	out := heads(r, "days", "day", "arrived", "decided")
	for _, d := range b.Days {
		day := fmt.Sprintf("%d/%d", d.Day.Month(), d.Day.Day())
		out.Rows = append(out.Rows, figure{Name: day, Bars: []int{d.Arrived, d.Decided}, Cells: numbers(d.Arrived, d.Decided)})
	}
	return out
}

func (p *pages) boardTimes(r *page.Request, b *queue.Board) figures {
	out := heads(r, "times", "procedure", "median", "decided")
	for _, t := range b.Times {
		name := r.Text("board.all")
		if t.Procedure != "" {
			name = present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, t.Procedure), t.Procedure, r.Lang)
		}
		out.Rows = append(out.Rows, figure{Name: name, Bars: []int{int(t.Median * 10)},
			Cells: []string{strconv.FormatFloat(t.Median, 'f', 1, 64), strconv.Itoa(t.Decided)}})
	}
	return out
}

func (p *pages) boardAsked(r *page.Request, b *queue.Board) figures {
	out := heads(r, "asked", "question", "procedure", "times")
	for _, a := range b.Asked {
		c := p.Editions().ForProcedure(r.Actor.Municipality, a.Procedure)
		out.Rows = append(out.Rows, figure{Name: p.asked(r, a), Bars: []int{a.Times},
			Cells: []string{present.Procedure(c, a.Procedure, r.Lang), strconv.Itoa(a.Times)}})
	}
	return out
}

// asked names what a correction asked for: a document, or a question of the form by its label.
func (p *pages) asked(r *page.Request, a postgres.AskedOften) string {
	c := p.Editions().ForProcedure(r.Actor.Municipality, a.Procedure)
	if a.Document != "" {
		return present.Document(c, a.Document, r.Lang)
	}
	if proc := c.Procedure(a.Procedure); proc != nil {
		if label := present.Question(proc.Latest(), a.Field, r.Lang); label != "" {
			return label
		}
	}
	return r.Text("case.entered")
}

// boardCSV is the board as one file for a spreadsheet: UTF-8 with its mark, so that every spreadsheet reads it.
func (p *pages) boardCSV(r *page.Request) error {
	out, err := p.boardPage(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(discrepancy.BOM)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, t := range out.Tables {
		rows := [][]string{{r.Text("board.table-" + t.Key)}, t.Heads}
		for _, row := range t.Rows { // no cell is a formula to a spreadsheet
			rows = append(rows, append([]string{discrepancy.Neutralise(row.Name)}, row.Cells...))
		}
		if err := w.WriteAll(append(rows, nil)); err != nil {
			return err
		}
	}
	h := r.Gin.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="board.csv"`)
	r.Gin.Data(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	return nil
}
