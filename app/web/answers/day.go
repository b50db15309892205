package answers

import (
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// day puts the day as of which an answer is wanted beside its question, if what is known says it. Where it follows from other
// answers, the page's script asks for it again as they change.
func (b *Builder) day(f *page.Field, q *question.Question, o object) {
	if q.AsOf == "" || b.Filing.IsZero() {
		return
	}
	_, fixed := q.Day(nil, nil, b.Filing)
	f.Dated = !fixed
	if day, ok := q.Day(o.saved, o.top, b.Filing); ok {
		f.AsOf = b.Request.Markup("field.as-of", "day", b.Request.Read(inEra(day)))
	}
}

// inEra is a day with its era, in a person's language.
type inEra jp.Date

func (d inEra) In(lang string) string { return present.InEra(jp.Date(d), lang) }
