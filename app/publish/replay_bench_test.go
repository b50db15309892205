package publish_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
)

// BenchmarkReplay is a replay of 2,000 filed cases as its job does it, from the rows to the result: cases a second, and of them how many
// microseconds each took to be opened, and to be compared.
func BenchmarkReplay(b *testing.B) {
	const cases = 2000
	o := newOffice(b)
	draft := o.Draft(casetest.Claim, hinata, casetest.Apart)
	for range cases {
		o.Stored(func(app *models.Application, c *dossier.Content) {
			casetest.Arrived(app, time.Now())
			c.Facts, c.Form = draft.Facts, draft.Form
		})
	}
	e := o.uploaded(o.national, o.asking("", "true"))
	var last int64
	for b.Loop() {
		r := o.replayed(o.national, e.ID)
		if r.More != cases {
			b.Fatalf("%+v", r)
		}
		last = int64(r.Unsealing/time.Microsecond)<<32 | int64(r.Comparing/time.Microsecond)
	}
	b.ReportMetric(cases*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	b.ReportMetric(float64(last>>32)/cases, "unsealing-µs/case")
	b.ReportMetric(float64(last&(1<<32-1))/cases, "comparing-µs/case")
}
