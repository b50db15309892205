package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/models"
)

// TestABrowserActsForThePlaceItChose: the cookie chooses among the person's own roles and gives none; where none fits it, it
// says nothing; a program that sends the header is not touched by it.
func TestABrowserActsForThePlaceItChose(t *testing.T) {
	h := newHarness(t, nil)
	several := []string{"admin@998010", "admin@998028", "admin@national", "reviewer@998010"}
	for name, c := range map[string]struct {
		cookie, header string
		program        bool // by token
		roles          []string
		permission     Permission
		role           models.Role
		municipality   string
	}{
		"nothing chosen":                {permission: Admin, role: models.RoleNational},
		"a municipality":                {cookie: "998028", permission: Admin, role: models.RoleAdmin, municipality: "998028"},
		"the country":                   {cookie: "national", permission: Admin, role: models.RoleNational},
		"the country, municipal page":   {cookie: "national", permission: MunicipalAdmin, role: models.RoleAdmin, municipality: "998010"},
		"a place of another":            {cookie: "998036", permission: Admin, role: models.RoleNational},
		"a place of another, one role":  {cookie: "998028", roles: []string{"admin@998010"}, permission: Admin, role: models.RoleAdmin, municipality: "998010"},
		"as reviewer there is one":      {cookie: "998028", permission: Reviewer, role: models.RoleReviewer, municipality: "998010"},
		"the header says it":            {cookie: "998028", header: "998010", permission: Admin, role: models.RoleAdmin, municipality: "998010"},
		"a program has no such cookie":  {cookie: "998028", program: true, permission: Admin, role: models.RoleNational},
		"nonsense":                      {cookie: "x@y", permission: Admin, role: models.RoleNational},
		"the country for a municipal":   {cookie: "national", roles: []string{"admin@998010"}, permission: Admin, role: models.RoleAdmin, municipality: "998010"},
		"the country, national's alone": {cookie: "998010", permission: NationalAdmin, role: models.RoleNational},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: ActForCookie, Value: c.cookie})
		r.Header.Set(HeaderActFor, c.header)
		if c.roles == nil {
			c.roles = several
		}
		rec := &record{request: r, identified: true, principal: &Principal{Person: "p", Roles: c.roles, SecondFactor: true, Session: !c.program}}
		actor, err := h.Authorise(context.WithValue(t.Context(), recordKey{}, rec), c.permission)
		if err != nil || actor.Role != c.role || actor.Municipality != c.municipality {
			t.Errorf("%s: %+v %v", name, actor, err)
		}
	}
}

func TestThePlaceIsKeptInTheBrowserAlone(t *testing.T) {
	h := newHarness(t, nil)
	for place, want := range map[string]string{"998028": "act-for=998028; Path=/; HttpOnly", "": "act-for=; Path=/; Max-Age=0; HttpOnly"} {
		out := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(out)
		h.KeepActFor(c, place)
		if got := out.Header().Get("Set-Cookie"); !strings.HasPrefix(got, want) || !strings.Contains(got, "SameSite=Lax") {
			t.Errorf("%q: %s", place, got)
		}
	}
}
