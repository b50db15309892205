package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// A protected person (支援措置) does not exist for staff who are not named (P9): each route of reviewers answers for each of the person's cases, one
// before and one after the mark, one of the counter, as for an id that nobody has, and no list names anything of the person.
func TestNothingOfAProtectedPersonIsInAnyAnswer(t *testing.T) {
	w := newWorld(t)
	marked := w.filedWithFiles()
	before := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", minato)).ok(http.StatusCreated)["id"].(string)
	paper := w.paper("pregnancy-notification")
	draft := w.call("reviewer-minato", http.MethodPost, counterPath, paper).ok(http.StatusCreated)["id"].(string)
	if err := w.App.InTx(context.Background(), models.System(minato, "test"), func(tx *postgres.Tx) error {
		return w.Dossiers.ProtectCase(tx, marked, postgres.ProtectedByStaff)
	}); err != nil {
		t.Fatal(err)
	}
	after := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("childcare-certification", minato)).ok(http.StatusCreated)["id"].(string)
	secret := w.tells(marked, before, draft, after)
	for _, r := range w.api.Routes() {
		if r.Permission.String() != "reviewer" || r.Operation == "create-counter-application" { // that says again what the clerk types
			continue
		}
		t.Run(r.Operation, func(t *testing.T) {
			one := w.within(t)
			nowhere := secrets{application: models.NewID(), file: models.NewID(), upload: models.NewID()}
			nowhere.filed = nowhere.application
			none := one.asked(r, nowhere)
			for _, id := range []string{marked, before, draft, after} {
				got := one.asked(r, secrets{application: id, filed: id, file: w.fileOf(id), upload: models.NewID()})
				for what, text := range secret {
					if strings.Contains(string(got.Body), text) {
						t.Errorf("%s shows the %s: %s", got.asked, what, got.Body)
					}
				}
				if strings.Contains(r.Path, "{id}") && (got.Status != none.Status || code(got) != code(none)) {
					t.Errorf("%s answers %d %s, and %d %s for nobody's", got.asked, got.Status, got.Body, none.Status, none.Body)
				}
			}
		})
	}
	w.Exec(`insert into staff (municipality, staff_id, sees_protected, updated_by, updated_at)
		select distinct municipality, clerk_id, true, clerk_id, now() from counter_intakes`)
	for _, id := range []string{marked, before, after} {
		w.call("reviewer-minato", http.MethodGet, casesPath+"/"+id, nil).ok(http.StatusOK)
	}
}

// asked calls a route as staff who are not named would.
func (w *world) asked(r api.Route, s secrets) answer {
	return w.call("reviewer-minato", r.Method, s.path(r), w.bodyFor(r, s), "If-Match", `"1"`, "Fence", "1")
}

func code(a answer) any {
	var p struct{ Code string }
	_ = json.Unmarshal(a.Body, &p) // a picture has none
	return p.Code
}

func (w *world) fileOf(id string) string {
	var out string
	err := w.Super().QueryRow(`select coalesce((select id::text from files where application_id = $1::text::uuid limit 1), $1::text)`, id).Scan(&out)
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

// tells are what tells of whom these cases are: names, address, receipt numbers, names of files.
func (w *world) tells(ids ...string) map[string]string {
	w.T.Helper()
	applicant := w.claim(minato)["form"].(map[string]any)["applicant"].(map[string]any)
	text := func(name string) string { return applicant[name].(string) }
	out := map[string]string{"name": text("family_name") + " " + text("given_name"), "kana": text("family_kana") + " " + text("given_kana"),
		"given name": text("given_name"), "given kana": text("given_kana"), "address": text("address"), "phone": text("phone"), "birth date": text("birth_date"),
		"name of a file": "A.pdf"}
	rows, err := w.Super().Query(`select receipt_number from applications where receipt_number is not null and id::text = any($1)`, slices.Clone(ids))
	if err != nil {
		w.T.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			w.T.Fatal(err)
		}
		out["receipt number "+number] = number
	}
	if len(out) < 8+3 || rows.Err() != nil {
		w.T.Fatalf("%v %v", out, rows.Err())
	}
	return out
}
