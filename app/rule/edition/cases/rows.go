package cases

import (
	"encoding/json"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// row reads one case; with anything wrong it is left out.
func (t *table) row(r row) {
	before := len(t.Faults)
	c := Case{File: t.file, Line: r.number, Municipality: t.municipality, Facts: json.RawMessage("{}"), columns: map[string]string{}}
	var at int
	if c.Name, at = t.get(r, colName); c.Name == "" {
		t.say(r, at, "the case has no name")
	}
	text, at := t.get(r, colProcedure)
	p := t.procedure(text)
	if p == nil {
		t.say(r, at, "there is no procedure %q", text)
	} else {
		c.Procedure = p.Code
	}
	text, at = t.get(r, colFiled)
	day, err := t.dates.day(text)
	if err != nil {
		t.say(r, at, "%v", err)
	}
	c.FiledAt = filed(day)
	if text, at = t.get(r, colMunicipality); text != "" {
		if c.Municipality = municipality(text); !jp.ValidMunicipality(c.Municipality) {
			t.say(r, at, "%q is no code of a municipality", text)
		}
	}
	text, at = t.get(r, colPhase)
	name, ok := operation(text)
	if !ok {
		t.say(r, at, "%q is none of 本格運用, 試行運用, 停止, 開始前", text)
	}
	c.Phases = everyday(name)
	if len(t.Faults) > before {
		return
	}
	v := p.At(day)
	t.answers(r, p, v, &c)
	t.consents(r, v, &c)
	t.want(r, v, &c)
	if len(t.Faults) == before {
		t.cases = append(t.cases, c)
	}
}

// answers reads the facts of a row. v is nil where the procedure is not in force: then nothing is asked.
func (t *table) answers(r row, p *catalogue.Procedure, v *catalogue.Version, c *Case) {
	values := map[string]any{}
	at := map[string]int{}
	for i, heading := range t.headings {
		if heading == "" || t.isFixed(i) {
			if heading == "" && r.cell(i) != "" {
				t.say(r, i, "the column has no heading")
			}
			continue
		}
		column := t.across(p, v, heading)
		t.asked[i] = t.asked[i] || column != nil
		text := r.cell(i)
		switch {
		case text == "":
		case column == nil || v == nil || t.column(v, heading) == nil:
			t.blamed[i] = append(t.blamed[i], r)
		default:
			value, err := value(column.Question, text, t.dates)
			if err != nil {
				t.say(r, i, "%v", err)
				continue
			}
			if _, twice := values[column.Path]; twice {
				t.say(r, i, "column %s asks the same", columnName(at[column.Path]))
			}
			values[column.Path], at[column.Path] = value, i
			c.columns[column.pointer] = columnName(i)
		}
	}
	if v == nil {
		return
	}
	f := facts{values: values, fault: func(path, format string, args ...any) {
		t.Add(source.Position{File: t.file, Line: r.number}, path+": "+format, args...)
	}}
	c.Facts = normal(v, f.of(v), jp.DateIn(c.FiledAt))
}

// normal brings facts to the form that a plan takes. What is refused stays as it is: the case then gives a refusal.
func normal(v *catalogue.Version, answers map[string]any, filing jp.Date) json.RawMessage {
	raw, err := json.Marshal(answers)
	if err != nil {
		panic("cases: " + err.Error()) // texts, numbers, booleans and lists of them
	}
	if facts, taken, faults := v.TakeFacts(raw, filing); facts != nil && len(faults) == 0 {
		return taken
	}
	return raw
}

// consents are all that the procedure needs, unless the row names some.
func (t *table) consents(r row, v *catalogue.Version, c *Case) {
	if v == nil {
		return
	}
	c.Consents = v.Consents
	text, at := t.get(r, colConsents)
	if text == "" {
		return
	}
	c.Consents = []string{}
	if text == none {
		return
	}
	for _, part := range split(text) {
		name, _, _ := strings.Cut(part, "/")
		item := t.item(name)
		if item == "" {
			t.say(r, at, "there is no item %q", name)
			continue
		}
		c.Consents = append(c.Consents, item+strings.TrimPrefix(part, name))
	}
}

// item finds a linkage item by its code or its name.
func (r *reader) item(text string) string {
	for _, code := range r.catalogue.Items() {
		if code == text || r.catalogue.Item(code).Name.Ja == text {
			return code
		}
	}
	return ""
}

// want reads what the row has to give.
func (t *table) want(r row, v *catalogue.Version, c *Case) {
	text, at := t.get(r, colPapers)
	c.Want.Error, _ = t.get(r, colError)
	switch {
	case c.Want.Error != "" && text != "":
		t.say(r, at, "a case gives papers or an error, not both")
	case c.Want.Error != "":
	case text == "":
		t.say(r, at, "the papers are missing; where none has to be attached, write %s", none)
	case v == nil:
		t.say(r, at, "the procedure is not in force on that day: no paper can be asked for")
	default:
		var err error
		if c.Want.Attach, err = papers(v, text); err != nil {
			t.say(r, at, "%v", err)
		}
	}
}
