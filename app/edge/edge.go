package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Options say what an Edge needs. Log and People are required; without Tokens no bearer token is accepted, without
// Doors and DB nobody can sign in with a browser.
type Options struct {
	Log *slog.Logger
	// PublicURL is the address by which browsers reach the service, "https://kosodate.example". With https, cookies get
	// the __Host- prefix and browsers are told to stay on https.
	PublicURL string
	// TrustedProxies are the addresses or networks of the proxies in front of the program, whose X-Forwarded-For is
	// believed. Empty: the connection's own address counts.
	TrustedProxies []string

	Tokens TokenVerifier
	// Machines knows the core systems of municipalities by their tokens; nil: none is let in.
	Machines Machines
	Doors    []SignIn       // the ways to sign in with a browser, the first before the others
	Logouts  LogoutVerifier // nil: no provider can end a session
	People   People
	DB       *postgres.DB // keeps browser sessions
	Session  SessionOptions
	// SignedIn is told of each sign-in in a browser, before anything is shown; nil: nobody. That it failed keeps nobody out.
	SignedIn func(ctx context.Context, who Principal) error
	// Refused is told of each attempt of a signed-in person that was refused, with the id that was asked for; nil: nobody.
	Refused func(ctx context.Context, actor models.Actor, object string) error
	// Pseudonym is by what the log tells one signed-in person's requests from another's, without saying who it is; empty if nobody can say now.
	// nil: it tells nothing.
	Pseudonym func(ctx context.Context, person string) string
	Limits    Limits
	Checks    []Check

	// DetailText translates one detail of a fault into "ja", "plain" or "en"; "" if it does not know the detail's code. It
	// is present.Details of the catalogue.
	DetailText func(lang string, d fault.Detail) string
	// ErrorPage answers a browser that asked for a page with a page instead of JSON; it returns false to decline. The problem
	// speaks PageLanguage. app/web sets it.
	ErrorPage func(c *gin.Context, p *Problem) bool
}

// Edge is the HTTP side of one process. It is made once, before routes are added to Engine.
type Edge struct {
	Engine *gin.Engine

	opt      Options
	log      *slog.Logger
	secure   bool
	metrics  *metrics
	sessions *sessions // nil: no browser sessions
	rates    rates
	origins  *http.CrossOriginProtection
	ready    readiness
	stopping atomic.Bool
	now      func() time.Time
}

// New makes an Edge with the routes /healthz, /readyz, /metrics and, if Doors and DB are given, /auth/login,
// /auth/callback and /auth/logout. It fails if the options cannot work.
func New(opt Options) (*Edge, error) {
	if opt.Log == nil || opt.People == nil {
		return nil, errors.New("edge: Log and People are required")
	}
	public, err := url.Parse(opt.PublicURL)
	if err != nil || (opt.PublicURL != "" && (public.Host == "" || (public.Scheme != "https" && public.Scheme != "http"))) {
		return nil, errors.New("edge: PublicURL must be an absolute http or https URL")
	}
	opt.Limits.complete()
	e := &Edge{
		opt:     opt,
		log:     opt.Log,
		secure:  public.Scheme == "https",
		metrics: newMetrics(),
		now:     time.Now,
		rates:   newRates(opt.Limits),
		origins: http.NewCrossOriginProtection(),
	}
	e.ready.checks = opt.Checks
	e.metrics.registry.MustRegister(readyMetrics{e})
	if opt.PublicURL != "" {
		// A proxy may rewrite Host; the browser's Origin is the public one all the same.
		if err := e.origins.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
			return nil, fmt.Errorf("edge: PublicURL: %w", err)
		}
	}
	if e.Engine, err = e.engine(); err != nil {
		return nil, err
	}
	if len(opt.Doors) > 0 && opt.DB != nil {
		e.sessions = newSessions(opt.DB, opt.Session, e.secure)
		e.signInRoutes()
	}
	installErrors()
	return e, nil
}

// engine sets Gin up: no logger of its own, no redirects (a path that is not a route does not exist), file names that
// hold an escaped slash reach the handler, which refuses them by name.
func (e *Edge) engine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.RedirectTrailingSlash, g.RedirectFixedPath = false, false
	g.HandleMethodNotAllowed = true
	g.UseRawPath, g.UnescapePathValues = true, true
	if err := g.SetTrustedProxies(e.opt.TrustedProxies); err != nil {
		return nil, fmt.Errorf("edge: TrustedProxies: %w", err)
	}
	g.Use(e.begin, e.recoverPanics, e.securityHeaders, e.refuseCrossOrigin, e.limitAddress)
	g.NoRoute(func(c *gin.Context) { e.Fail(c, fault.ErrNotFound) })
	g.NoMethod(func(c *gin.Context) { e.Fail(c, statusFault(http.StatusMethodNotAllowed)) })
	ask := []string{http.MethodGet, http.MethodHead}
	g.Match(ask, "/healthz", e.health)
	g.Match(ask, "/readyz", e.readyz)
	g.GET("/metrics", gin.WrapH(e.metrics.handler()))
	return g, nil
}

// ServeHTTP lets an Edge be used as an http.Handler.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.Engine.ServeHTTP(w, r) }
