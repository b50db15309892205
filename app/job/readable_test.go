package job_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// reads opens everything of a case.
func (r *restored) reads(id string, owner models.Actor, family string) {
	r.t.Helper()
	ctx := context.Background()
	opened, err := r.dossiers.Open(ctx, owner, id, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if got := opened.Content.Form["applicant"].(map[string]any)["family_name"]; got != family {
		r.t.Errorf("the form says %v", got)
	}
	town, err := r.dossiers.MunicipalityKey(ctx, hinata)
	if err != nil {
		r.t.Fatal(err)
	}
	if sum, err := dossier.OpenSummary(town, id, opened.Row.SealedSummary); err != nil || sum.FamilyName != family {
		r.t.Errorf("the queue shows %+v, %v", sum, err)
	}
	file, err := r.documents.Content(ctx, owner, id, r.text(`select id from files where application_id = $1`, id))
	if err != nil {
		r.t.Fatal(err)
	}
	body, err := io.ReadAll(file.Body)
	if err != nil || !bytes.Contains(body, []byte(markFile)) || file.Name != markName+".pdf" {
		r.t.Errorf("the file: %q, %v", body, err)
	}
	note := []byte(r.text(`select encode(sealed, 'escape') from case_notes where application_id = $1`, id))
	if len(note) == 0 {
		r.t.Error("no note")
	}
}

// cannotRead tries every sealed thing of a case with every key that there is.
func (r *restored) cannotRead(id string, owner models.Actor) {
	r.t.Helper()
	ctx := context.Background()
	if _, err := r.dossiers.Open(ctx, owner, id, nil); !errors.Is(err, fault.ErrNotFound) {
		r.t.Errorf("the case: %v", err)
	}
	var row models.Application
	if err := r.app.InTx(ctx, owner, func(tx *postgres.Tx) error {
		a, err := tx.Application(id)
		if err == nil {
			row = *a
		}
		return err
	}); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.keys.Unwrap(ctx, row.WrappedKey, "application/"+id); !errors.Is(err, seal.ErrErased) {
		r.t.Errorf("its key: %v", err)
	}
	town, err := r.dossiers.MunicipalityKey(ctx, hinata)
	if err != nil {
		r.t.Fatal(err)
	}
	if sum, err := dossier.OpenSummary(town, id, row.SealedSummary); err != nil || !reflect.DeepEqual(sum, dossier.Summary{}) {
		r.t.Errorf("what the queue shows: %+v, %v", sum, err)
	}
	if _, err := r.documents.Content(ctx, owner, id, r.text(`select id from files where application_id = $1`, id)); !errors.Is(err, fault.ErrNotFound) {
		r.t.Errorf("the file: %v", err)
	}
	settings, err := r.dossiers.ServiceKey(ctx, dossier.SettingsKey)
	if err != nil {
		r.t.Fatal(err)
	}
	mail := r.bytes(`select sealed_mail from person_settings where person_id = $1`, owner.Person)
	if _, err := settings.OpenErasable(mail, dossier.MailCell(owner.Person)); !errors.Is(err, seal.ErrErased) {
		r.t.Errorf("the address: %v", err)
	}
	for _, name := range r.names(`select name from service_keys where name like 'answers/2019%'`) {
		wrapped := r.bytes(`select wrapped_key from service_keys where name = $1`, name)
		erased := 0
		for days := -2; days <= 2; days++ { // it was named so before the days were made to pass
			_, err := r.keys.Unwrap(ctx, wrapped, "service/"+dossier.AnswerKeys+time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly))
			if err == nil {
				r.t.Error("a key of remembered answers opens")
			}
			if errors.Is(err, seal.ErrErased) {
				erased++
			}
		}
		if erased != 1 {
			r.t.Errorf("the key of %s was destroyed %d times", name, erased)
		}
	}
	r.noOtherKeyOpens(id, town, settings)
}
