package app_test

import (
	"context"
	"errors"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	webpage "kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// foreign is what no page says to a person: a placeholder, a format, a word of the protocol, a code of the rules, a date as machines
// write it.
var foreign = regexp.MustCompile(`\{[a-z_]+\}|YYYY|MM-DD|\b(GET|HEAD|POST|PUT|PATCH|DELETE|HTTP|JSON|UUID|RFC ` +
	`\d+|ETag|If-Match|Idempotency-Key)\b|\b(Content|Accept)-[A-Z]|` +
	`(?i:\b(headers?|body|pointers?|status)\b)|ヘッダー|ボディー|メソッド|ポインター|ステータス|\b[RP]\d{1,2}\b|\b\d{4}-\d{2}\b`)

// sample is a value for a parameter, by the function of app/fault that makes it.
func sample(t *testing.T, maker, name string) fault.Param {
	t.Helper()
	switch maker {
	case "Number":
		return fault.Number(name, 1_234_567)
	case "Size":
		return fault.Size(name, 20<<20)
	case "Day":
		return fault.Day(name, jp.Date{Year: 2026, Month: 6, Day: 1})
	case "Name":
		return fault.Name(name, "PDF, JPEG")
	case "Word":
		return fault.Word(name, "state-draft")
	case "Why":
		return fault.Why(evidence.ReasonTrial, "local-tax")
	case "Ref":
		return fault.Ref(name, "{never}")
	}
	t.Fatalf("%s makes a parameter of which no page was tried", maker)
	return fault.Param{}
}

// examples is one error for each sentence that the code says, of all kinds that a page shows in the list of what is wrong.
func examples(t *testing.T) map[string]*fault.Error {
	t.Helper()
	out, public := map[string]*fault.Error{}, publicCodes(t)
	for name, sites := range usedSentences(t) {
		var params []fault.Param
		for param, maker := range sites[0].params {
			params = append(params, sample(t, maker, param))
		}
		d := fault.Detail{Code: name, Reason: fault.Reason(name), Params: params}
		if sites[0].of {
			d.Document, d.Subject = "income-certificate", "child-2"
		}
		code := fault.CodeInvalidRequest
		if slices.Contains(public, name) {
			code = name
		}
		out[name] = d.Alone(fault.Refused, code)
		if sites[0].of {
			out[name].Reason = ""
		}
	}
	return out
}

type nobody struct{}

func (nobody) PersonFor(context.Context, string, string) (string, error) { return "", nil }

// shown is the main part of a page as a person reads it.
func shown(t *testing.T, e *edge.Edge, path string) string {
	t.Helper()
	req, answer := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	req.Header.Set("Accept", "text/html")
	e.Engine.ServeHTTP(answer, req)
	body := answer.Body.String()
	if from, to := strings.Index(body, "<main"), strings.Index(body, "</main>"); from >= 0 && to > from {
		body = body[from:to]
	}
	return html.UnescapeString(tags.ReplaceAllString(aside.ReplaceAllString(body, ""), " "))
}

var (
	aside = regexp.MustCompile(`(?s)<code>.*?</code>|<rp>.*?</rp>|<rt>.*?</rt>`) // the id of the request, the readings
	tags  = regexp.MustCompile(`<[^>]*>`)
)

// TestEveryRefusalOnAPage shows each refusal in each language as a page does, on the page of an error and in the list of what is
// wrong with a form, and looks for what belongs to programs.
func TestEveryRefusalOnAPage(t *testing.T) {
	names, err := catalogue.Load(os.DirFS(root + "/configs/procedures"))
	if err != nil {
		t.Fatal(err)
	}
	var site *webpage.Site
	none := edge.Rate{PerSecond: -1}
	e, err := edge.New(edge.Options{
		Log:        slog.New(slog.DiscardHandler),
		People:     nobody{},
		Limits:     edge.Limits{Address: none, Account: none, Login: none, Uploads: none},
		DetailText: present.Details(func(_, _ string) *catalogue.Catalogue { return names }),
		ErrorPage:  func(c *gin.Context, p *edge.Problem) bool { return site.Fault(c, p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if site, err = webpage.New(e, webpage.Options{}); err != nil {
		t.Fatal(err)
	}
	all := examples(t)
	public := edge.Route{Operation: "fails", Permission: edge.Public}
	site.Get("/fails/:name", public, func(r *webpage.Request) error { return all[r.Param("name")] })
	site.Get("/wrong/:name", public, func(r *webpage.Request) error {
		wrong, _ := r.Wrong(all[r.Param("name")])
		for _, w := range wrong {
			_, _ = r.Gin.Writer.WriteString(w.Text + "\n")
		}
		return nil
	})
	for name, f := range all {
		for _, lang := range wording.Languages {
			want := present.Detail(names, f.Details[0], lang)
			for _, path := range []string{"/fails/", "/wrong/"} {
				text := shown(t, e, path+name+"?lang="+lang)
				if path == "/fails/" && !strings.Contains(squeezed(text), squeezed(present.Title(f.Code, lang))) {
					t.Errorf("%s%s in %s has no title:\n%s", path, name, lang, text)
				}
				if want == "" || !strings.Contains(squeezed(text), squeezed(want)) {
					t.Errorf("%s%s in %s does not say %q:\n%s", path, name, lang, want, text)
				}
				if found := foreign.FindString(text); found != "" {
					t.Errorf("%s%s in %s says %q:\n%s", path, name, lang, found, text)
				}
			}
		}
	}
}

// TestAFormThatWasNotTakenIsSentAgain as it is, from the page that says why: what was typed is in no other place yet.
func TestAFormThatWasNotTakenIsSentAgain(t *testing.T) {
	var site *webpage.Site
	none := edge.Rate{PerSecond: -1}
	e, err := edge.New(edge.Options{
		Log: slog.New(slog.DiscardHandler), People: nobody{}, Limits: edge.Limits{Address: none, Account: none, Login: none, Uploads: none},
		ErrorPage: func(c *gin.Context, p *edge.Problem) bool { return site.Fault(c, p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if site, err = webpage.New(e, webpage.Options{}); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]error{
		"busy": fault.New(fault.TooMany, fault.CodeTooMany, ""), "down": fault.New(fault.Unavailable, fault.CodeUnavailable, ""),
		"broken": errors.New("a fault of ours"), "gone": fault.ErrNotFound,
	}
	site.Post("/fails/:name", edge.Route{Operation: "fails", Permission: edge.Public}, func(r *webpage.Request) error { return kinds[r.Param("name")] })
	for name := range kinds {
		for _, lang := range wording.Languages {
			req := httptest.NewRequest(http.MethodPost, "/fails/"+name+"?lang="+lang, strings.NewReader("given=%E7%A9%BA&once=1"))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Accept", "text/html")
			answer := httptest.NewRecorder()
			e.Engine.ServeHTTP(answer, req)
			body := answer.Body.String()
			again := strings.Contains(body, `name="given" value="空"`) && strings.Contains(body, `action="/fails/`+name)
			if want := name != "gone"; again != want {
				t.Errorf("%s in %s, %d: may be sent again %v, want %v:\n%s", name, lang, answer.Code, again, want, body)
			}
		}
	}
}

// squeezed is a text without white space: plain Japanese is written around its readings.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }
