package page

import (
	"net/http"
	"net/url"
	"time"

	"kosodate.example/onestop/app/edge"
)

// sessionRoutes are the pages around signing in. They are the same for everybody.
func (s *Site) sessionRoutes() {
	public := func(operation string) edge.Route {
		return edge.Route{Operation: operation, Permission: edge.Public, Class: edge.Form}
	}
	s.Get("/sign-in", public("show-sign-in"), signIn)
	s.Get("/signed-in", public("show-signed-in"), func(r *Request) error { return r.Show("page/signed-in", nil) })
	s.Post("/session/stay", edge.Route{Operation: "stay-signed-in", Permission: edge.SignedIn, Class: edge.Form}, stay)
}

// signIn tells what signing in takes before it begins: three steps of about a minute, and what one needs for it (R13).
func signIn(r *Request) error {
	back := r.Query("return")
	if back == "" || !local(back) {
		back = "/"
	}
	r.Gin.Header("Cache-Control", "no-store")
	return r.Show("page/sign-in", struct{ Login, Return string }{"/auth/login?return=" + url.QueryEscape(back), back})
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
