// Package page is what every page of app/web is made with: routes, languages, texts, templates, form fields, and what
// happens when something goes wrong. The pages themselves are in the packages beside it, by who uses them.
package page

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/web/static"
)

// Options are what a Site needs.
type Options struct {
	// Providers are the addresses of the sign-in providers: signing out leads there, and the browser has to be told that it may.
	Providers []string
	// Address is where this site is, for what other sites put into their pages.
	Address string
	// Signer is the address of the program on the person's device that signs with the card; empty: none. Pages may talk to it.
	Signer      string
	MaxFileSize int64 // bytes of one file
	MaxFiles    int   // of one application
	Undo        int   // seconds for which a reviewer's decision can be stopped on the screen before it is sent
	// Devices says on which platforms each function is open (R11).
	Devices Devices
	// Memory is for how long a page that says nothing of a person is answered from memory to who is not signed in; 0: never.
	Memory time.Duration
	// Unread counts a parent's unread messages for the heading; nil: none is shown.
	Unread func(r *Request) (int, error)
	// Awaiting counts what waits for an admin's decision, for the heading; nil: none is shown.
	Awaiting func(r *Request) (int, error)
}

// Area is the pages of one kind of user: their templates (*.html, each defines "title" and "main") and their texts.
type Area struct {
	Name  string // the folder's name, before the names of its templates: "parent" → Show("parent/step")
	Files fs.FS  // with templates/*.html and texts/*.yaml
}

// Route is one row of the table of pages.
type Route struct {
	Method, Path string
	edge.Route
}

// Site is the pages on one edge.
type Site struct {
	opt    Options
	edge   *edge.Edge
	texts  texts
	pages  map[string]map[string]document // by language, by name
	assets *static.Files
	policy string
	routes []Route

	memory  memory
	gets    map[string]bool   // paths of pages
	belongs map[string]string // to which page what a form is sent to belongs, where that is not the nearest above
}

// New reads the templates and texts of the areas, and refuses them if one does not parse or a text is missing in a
// language. Routes are added with Get and Post.
func New(e *edge.Edge, opt Options, areas ...Area) (*Site, error) {
	s := &Site{opt: opt, edge: e, policy: policy(opt.Providers, opt.Signer), gets: map[string]bool{}, belongs: map[string]string{}}
	var err error
	if s.assets, err = static.Open(); err != nil {
		return nil, err
	}
	areas = append([]Area{own}, areas...)
	if s.texts, err = readTexts(areas); err != nil {
		return nil, err
	}
	if s.pages, err = s.parse(areas); err != nil {
		return nil, err
	}
	e.Engine.GET(static.Prefix+"*name", e.Gin(edge.Route{Operation: "show-asset", Permission: edge.Public, Class: edge.Form}), s.assets.Serve)
	s.sessionRoutes()
	return s, nil
}

// policy lets a page use nothing that does not come from here. Chromium applies form-action to redirects too, so the
// providers have to be named.
func policy(providers []string, signer string) string {
	forms := "'self'"
	for _, one := range providers {
		if u, err := url.Parse(one); err == nil && u.Host != "" {
			forms += " " + u.Scheme + "://" + u.Host
		}
	}
	connect := "'self'"
	if u, err := url.Parse(signer); err == nil && u.Host != "" {
		connect += " " + u.Scheme + "://" + u.Host
	}
	return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src " + connect + "; font-src 'self'; manifest-src " +
		"'self'; " +
		"form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"
}

// Handler makes one page. An error that it returns is shown as a page that says what happened and what to do.
type Handler func(r *Request) error

// Get adds a page. The class is Form unless the route says otherwise.
func (s *Site) Get(path string, route edge.Route, h Handler) {
	s.handle(http.MethodGet, path, route, h)
}

// Post adds what a form is sent to. Its answer, be it a page, is shown by the page of the same address, else by the page on, else
// by the nearest above: the browser is sent there (303).
func (s *Site) Post(path string, route edge.Route, h Handler, on ...string) {
	if len(on) > 0 {
		s.belongs[path] = on[0]
	}
	s.handle(http.MethodPost, path, route, h)
}

func (s *Site) handle(method, path string, route edge.Route, h Handler) {
	if route.Class == edge.JSON {
		route.Class = edge.Form
	}
	s.routes = append(s.routes, Route{method, path, route})
	if method == http.MethodGet {
		s.gets[path] = true
	}
	s.edge.Engine.Handle(method, path, keepLanguage, s.edge.Gin(route), func(c *gin.Context) {
		if method == http.MethodGet && s.recall(c) {
			return
		}
		r := &Request{
			Gin:   c,
			Ctx:   c.Request.Context(),
			Actor: edge.ActorFrom(c.Request.Context()),
			Lang:  edge.PageLanguage(c.Request),
			site:  s,
		}
		if method == http.MethodGet && s.shown(r) {
			return
		}
		if err := h(r); err != nil {
			s.edge.Fail(c, err)
		}
	})
}

// Options are what the site was made with.
func (s *Site) Options() Options { return s.opt }

// Routes is the table of pages, for tests that try every page as everybody.
func (s *Site) Routes() []Route { return s.routes }

// Names are the templates that can be shown, for tests.
func (s *Site) Names() []string {
	var out []string
	for name := range s.pages[Japanese] {
		out = append(out, name)
	}
	return out
}

// Asset is the address of a static file, with a name that changes with its content.
func (s *Site) Asset(name string) (string, error) {
	at, ok := s.assets.URL(name)
	if !ok {
		return "", fmt.Errorf("page: no static file %q", name)
	}
	return at, nil
}

// local says whether an address is a path of this site and nothing else.
func local(path string) bool {
	u, err := url.Parse(path)
	return err == nil && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, `\`) && u.Host == "" && u.Scheme == ""
}
