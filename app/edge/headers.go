package edge

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
)

// apiPolicy is for answers that are data. app/web replaces it on its pages.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// securityHeaders gives every answer the strict value of each header; a handler that needs less says so itself.
func (e *Edge) securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", apiPolicy)
	// Not no-referrer: with it browsers send "Origin: null" with a form of our own, which cannot be told from a stranger's.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // most answers are about a person; a public route says otherwise
	if e.secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	c.Next()
}

// refuseCrossOrigin protects what a cookie authenticates against other sites (CSRF). A bearer token is not sent by a
// browser on its own, so a request with one needs no protection. Fault: Forbidden (forbidden, reason cross-origin).
func (e *Edge) refuseCrossOrigin(c *gin.Context) {
	if _, bearer := bearerToken(c.Request); !bearer {
		if err := e.origins.Check(c.Request); err != nil {
			e.Fail(c, errCrossOrigin.Because(err))
			return
		}
	}
	c.Next()
}

var errCrossOrigin = fault.New(fault.Forbidden, fault.CodeForbidden, "cross-origin").Note("reason", reasonCrossOrigin)

// bearerToken takes the token out of the Authorization header; found says whether the request uses that scheme at all.
func bearerToken(r *http.Request) (token string, found bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}
