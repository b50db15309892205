package edge

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/models"
)

// pathOf is a path for a permission's name; Gin takes a colon for a parameter.
func pathOf(permission string) string { return "/r-" + strings.ReplaceAll(permission, ":", "-") }

func TestWhoMayUseWhichRouteAndAsWhom(t *testing.T) {
	h := newHarness(t, nil)
	permissions := []Permission{
		Public,
		Applicant,
		Reviewer,
		Admin,
		NationalAdmin,
		Auditor,
		SignedIn,
		Scope("handover"),
		Scope("share:vaccination"),
		Scope("other"),
		ScopeOf("share"),
		ScopeOf("other"),
		{},
	}
	for _, p := range permissions {
		h.Engine.GET(
			pathOf(p.String()),
			h.Gin(Route{Operation: "op-" + p.String(), Permission: p}),
			func(g *gin.Context) { g.JSON(200, ActorFrom(g.Request.Context())) },
		)
	}
	for _, c := range []struct {
		route, token, actFor string
		status               int
		code                 string
		role                 models.Role
		municipality         string
	}{
		{"public", "", "", 200, "", models.RolePublic, ""},
		{"public", "expired", "", 200, "", models.RolePublic, ""},
		{"public", "provider-down", "", 200, "", models.RolePublic, ""},
		{"applicant", "", "", 401, "unauthorized", "", ""},
		{"applicant", "expired", "", 401, "unauthorized", "", ""},
		{"applicant", "provider-down", "", 503, "unavailable", "", ""},
		{"applicant", "parent", "", 200, "", models.RoleApplicant, ""},
		{"applicant", "hinata", "", 403, "forbidden", "", ""},
		{"applicant", "both", "", 200, "", models.RoleApplicant, ""},
		{"applicant", "partner", "", 403, "forbidden", "", ""},
		{"applicant", "nobody", "", 403, "forbidden", "", ""},
		{"reviewer", "hinata", "", 200, "", models.RoleReviewer, "998010"},
		{"reviewer", "hinata-one", "", 403, "second-factor-required", "", ""},
		{"reviewer", "parent", "", 403, "forbidden", "", ""},
		{"reviewer", "admin", "", 403, "forbidden", "", ""},
		{"reviewer", "both", "", 200, "", models.RoleReviewer, "998010"},
		{"reviewer", "both", "998028", 200, "", models.RoleReviewer, "998028"},
		{"reviewer", "both", "998036", 403, "forbidden", "", ""},
		{"admin", "admin", "", 200, "", models.RoleAdmin, "998010"},
		{"admin", "national", "", 200, "", models.RoleNational, ""},
		{"admin", "every-admin", "", 200, "", models.RoleNational, ""},
		{"admin", "every-admin", "998028", 200, "", models.RoleAdmin, "998028"},
		{"admin", "national-one", "", 403, "second-factor-required", "", ""},
		{"admin", "auditor", "", 403, "forbidden", "", ""},
		{"national", "admin", "", 403, "forbidden", "", ""},
		{"national", "every-admin", "998028", 200, "", models.RoleNational, ""},
		{"auditor", "auditor", "", 200, "", models.RoleAuditor, ""},
		{"auditor", "national", "", 403, "forbidden", "", ""},
		{"signed-in", "parent", "", 200, "", models.RoleApplicant, ""},
		{"signed-in", "hinata", "", 200, "", models.RoleReviewer, "998010"},
		{"signed-in", "hinata-one", "", 403, "second-factor-required", "", ""},
		{"signed-in", "partner", "", 200, "", models.RolePartner, ""},
		{"signed-in", "nobody", "", 403, "forbidden", "", ""},
		{"scope:handover", "partner", "", 200, "", models.RolePartner, ""},
		{"scope:share:vaccination", "partner", "", 200, "", models.RolePartner, ""},
		{"scope:share:…", "partner", "", 200, "", models.RolePartner, ""},
		{"scope:share:…", "parent", "", 403, "forbidden", "", ""},
		{"scope:other:…", "partner", "", 403, "forbidden", "", ""},
		{"scope:other", "partner", "", 403, "forbidden", "", ""},
		{"scope:handover", "parent", "", 403, "forbidden", "", ""},
		{"", "national", "", 403, "forbidden", "", ""}, // the zero Permission
	} {
		t.Run(c.route+" "+c.token+" "+c.actFor, func(t *testing.T) {
			headers := []string{HeaderActFor, c.actFor, HeaderRequestID, "request-one"}
			if c.token != "" {
				headers = append(headers, bearer(c.token)...)
			}
			a := h.call("GET", pathOf(c.route), "", headers...)
			if a.Code != c.status {
				t.Fatalf("status %d, want %d: %s", a.Code, c.status, a.Body)
			}
			if c.status != 200 {
				want(t, "code", a.problem()["code"], any(c.code))
				return
			}
			var got models.Actor
			if err := json.Unmarshal(a.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			wanted := models.Actor{Role: c.role, Municipality: c.municipality, Purpose: "op-" + c.route, Request: "request-one"}
			if c.route != "public" {
				wanted.Person = "test/" + c.token
			}
			want(t, "actor", got, wanted)
		})
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.GET("/x", h.Gin(Route{Permission: Scope("handover")}), func(*gin.Context) {})
	a := h.call("GET", "/x", "", bearer("parent")...)
	want(t, "challenge", a.Header().Get("WWW-Authenticate"), `Bearer realm="onestop", error="insufficient_scope", scope="handover"`)
	want(t, "scope", a.problem()["scope"], any("handover"))
}

func TestThePrincipalIsInTheContextOfARouteThatAsks(t *testing.T) {
	h := newHarness(t, nil)
	var got Principal
	var asked bool
	note := func(g *gin.Context) { got, asked = PrincipalFrom(g.Request.Context()) }
	h.Engine.GET("/mine", h.Gin(Route{Permission: Applicant}), note)
	h.Engine.GET("/open", h.Gin(Route{Permission: Public}), note)
	h.call("GET", "/mine", "", bearer("parent")...)
	if !asked || got.Name != "青空 太郎" || got.Person != "test/parent" || got.Provider != "test" {
		t.Errorf("%v %+v", asked, got)
	}
	h.call("GET", "/open", "", bearer("parent")...)
	if asked {
		t.Error("a public route asked who it is")
	}
}
