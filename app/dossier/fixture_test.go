package dossier_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

const hinata = casetest.Hinata

// office is one municipality with two nodes of the program on its database.
type office struct {
	*casetest.World
	other *dossier.Service
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata)
	same, err := seal.LoadKeyring(w.Keyset)
	if err != nil {
		t.Fatal(err)
	}
	return &office{World: w, other: dossier.New(w.App, casetest.BuiltIn(t), same)}
}

// application adds an application of the parent's in a state.
func (o *office) application(state models.ApplicationState) *models.Application {
	o.T.Helper()
	return o.Stored(func(app *models.Application, c *dossier.Content) {
		if state != models.StateDraft && state != models.StateExpired {
			casetest.Arrived(app, time.Now())
		}
		app.State, c.Consents = state, []string{"local-tax"}
	})
}
