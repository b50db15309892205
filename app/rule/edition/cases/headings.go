package cases

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/source"
)

// The columns of a table beside the answers, by their headings; the first is the one that a template has.
var (
	colName         = []string{"事例", "name"}
	colProcedure    = []string{"手続", "procedure"}
	colFiled        = []string{"提出日", "filed_on", "filed_at"}
	colMunicipality = []string{"市区町村コード", "municipality", "市区町村"}
	colPapers       = []string{"提出が必要な書類", "documents", "書類"}
	colError        = []string{"エラー", "error"}
	colPhase        = []string{"運用段階", "phase"}
	colConsents     = []string{"同意", "consents"}
	colNote         = []string{"備考", "note"} // for people
)

// kindsRow is in the first column of the row of a template that says how each column is answered: it is no case.
const kindsRow = "（答え方）"

// table is a sheet while it is read.
type table struct {
	*reader
	file     string
	dates    dateCells
	headings []string
	fixed    map[string]int // the columns beside the answers, by their first heading; those that are missing are not there
	asked    []bool         // which columns some row's procedure asks
	blamed   [][]row        // of each column the rows that answer it although their procedure does not ask
}

func (r *reader) table(file string, rows []row, dates dateCells) {
	if len(rows) == 0 {
		return
	}
	t := &table{reader: r, file: file, dates: dates, fixed: map[string]int{}}
	if !t.head(rows[0]) {
		return
	}
	for _, one := range rows[1:] {
		if !one.empty() && plainHeading(one.cell(t.fixed[colName[0]])) != plainHeading(kindsRow) {
			t.row(one)
		}
	}
	t.unasked(rows[0].number)
}

// head reads the headings.
func (t *table) head(first row) bool {
	known := [][]string{colName, colProcedure, colFiled, colMunicipality, colPapers, colError, colPhase, colConsents, colNote}
	t.headings = make([]string, len(first.cells))
	t.asked, t.blamed = make([]bool, len(first.cells)), make([][]row, len(first.cells))
	ok := true
	for i := range first.cells {
		heading := first.cell(i)
		t.headings[i] = heading
		at := slices.IndexFunc(known, func(names []string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return plainHeading(name) == plainHeading(heading) })
		})
		if at < 0 {
			if heading != "" && slices.Contains(t.headings[:i], heading) {
				t.say(first, i, "the heading stands twice")
				ok = false
			}
			continue
		}
		if _, twice := t.fixed[known[at][0]]; twice {
			t.say(first, i, "the heading stands twice")
			ok = false
		}
		t.fixed[known[at][0]] = i
	}
	for _, needed := range [][]string{colName, colProcedure, colFiled, colPapers} {
		if _, there := t.fixed[needed[0]]; !there {
			t.Add(source.Position{File: t.file, Line: first.number}, "there is no column 「%s」 (%s)", needed[0], needed[1])
			ok = false
		}
	}
	return ok
}

// say says what is wrong with a cell.
func (t *table) say(at row, column int, format string, args ...any) {
	heading, name := "", ""
	if column < len(t.headings) && t.headings[column] != "" {
		name = t.headings[column]
		heading = " 「" + name + "」"
	}
	t.Add(source.Position{File: t.file, Line: at.number}, "column "+columnName(column)+strings.ReplaceAll(heading, "%", "%%")+": "+format, args...)
	t.Faults[len(t.Faults)-1].Column = name
}

func (t *table) get(r row, column []string) (text string, at int) {
	at, there := t.fixed[column[0]]
	if !there {
		return "", -1
	}
	return r.cell(at), at
}

// across finds a heading in the version, or else in another one of the procedure: then it is known, and empty here.
func (t *table) across(p *catalogue.Procedure, v *catalogue.Version, heading string) *Column {
	if v != nil {
		if c := t.column(v, heading); c != nil {
			return c
		}
	}
	for _, other := range p.Versions {
		if c := t.column(other, heading); c != nil {
			return c
		}
	}
	return nil
}

func (t *table) isFixed(i int) bool {
	for _, at := range t.fixed {
		if at == i {
			return true
		}
	}
	return false
}

// unasked says which columns nobody asks, and which answers were given where they are not asked.
func (t *table) unasked(first int) {
	for i, heading := range t.headings {
		switch {
		case heading == "" || t.isFixed(i):
		case !t.asked[i]:
			t.say(row{number: first}, i, "no procedure of this table asks that; headings are those of a template, or paths like facts.children.1.birth_date")
		default:
			for _, r := range t.blamed[i] {
				t.say(r, i, "the procedure of this row does not ask that on that day")
			}
		}
	}
}
