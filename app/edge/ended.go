package edge

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/storage/postgres"
)

// LogoutVerifier checks what a provider sends when it ends a session. app/gateway/oidc implements it.
type LogoutVerifier interface {
	VerifyLogoutToken(ctx context.Context, raw string) (oidc.Ended, error)
}

// backChannelLogout ends the sessions that a provider says are over: POST /auth/backchannel-logout with logout_token (OpenID Connect
// Back-Channel Logout 1.0). It is the provider's server that calls, so the answer is the protocol's and not a problem document.
func (e *Edge) backChannelLogout(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	ended, err := e.opt.Logouts.VerifyLogoutToken(c.Request.Context(), c.PostForm("logout_token"))
	if err == nil {
		var n int64
		if n, err = e.endByProvider(c.Request.Context(), ended); err == nil {
			e.log.InfoContext(c.Request.Context(), "the identity provider ended sessions", slog.String("provider", ended.Provider), slog.Int64("sessions", n))
			c.Status(http.StatusOK)
			return
		}
	}
	f := fault.As(err)
	if f == nil || f.Kind != fault.Unauthorized {
		e.Fail(c, err) // 503 and the like: the provider may send it again
		return
	}
	c.JSON(http.StatusBadRequest, gin.H{"error": "invalid_request", "error_description": "logout token: " + f.Extra["reason"]})
}

var errLogoutAgain = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "token-type").Note("reason", "used")

// endByProvider ends them, once for each token.
func (e *Edge) endByProvider(ctx context.Context, ended oidc.Ended) (n int64, err error) {
	person := ""
	if ended.Subject != "" {
		if person, err = e.opt.People.PersonFor(ctx, ended.Provider, ended.Subject); err != nil {
			return 0, err
		}
	}
	once := sha256.Sum256([]byte("logout token\x00" + ended.Provider + "\x00" + ended.ID))
	err = e.opt.DB.InTx(ctx, sessionActor, func(tx *postgres.Tx) error {
		first, err := tx.SessionFirst(once[:], ended.Until)
		if err == nil && !first {
			return errLogoutAgain
		}
		if err == nil {
			n, err = tx.SessionsEndByProvider(person, providerSession(ended.Provider, ended.Session))
		}
		return err
	})
	return n, err
}
