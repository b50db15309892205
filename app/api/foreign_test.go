package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// What a person may not see does not exist for that person: every route of an application and of a file answers a
// stranger, another parent or a foreign municipality's reviewer, exactly as for an id that nobody has.
func TestAForeignApplicationDoesNotExist(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	nowhere := s
	nowhere.application, nowhere.file = "01920000-0000-7000-8000-000000000000", "01920000-0000-7000-8000-000000000001"
	nowhere.upload = nowhere.file
	nowhere.filed = nowhere.application
	malformed := s
	malformed.application, malformed.filed, malformed.file, malformed.upload = "1", "1", "..%2f", "1"
	for _, r := range w.api.Routes() {
		if !strings.Contains(r.Path, "/applications/{id}") {
			continue
		}
		t.Run(r.Operation, func(t *testing.T) {
			one := w.within(t)
			stranger := "parent-2"
			if r.Permission.String() == "reviewer" {
				stranger = "reviewer-minato"
			}
			var answers []string
			for _, ids := range []secrets{s, nowhere, malformed} {
				p := one.call(stranger, r.Method, ids.path(r), one.bodyFor(r, ids), "If-Match", `"1"`, "Fence", "1").refused(http.StatusNotFound, "not-found")
				delete(p, "request_id")
				text, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, string(text))
			}
			if answers[0] != answers[1] || answers[0] != answers[2] {
				t.Errorf("the answers tell them apart:\n%s", strings.Join(answers, "\n"))
			}
		})
	}
	w.call("parent-1", http.MethodGet, "/api/v1/applications/"+s.application, nil).ok(http.StatusOK) // it is untouched
}

// The same for changes of phases and settings of a foreign municipality: ひなた市's admin and みなと町's.
func TestAForeignMunicipalityIsNotAnAdminsBusiness(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	change := "/api/v1/admin/phase-changes/" + s.change
	for _, step := range []string{"", "/approve", "/cancel"} {
		method := http.MethodPost
		if step == "" {
			method = http.MethodGet
		}
		w.call("admin-hinata-1", method, change+step, nil).refused(http.StatusNotFound, "not-found")
	}
	w.call("admin-national-2", http.MethodPost, change+"/approve", nil).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodGet, change, nil).refused(http.StatusNotFound, "not-found") // decided: in the public history, not here
	w.call("admin-hinata-1", http.MethodPost, change+"/cancel", nil).refused(http.StatusNotFound, "not-found")
	list := w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/phase-changes", nil).ok(http.StatusOK)
	if items := list["items"].([]any); len(items) != 0 {
		t.Errorf("changes of another municipality are listed: %v", items)
	}
	w.call("admin-hinata-1", http.MethodPost, "/api/v1/admin/phase-changes", proposal(minato, "trial")).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-1", http.MethodPost, "/api/v1/admin/phase-changes", proposal("*", "trial")).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-1", http.MethodPost, "/api/v1/admin/suspensions", map[string]any{"procedure": "*", "item": "pension", "municipality": minato,
		"reason": "x"}).
		refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/municipalities/"+minato, nil).refused(http.StatusNotFound, "not-found")
	w.call("admin-national-1", http.MethodGet, "/api/v1/admin/municipalities/"+minato, nil).ok(http.StatusOK)
	settings := w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/municipalities/"+hinata, nil).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodPut, "/api/v1/admin/municipalities/"+minato, settings).refused(http.StatusNotFound, "not-found")
	board := w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/phases", nil).ok(http.StatusOK)
	for _, part := range []string{"rows", "board"} {
		for _, row := range board[part].([]any) {
			if m := row.(map[string]any)["municipality"]; m != "*" && m != hinata {
				t.Fatalf("%s of %v are on the board of %s", part, m, hinata)
			}
		}
	}
}
