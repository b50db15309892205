package page

import (
	"net/http"
	"strings"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Places are where the person who is signed in has a role: municipalities' codes and edge.National, sorted.
func (r *Request) Places(role string) []string {
	p, err := r.site.edge.Identify(r.Ctx)
	if err != nil || p == nil {
		return nil
	}
	return p.Places(role)
}

// ActFor makes the browser act for one of the person's places from now on. Error: forbidden for another.
func (r *Request) ActFor(role, place string) error {
	for _, p := range r.Places(role) {
		if p == place {
			r.site.edge.KeepActFor(r.Gin, place)
			return nil
		}
	}
	return fault.ErrForbidden
}

// National says whether the person acts for the country now.
func (r *Request) National() bool { return r.Actor.Role == models.RoleNational }

// Address is where this site is, for what other sites put into their pages: "https://onestop.example".
func (r *Request) Address() string { return strings.TrimSuffix(r.site.opt.Address, "/") }

// barePolicy is that of a page inside another site's: it runs nothing, sends nothing, and every site may show it.
const barePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// ShowBare answers with a page without heading and menu that other sites show inside theirs. It knows nobody: no cookie is
// read for it but the language's, and none is set. keep is how long it may be kept.
func (r *Request) ShowBare(name string, data any, keep time.Duration) error {
	h := r.Gin.Writer.Header()
	h.Del("Set-Cookie")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, max-age="+seconds(keep))
	r.Gin.Set(publicKey, keep)
	return r.site.send(r.Gin, http.StatusOK, name, &View{
		Lang:     r.Lang,
		HTMLLang: htmlLanguage(r.Lang),
		Path:     r.Gin.Request.URL.Path,
		Name:     name,
		D:        data,
		bare:     true,
	})
}

// National is the place of the whole country.
const National = edge.National
