package linkage

import (
	"context"
	"strconv"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/directory/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// Whomever the example of a procedure is about, the simulated directory knows exactly one, and the simulated network has an
// answer to each item that is asked about an adult: every example can be gone through to its end.
func TestTheExamplesAreAboutResidents(t *testing.T) {
	known := &residents.Register{}
	people, err := simulator.Start(simulator.Options{Addr: "127.0.0.1:0", Data: known})
	casetest.Must(t, err)
	t.Cleanup(func() { _ = people.Close() })
	client, today := directory.New(directory.Options{URL: people.URL()}), jp.DateIn(time.Now())
	for _, p := range casetest.Catalogue(t).Procedures() {
		facts, form, err := p.Latest().ExampleCase(casetest.Hinata, today)
		casetest.Must(t, err)
		content := &dossier.Content{Facts: facts, Form: form}
		for _, subject := range subjects(form) {
			found, err := client.Find(context.Background(), query(casetest.Hinata, content, subject))
			casetest.Must(t, err)
			if len(found) == 0 || !found[0].Exact || len(found) > 1 && found[1].Exact {
				t.Errorf("%s: %s is %+v", p.Code, subject, found)
				continue
			}
			for _, l := range p.Latest().Linkage {
				if held, ok := known.Holds(found[0].ResidentID, l.Item); subject == "applicant" && (!ok || held.Result != residents.Answered) {
					t.Errorf("%s: of %s, %s is %+v", p.Code, subject, l.Item, held)
				}
			}
		}
	}
}

// subjects are the people of a form whom the network may be asked about.
func subjects(form map[string]any) []string {
	var out []string
	for _, one := range []string{"applicant", "spouse", "deceased"} {
		if form[one] != nil {
			out = append(out, one)
		}
	}
	if form["child"] != nil {
		out = append(out, "child-1")
	}
	for _, kind := range []string{"child", "guardian", "supporter"} {
		all, _ := form[catalogue.ListOf(kind)].([]any)
		for i := range all {
			out = append(out, kind+"-"+strconv.Itoa(1+i))
		}
	}
	return out
}
