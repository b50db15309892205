package simulator

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"

	"golang.org/x/text/language"
)

//go:embed pages/*
var files embed.FS

// pages are the sign-in pages: HTML without script, in Japanese and English.
type pages struct {
	storage *storage
	html    *template.Template
	css     []byte
}

func newPages(s *storage) (*pages, error) {
	html, err := template.ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, err
	}
	css, err := files.ReadFile("pages/style.css")
	return &pages{storage: s, html: html, css: css}, err
}

// view is what the templates see.
type view struct {
	Lang, Other string            // "ja" or "en", and the one to change to
	T           map[string]string // the texts in Lang
	Title       string
	ID          string
	OTP         string
	Error       string
	Message     string
	Switch      string // address of this page in the other language; empty hides the link
	Groups      []group
	Persona     personaView
}

type group struct {
	Kind, Title string
	Personas    []personaView
}

type personaView struct{ Key, Name, Kana, Detail string }

// language chooses: the link of the page, then what the application asked for, then the browser, then Japanese.
func (p *pages) language(r *http.Request, in signIn) string {
	matcher := language.NewMatcher([]language.Tag{language.Japanese, language.English})
	wanted := []language.Tag{}
	if l, err := language.Parse(r.FormValue("lang")); err == nil {
		wanted = append(wanted, l)
	}
	wanted = append(wanted, in.locales...)
	if accepted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")); err == nil {
		wanted = append(wanted, accepted...)
	}
	tag, _, _ := matcher.Match(wanted...)
	if base, _ := tag.Base(); base.String() == "en" {
		return "en"
	}
	return "ja"
}

// addresses are where GET shows a page, also after a POST that was refused.
var addresses = map[string]string{"personas": "/login", "code": "/login/code"}

func (p *pages) render(w http.ResponseWriter, r *http.Request, status int, page string, in signIn, problem string) {
	v := p.newView(r, in)
	v.Title = v.T["title_"+page]
	v.Groups = groups(v.Lang)
	v.Switch = addresses[page] + "?" + url.Values{"id": {in.id}, "lang": {v.Other}}.Encode()
	if problem != "" {
		v.Error = v.T[problem]
	}
	if chosen, ok := PersonaByKey(in.persona); ok {
		v.Persona, v.OTP = show(chosen, v.Lang), in.otp
	}
	p.write(w, status, page, in, v)
}

// message is a page with one sentence.
func (p *pages) message(w http.ResponseWriter, r *http.Request, status int, text string) {
	v := p.newView(r, signIn{})
	v.Title, v.Message = v.T["title_message"], v.T[text]
	p.write(w, status, "message", signIn{}, v)
}

func (p *pages) newView(r *http.Request, in signIn) view {
	v := view{Lang: p.language(r, in), Other: "en", ID: in.id}
	if v.Lang == "en" {
		v.Other = "ja"
	}
	v.T = texts[v.Lang]
	return v
}

func (p *pages) write(w http.ResponseWriter, status int, page string, in signIn, v view) {
	var b bytes.Buffer
	if err := p.html.ExecuteTemplate(&b, page, v); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	// Browsers apply form-action to the redirects after a form as well: the way back to the application has to be in it.
	csp := "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if u, err := url.Parse(in.redirectURL); err == nil && u.Host != "" {
		csp += " " + u.Scheme + "://" + u.Host
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	h.Set("Content-Security-Policy", csp)
	h.Set("Cache-Control", "no-store")
	// Not "no-referrer": browsers would then say Origin: null with our own forms, which the protection against other
	// sites' forms refuses where Sec-Fetch-Site is missing (plain http on a name).
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser is gone: nobody is left to tell
}

func (p *pages) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(p.css)
}

// groups are the personas whom one can choose, parents first.
func groups(lang string) []group {
	var list []group
	for _, kind := range []string{KindParent, KindReviewer, KindAdmin, KindAuditor} {
		g := group{Kind: kind, Title: texts[lang]["kind_"+kind]}
		for _, p := range named {
			if p.Kind == kind {
				g.Personas = append(g.Personas, show(p, lang))
			}
		}
		list = append(list, g)
	}
	return list
}

// places names the municipalities of the demo.
var places = map[string]map[string]string{
	"998010": {"ja": "ひなた市", "en": "Hinata City"}, "998028": {"ja": "みなと町", "en": "Minato Town"},
	"998036": {"ja": "もり村", "en": "Mori Village"}, "national": {"ja": "全国", "en": "all municipalities"},
}

func show(p Persona, lang string) personaView {
	v := personaView{Key: p.Key, Name: p.Name(), Kana: p.Kana()}
	if lang == "en" {
		v.Kana = p.Latin()
	}
	if len(p.Roles) > 0 {
		v.Detail = place(p.Roles[0], lang)
	}
	return v
}
