package lint

import (
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// grounds looks at what each rule rests on, and when it was last held to it.
func (l *linter) grounds() {
	l.rules(func(v *catalogue.Version, r *catalogue.Rule) {
		f := of(v, r)
		if len(r.Source) == 0 {
			l.add(r.At(), Warning, NoSource, f)
		}
		switch {
		case r.Checked.On == "":
			l.add(r.At(), Warning, NeverChecked, f)
		case !recent(r, l.Today):
			f.Day = r.Checked.On
			l.add(r.At(), Warning, CheckedLongAgo, f)
		}
		for _, s := range amended(l.Catalogue, r) {
			f.Day, f.Word = s.AmendedOn, s.Title+s.Article
			l.add(r.At(), Warning, AmendedSince, f)
		}
	})
}

// recent says whether a rule was checked within MaxAge days.
func recent(r *catalogue.Rule, today jp.Date) bool {
	on, err := jp.ParseDate(r.Checked.On)
	return err == nil && !on.AddDays(MaxAge).Before(today)
}

// amended are the sources of a rule that changed after it was checked.
func amended(c *catalogue.Catalogue, r *catalogue.Rule) (out []catalogue.Source) {
	for _, s := range c.Grounds(r.Source) {
		if r.Checked.On != "" && s.AmendedOn > r.Checked.On { // as YYYY-MM-DD they sort by day
			out = append(out, s)
		}
	}
	return out
}
