package page

import (
	"net/http"
	"net/url"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/oidc"
)

// sessionRoutes are the pages around signing in. They are the same for everybody.
func (s *Site) sessionRoutes() {
	public := func(operation string) edge.Route {
		return edge.Route{Operation: operation, Permission: edge.Public, Class: edge.Form}
	}
	s.Get("/sign-in", public("show-sign-in"), signIn)
	s.Get(staffSignIn, public("show-staff-sign-in"), signInStaff)
	s.Get("/signed-in", public("show-signed-in"), func(r *Request) error { return r.Show("page/signed-in", nil) })
	s.Post("/session/stay", edge.Route{Operation: "stay-signed-in", Permission: edge.SignedIn, Class: edge.Form}, stay)
}

// signInAt is where one signs in for a page of ours, up to the page to come back to: staff at theirs, if it is another than the parents'.
func (s *Site) signInAt(path string) string {
	if edge.StaffPath(path) && s.edge.StaffApart() {
		return staffSignIn + "?return="
	}
	return "/sign-in?return="
}

// staffSignIn is the address that a municipality gives to its staff.
const staffSignIn = "/staff/sign-in"

// way is one provider to sign in at.
type way struct{ Label, Address string }

// ways are those for an audience, the first first.
func (r *Request) ways(a oidc.Audience, back string) []way {
	var out []way
	for _, d := range r.site.edge.Doors(a) {
		out = append(out, way{d.Label(r.Lang), "/auth/login?return=" + url.QueryEscape(back) + "&by=" + url.QueryEscape(d.Name())})
	}
	return out
}

// signIn tells what signing in takes before it begins: three steps of about a minute, and what one needs for it (R13). The card comes first; where
// there are other ways they stand below.
func signIn(r *Request) error {
	back := r.back("/")
	if at := r.site.signInAt(back); at != "/sign-in?return=" {
		return r.Redirect(at + url.QueryEscape(back))
	}
	r.Gin.Header("Cache-Control", "no-store")
	out := struct {
		Login, Return string
		Others        []way
		Staff         string // the address of theirs, if it is another
	}{Login: "/auth/login?return=" + url.QueryEscape(back), Return: back}
	if ways := r.ways(oidc.Parents, back); len(ways) > 1 {
		out.Others = ways[1:]
	}
	if r.site.edge.StaffApart() {
		out.Staff = staffSignIn
	}
	return r.Show("page/sign-in", out)
}

// signInStaff is where staff sign in, if not where parents do.
func signInStaff(r *Request) error {
	back := r.back("/staff/queue")
	if !r.site.edge.StaffApart() {
		return r.Redirect("/sign-in?return=" + url.QueryEscape(back))
	}
	r.Gin.Header("Cache-Control", "no-store")
	return r.Show("page/sign-in-staff", struct{ Ways []way }{r.ways(oidc.Staff, back)})
}

// back is the page of ours to come back to.
func (r *Request) back(otherwise string) string {
	if back := r.Query("return"); back != "" && local(back) {
		return back
	}
	return otherwise
}

// stay keeps a session that is about to end: coming here counts as use. The script wants the new end, a browser without
// one goes back to where it was.
func stay(r *Request) error {
	idle, latest, ok := r.site.edge.SessionEnds(r.Ctx)
	if r.Gin.GetHeader("Accept") == "application/json" {
		if !ok {
			r.Gin.Status(http.StatusNoContent)
			return nil
		}
		r.Gin.JSON(http.StatusOK, map[string]string{"idle": idle.Format(time.RFC3339), "latest": latest.Format(time.RFC3339)})
		return nil
	}
	back := r.Value("return")
	if !local(back) {
		back = "/"
	}
	return r.Redirect(back)
}
