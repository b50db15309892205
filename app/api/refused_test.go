package api_test

import (
	"net/http"
	"testing"

	"kosodate.example/onestop/app/casetest"
)

// TestARefusedAttemptIsAnEntry: whoever is signed in and tries what they may not leaves a trace, as who they are; so do the lists of exports and staff.
func TestARefusedAttemptIsAnEntry(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(hinata)
	for _, c := range []struct {
		who, path    string
		status       int
		code, want   string // role, municipality, object of the entry
		withoutEntry bool
	}{
		{who: "reviewer-minato", path: casesPath + "/" + id, status: http.StatusNotFound, code: "not-found", want: "reviewer " + minato + " " + id},
		{who: "parent-2", path: "/api/v1/applications/" + id, status: http.StatusNotFound, code: "not-found", want: "applicant  " + id},
		{who: "parent-2", path: casesPath, status: http.StatusForbidden, code: "forbidden", want: "applicant  "},
		{who: "reviewer-minato", path: casesPath + "/nothing", status: http.StatusNotFound, code: "not-found", withoutEntry: true},
		{who: "", path: casesPath, status: http.StatusUnauthorized, code: "unauthorized", withoutEntry: true},
	} {
		const count = `select count(*) from audit_entries where action = 'refused'`
		before := casetest.Value[int](w.World, count)
		w.call(c.who, http.MethodGet, c.path, nil).refused(c.status, c.code)
		after := casetest.Value[int](w.World, count)
		if c.withoutEntry {
			if after != before {
				t.Errorf("%s %s: %d entries more", c.who, c.path, after-before)
			}
			continue
		}
		if got := casetest.Value[string](w.World, `select role || ' ' || municipality || ' ' || object_id from audit_entries where action = 'refused'
			order by id desc limit 1`); after != before+1 || got != c.want {
			t.Errorf("%s %s: %d entries more, %q, want %q", c.who, c.path, after-before, got, c.want)
		}
	}
	w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/exports", nil).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/staff", nil).ok(http.StatusOK)
	for action, role := range map[string]string{"list-exports": "reviewer", "list-staff": "admin"} {
		n := casetest.Value[int](w.World, `select count(*) from audit_entries where action = $1 and role = $2 and municipality = $3`, action, role, hinata)
		if n != 1 {
			t.Errorf("%s: %d entries", action, n)
		}
	}
}
