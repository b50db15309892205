package dossier_test

import (
	"context"
	"slices"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// A reviewer's categories bound every way to a case: opening it, and holding it for a write.
func TestCategoriesBoundWhoOpensACase(t *testing.T) {
	o := newOffice(t)
	app := o.application(models.StateArrived)
	reviewer, admin := o.Person(t, "reviewer", models.RoleReviewer, hinata), o.Person(t, "admin", models.RoleAdmin, hinata)
	category := o.Dossiers.Editions.National().Procedure(app.Procedure).Category
	var other string
	for _, c := range o.Dossiers.Editions.National().Categories() {
		if c.Code != category {
			other = c.Code
		}
	}
	for categories, code := range map[string]string{"": fault.CodeConflict, category: fault.CodeConflict, other + " " + category: fault.CodeConflict,
		other: fault.CodeNotFound} {
		o.In(admin, func(tx *postgres.Tx) error {
			return tx.PutStaff(&models.Staff{Municipality: hinata, StaffID: reviewer.Person, Categories: categories})
		})
		_, err := o.Dossiers.Open(context.Background(), reviewer, app.ID, nil)
		if (err == nil) != (code == fault.CodeConflict) {
			t.Errorf("%q: opening gives %v", categories, err)
		}
		err = o.App.InTx(context.Background(), reviewer, func(tx *postgres.Tx) error {
			_, err := o.Dossiers.Hold(tx, app.ID, 1)
			return err
		})
		casetest.Refused(t, err, code)
	}
	if _, err := o.Dossiers.Open(context.Background(), o.Parent, app.ID, nil); err != nil {
		t.Errorf("the parent: %v", err)
	}
	codes := o.Dossiers.ProceduresOf(&models.Staff{Categories: category})
	if !slices.Contains(codes, app.Procedure) || len(codes) == len(o.Dossiers.Editions.National().Procedures()) {
		t.Errorf("%v", codes)
	}
	if o.Dossiers.ProceduresOf(&models.Staff{}) != nil {
		t.Error("without categories some procedures are left out")
	}
}
