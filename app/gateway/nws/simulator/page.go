package simulator

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/residents"
)

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Parse(pageHTML))

// view is what the page shows.
type view struct {
	Lang, Other string
	T           map[string]string
	Problem     string
	Saved       bool
	Faults      Faults
	Slow, Delay string
	Totals      Totals
	Providers   []providerView
	Items       []itemView
	Results     []nws.Result
	Example     string
}

type providerView struct {
	Code, Name string
	Down       bool
}

type itemView struct {
	Item   string
	Forced nws.Result
}

// languageOf is the page's own choice, then the browser's, then Japanese.
func languageOf(r *http.Request) string {
	switch r.FormValue("lang") {
	case "ja", "en":
		return r.FormValue("lang")
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err == nil {
		tag, _, _ := language.NewMatcher([]language.Tag{language.Japanese, language.English}).Match(wanted...)
		if base, _ := tag.Base(); base.String() == "en" {
			return "en"
		}
	}
	return "ja"
}

func (s *Server) showPage(w http.ResponseWriter, r *http.Request) {
	s.writePage(w, r, http.StatusOK, "")
}

func (s *Server) writePage(w http.ResponseWriter, r *http.Request, status int, problem string) {
	v := view{
		Lang:    languageOf(r),
		Other:   "en",
		Problem: problem,
		Saved:   r.FormValue("saved") != "",
		Faults:  s.faults.get(),
		Totals:  s.Totals(),
		Results: nws.Results,
		Example: residents.ID("998028", residents.ExampleApplicant),
	}
	if v.Lang == "en" {
		v.Other = "ja"
	}
	v.T = texts[v.Lang]
	v.Slow, _ = duration(v.Faults.Slow)
	v.Delay, _ = duration(v.Faults.AnswerDelay)
	for _, p := range residents.Providers {
		name := p.Name
		if v.Lang == "en" {
			name = p.English
		}
		down := false
		for _, code := range v.Faults.ProvidersDown {
			down = down || code == p.Code
		}
		v.Providers = append(v.Providers, providerView{p.Code, name, down})
	}
	for _, item := range residents.Items {
		v.Items = append(v.Items, itemView{item, v.Faults.Results[item]})
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser is gone: nobody is left to tell
}

func duration(d Duration) (string, error) {
	if d == 0 {
		return "", nil
	}
	text, err := d.MarshalText()
	return string(text), err
}

// postFaults takes the page's form.
func (s *Server) postFaults(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.writePage(w, r, http.StatusBadRequest, "unreadable")
		return
	}
	f := Faults{
		Down:          r.FormValue("down") != "",
		Cut:           r.FormValue("cut") != "",
		WrongField:    r.FormValue("wrong_field") != "",
		Late:          r.FormValue("late") != "",
		Duplicate:     r.FormValue("duplicate"),
		ProvidersDown: r.Form["provider"],
		Results:       map[string]nws.Result{},
	}
	for _, item := range residents.Items {
		if kind := r.FormValue("result." + item); kind != "" {
			f.Results[item] = nws.Result(kind)
		}
	}
	ok := f.Slow.UnmarshalText([]byte(strings.TrimSpace(r.FormValue("slow")))) == nil &&
		f.AnswerDelay.UnmarshalText([]byte(strings.TrimSpace(r.FormValue("answer_delay")))) == nil &&
		number(r.FormValue("lost"), &f.Lost) && number(r.FormValue("max_batch"), &f.MaxBatch)
	if !ok || s.SetFaults(f) != nil {
		s.writePage(w, r, http.StatusUnprocessableEntity, "refused")
		return
	}
	s.back(w, r)
}

// postCorrection changes one fact, or takes the correction of an item back.
func (s *Server) postCorrection(w http.ResponseWriter, r *http.Request) {
	resident, item, field := strings.TrimSpace(r.FormValue("resident")), r.FormValue("item"), strings.TrimSpace(r.FormValue("field"))
	if r.FormValue("undo") != "" {
		s.Uncorrect(resident, item)
		s.back(w, r)
		return
	}
	facts := s.holds(resident, item).Facts
	if facts == nil {
		facts = map[string]any{}
	}
	text := strings.TrimSpace(r.FormValue("value"))
	var value any = text
	if _, written := facts[field].(string); !written { // what was text stays text, also "001"
		if n, err := strconv.Atoi(text); err == nil {
			value = n
		}
	}
	facts[field] = value
	if text == "" {
		delete(facts, field)
	}
	if err := s.Correct(resident, item, Override{Facts: facts}); err != nil {
		s.writePage(w, r, http.StatusUnprocessableEntity, "refused_correction")
		return
	}
	s.back(w, r)
}

func (s *Server) back(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/?"+url.Values{"lang": {languageOf(r)}, "saved": {"1"}}.Encode(), http.StatusSeeOther)
}

// number reads a field that may be left empty.
func number(text string, into *int) bool {
	if text = strings.TrimSpace(text); text == "" {
		return true
	}
	n, err := strconv.Atoi(text)
	*into = n
	return err == nil
}
