package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const hinata, minato = casetest.Hinata, casetest.Minato

var bg = context.Background()

// office is two municipalities with their staff.
type office struct {
	*casetest.World
	service *queue.Service

	one, two, foreign, admin models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	return &office{World: w, service: queue.New(w.Dossiers, queue.Options{}), one: w.Reviewer("reviewer-1", hinata), two: w.Reviewer("reviewer-2", hinata),
		foreign: w.Reviewer("reviewer-3", minato), admin: w.Admin("admin", hinata)}
}

// filed adds a case of 山田 花子's that arrived at an instant; change, if not nil, alters it and what is written in it.
func (o *office) filed(at time.Time, change func(app *models.Application, applicant map[string]any)) *models.Application {
	o.T.Helper()
	return o.Stored(func(app *models.Application, c *dossier.Content) {
		casetest.Arrived(app, at)
		applicant := map[string]any{"family_name": "山田", "given_name": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ",
			"birth_date": "1990-05-01", "address": map[string]any{"street": "秘密町1"}}
		if change != nil {
			change(app, applicant)
		}
		c.Form = map[string]any{"applicant": applicant}
	})
}

func (o *office) item(app *models.Application, document string, state models.ItemState) {
	o.T.Helper()
	o.In(o.Parent, func(tx *postgres.Tx) error {
		return tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: document, Subject: "applicant", Municipality: app.Municipality,
			PersonID: app.PersonID, Decision: "attach", Reason: "trial", State: state, Revision: 1, UpdatedAt: tx.Now})
	})
}

// list is one page.
func (o *office) list(actor models.Actor, f queue.Filter) []queue.Entry {
	o.T.Helper()
	if f.Limit == 0 {
		f.Limit = 50
	}
	page, _, err := o.service.List(bg, actor, f)
	casetest.Must(o.T, err)
	return page
}

func ids(page []queue.Entry) []string {
	out := make([]string, len(page))
	for i := range page {
		out[i] = page[i].ID
	}
	return out
}

func request(key string, body any) dossier.Request { return casetest.Request(key, fmt.Sprint(body)) }
