package job_test

import (
	"testing"
	"time"

	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/models"
)

// A replay is begun by an admin and worked by the worker.
func TestAReplayIsWorked(t *testing.T) {
	p := newPlant(t)
	if _, err := p.Apply.FileWhole(t.Context(), p.Parent, casetest.Once(), p.claim()); err != nil {
		t.Fatal(err)
	}
	admin := p.Admin("admin", hinata)
	zip, err := p.Local(hinata, casetest.Claim, casetest.Asked("guardianship-statement", "true")).Zip()
	casetest.Must(t, err)
	e, err := p.services.Publish.Upload(t.Context(), admin, casetest.Once(), zip)
	casetest.Must(t, err)
	begun, err := p.services.Publish.StartReplay(t.Context(), admin, casetest.Once(), e.ID, publish.Period{From: p.Now().Add(-time.Hour), To: p.Now()})
	casetest.Must(t, err)
	w := p.start()
	if done := w.wait(t, "replay-edition"); done.Kind != river.EventKindJobCompleted || string(done.Job.EncodedArgs) != `{"replay": "`+begun.ID+`"}` {
		t.Errorf("%s %s", done.Kind, done.Job.EncodedArgs)
	}
	r, err := p.services.Publish.LastReplay(t.Context(), admin, e.ID)
	casetest.Must(t, err)
	if r.State != models.ReplayDone || r.More != 1 {
		t.Errorf("%+v", r)
	}
}
