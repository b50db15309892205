package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestAnUnknownQueryParameterIsRefused: on every route, by its name, before anything is done; one that could be anybody's data is not
// repeated.
func TestAnUnknownQueryParameterIsRefused(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	for _, r := range w.api.Routes() {
		t.Run(r.Operation, func(t *testing.T) {
			one := w.within(t)
			who := slices.IndexFunc(everybody, func(who string) bool { return admitted(r.Permission.String(), who) })
			if who < 0 {
				t.Fatalf("nobody may use it: %s", r.Permission)
			}
			path := s.path(r)
			if strings.Contains(path, "?") {
				path += "&"
			} else {
				path += "?"
			}
			got := one.call(everybody[who], r.Method, path+"zz_misspelt=1&123456789018=1&lmit=2", one.bodyFor(r, s), "If-Match", `"9999"`, "Fence", "1")
			p := got.refused(http.StatusBadRequest, "malformed")
			var named []string
			for _, d := range details(p) {
				if d["code"] != "unknown" {
					t.Errorf("a detail of code %q", d["code"])
				}
				named = append(named, d["parameter"])
			}
			if want := []string{"", "lmit", "zz_misspelt"}; !slices.Equal(named, want) {
				t.Errorf("it names %q, want %q", named, want)
			}
			if p["reason"] != "unknown-parameter" || strings.Contains(string(got.Body), "123456789018") {
				t.Errorf("%s", got.Body)
			}
		})
	}
}

// TestADescribedQueryParameterIsTaken: no parameter that the description has is refused as unknown.
func TestADescribedQueryParameterIsTaken(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	tried := map[string]bool{}
	for _, r := range w.api.Routes() {
		for _, p := range w.contract.doc.Paths.Find(r.Path).GetOperation(r.Method).Parameters {
			if p.Value.In != "query" {
				continue
			}
			tried[p.Value.Name] = true
			who := slices.IndexFunc(everybody, func(who string) bool { return admitted(r.Permission.String(), who) })
			path, _, _ := strings.Cut(s.path(r), "?")
			got := w.call(everybody[who], r.Method, path+"?"+p.Value.Name+"=1", w.bodyFor(r, s), "If-Match", `"9999"`, "Fence", "1")
			if strings.Contains(string(got.Body), "unknown-parameter") {
				t.Errorf("%s: %s", got.asked, got.Body)
			}
		}
	}
	if len(tried) < 10 {
		t.Errorf("only %v were tried", slices.Sorted(maps.Keys(tried)))
	}
}
