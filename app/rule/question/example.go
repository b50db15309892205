package question

import (
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/jp"
)

// Example answers every question that is asked in a case that is filed on a day in Japan, and of those that only some answers
// require, those that are required: complete, valid and in time, and what lies ahead of it lies ahead of that day. With the
// zero date it is a case of exampleDay.
func (l *List) Example(filed jp.Date) map[string]any {
	if filed.IsZero() {
		filed = exampleDay
	}
	return l.record.example(filed, nil).Plain()
}

func (t *recordType) example(filed jp.Date, top *Record) *Record {
	r := &Record{kind: t, values: make([]ref.Val, len(t.questions))}
	if top == nil {
		top = r
	}
	for slot, q := range t.questions {
		asked, _ := q.when.holds(r, top)
		if required := q.needed == nil || q.needs(r, top); !asked || !required {
			continue
		}
		if q.Type == Object && q.Example == nil {
			r.values[slot] = q.record.example(filed, top)
			continue
		}
		tree := (&planter{}).value(q.example(filed), 1)
		c := Checker{Options: Options{FiledOn: filed}}
		r.values[slot] = c.value(q, &tree, At(q.Name))
	}
	return r
}

// example is a valid answer on a filing date. A day that may not lie after it is that day at the latest.
func (q *Question) example(filed jp.Date) any {
	if q.Type != Day && q.Type != Month {
		return q.Example
	}
	if q.ExampleDays != nil {
		return filed.AddDays(*q.ExampleDays).String()
	}
	if text, ok := q.Example.(string); ok && !q.Future && text > filed.String()[:len(text)] { // as YYYY-MM-DD they sort by day
		return filed.String()[:len(text)]
	}
	return q.Example
}
