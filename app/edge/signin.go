package edge

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/oauth2"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
)

// pending is a sign-in that was begun in this browser.
type pending struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Return   string    `json:"return"`
	Provider string    `json:"provider"`
	At       time.Time `json:"at"`
}

const (
	pendingTime = 15 * time.Minute // a person may have to look for the second factor
	pendingMost = 5                // tabs in which one browser signs in at once
)

var (
	errBadReturn = fault.New(fault.Refused, fault.CodeInvalidRequest, "return-elsewhere").
			With(fault.Detail{Code: detailInvalid, Parameter: "return"})
	errCancelled = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "sign-in-cancelled").Note("reason", reasonCancelled)
	errState     = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "sign-in-elsewhere").
			Note("reason", reasonState)
)

func (e *Edge) signInRoutes() {
	begin := Route{Operation: "sign-in", Permission: Public, Class: Login}
	e.Engine.GET("/auth/login", e.Gin(begin), e.login)
	e.Engine.GET("/auth/callback", e.Gin(begin), e.callback)
	e.Engine.GET("/auth/logout", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/") }) // opened by address: only the form signs out
	if e.opt.Logouts != nil {
		e.Engine.POST("/auth/backchannel-logout", e.Gin(Route{Operation: "sign-out-by-provider", Permission: Public, Class: Form}), e.backChannelLogout)
	}
	e.Engine.POST("/auth/logout", e.Gin(Route{Operation: "sign-out", Permission: Public, Class: Form}), e.logout)
}

// login sends the browser to the provider: GET /auth/login?return=/path&by=NAME&anew=1; without a name to the first for who goes there. Faults:
// Refused (invalid-request) for a return that leaves this site; NotFound (not-found) for a provider that there is not; Unavailable (unavailable).
func (e *Edge) login(c *gin.Context) {
	back := c.DefaultQuery("return", "/")
	if !oidc.LocalPath(back) || len(back) > 1000 {
		e.Fail(c, errBadReturn)
		return
	}
	door := e.door(c.Query("by"), back)
	if door == nil {
		e.Fail(c, fault.ErrNotFound)
		return
	}
	ctx := c.Request.Context()
	session, h, err := e.sessions.open(ctx, c.Request)
	if err != nil {
		e.Fail(c, err)
		return
	}
	one := pending{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Return: back, Provider: door.Name(), At: e.now()}
	target, err := door.AuthURL(ctx, one.State, one.Nonce, one.Verifier, "", askAt(door, back, c.Query("anew") != ""))
	if err != nil {
		e.Fail(c, err)
		return
	}
	h.Pending = append(slices.DeleteFunc(h.Pending, func(p pending) bool { return e.now().Sub(p.At) > pendingTime }), one)
	h.Pending = h.Pending[max(0, len(h.Pending)-pendingMost):]
	if h.Principal == nil { // strangers can make such sessions: they are gone soon
		e.sessions.scs.SetDeadline(session, e.now().Add(pendingTime))
		err = e.sessions.save(session, c.Writer, h, nil)
	} else { // one that was ended meanwhile does not come back
		err = e.sessions.touch(ctx, session, h)
	}
	if err != nil {
		e.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, target)
}

// callback takes the browser back from the provider, which has put a code into the query. The session gets a new token,
// so that one planted before the sign-in is worth nothing. Faults: Unauthorized (unauthorized, with a reason);
// Unavailable (unavailable).
func (e *Edge) callback(c *gin.Context) {
	ctx := c.Request.Context()
	session, h, err := e.sessions.open(ctx, c.Request)
	if err != nil {
		e.Fail(c, err)
		return
	}
	one, found := e.takePending(&h, c.Query("state"))
	door := e.door(one.Provider, one.Return)
	switch {
	case !found || door == nil:
		e.Fail(c, errState)
		return
	case c.Query("error") != "" || c.Query("code") == "":
		e.Fail(c, errCancelled)
		return
	}
	if err := door.Answered(ctx, c.Query("iss")); err != nil {
		e.Fail(c, err)
		return
	}
	identity, tokens, err := door.Exchange(ctx, c.Query("code"), one.Nonce, one.Verifier)
	if err != nil {
		e.Fail(c, err)
		return
	}
	who, err := e.principal(ctx, identity)
	if err != nil {
		e.Fail(c, err)
		return
	}
	if e.opt.SignedIn != nil {
		if err := e.opt.SignedIn(ctx, *who); err != nil {
			e.log.WarnContext(ctx, "what a sign-in says was not kept", "error", err)
		}
	}
	if err := e.begun(session, c.Writer, who, identity, tokens); err != nil {
		e.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, one.Return)
}

// begun makes the session of who has signed in. What is asked again of staff is there before the session, and whose it is before the browser
// has it.
func (e *Edge) begun(session context.Context, w http.ResponseWriter, who *Principal, identity oidc.Identity, tokens oidc.Tokens) error {
	s := e.sessions
	if err := s.scs.RenewToken(session); err != nil {
		return err
	}
	h := held{Principal: who, IDToken: tokens.ID, Seen: e.now(), Standing: who.Staff() && tokens.Refresh != ""}
	if h.Standing {
		st := standing{Refresh: tokens.Refresh, At: h.Seen, Roles: who.Roles, SecondFactor: who.SecondFactor}
		if err := s.keepStanding(session, s.scs.Token(session), st, s.scs.Deadline(session)); err != nil {
			return err
		}
	}
	return s.save(session, w, h, func(token string) error { return s.store.own(session, token, ownerOf(who, identity)) })
}

// takePending finds the sign-in of a state and takes it out.
func (e *Edge) takePending(h *held, sent string) (pending, bool) {
	state, _ := oidc.SplitState(sent)
	for i, p := range h.Pending {
		if subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) == 1 && e.now().Sub(p.At) <= pendingTime {
			h.Pending = slices.Delete(h.Pending, i, i+1)
			return p, true
		}
	}
	return pending{}, false
}

// logout ends the session here and sends the browser to end it at the provider: POST /auth/logout. If the provider
// cannot be asked, the person is signed out here all the same. Fault: Unavailable (unavailable) if the session cannot be
// ended, since a person who reads "signed out" must be.
func (e *Edge) logout(c *gin.Context) {
	ctx := c.Request.Context()
	session, h, err := e.sessions.open(ctx, c.Request)
	if err == nil && e.sessions.scs.Token(session) != "" {
		err = e.sessions.scs.Destroy(session)
	}
	if err != nil {
		e.Fail(c, err)
		return
	}
	e.sessions.scs.WriteSessionCookie(session, c.Writer, "", time.Time{})
	c.Header("Cache-Control", "no-store")
	target := "/"
	if h.IDToken != "" && h.Principal != nil && e.door(h.Principal.Provider, "") != nil {
		if at, err := e.door(h.Principal.Provider, "").LogoutURL(ctx, h.IDToken, e.opt.PublicURL+"/"); err == nil {
			target = at
		}
	}
	c.Redirect(http.StatusSeeOther, target)
}
