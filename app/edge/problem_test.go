package edge

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/wording"
)

// codesOf reads the constants whose names begin with a prefix out of a source file.
func codesOf(t *testing.T, file, prefix string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) || len(spec.Values) == 0 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			codes[spec.Names[0].Name], _ = strconv.Unquote(lit.Value)
		}
		return true
	})
	if len(codes) == 0 {
		t.Fatalf("no constants %s… in %s", prefix, file)
	}
	return codes
}

func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}

func TestEveryCodeHasItsTextsInEachLanguage(t *testing.T) {
	codes := codesOf(t, "../fault/codes.go", "Code")
	if titles := len(wording.Group("title-", Japanese)); len(codes) != titles-1 { // title-other is nobody's own
		t.Errorf("%d codes, %d titles", len(codes), titles)
	}
	for name, code := range codes {
		for _, part := range []string{"title-" + code, code} {
			one, ok := wording.Of(part)
			if !ok || !japanese(one.Ja) || !japanese(one.Plain) || japanese(one.En) {
				t.Errorf("%s: %s is %+v", name, part, one)
			}
		}
	}
}

// Every member reason that the edge gives stands beside a reason of its own, which has a sentence.
func TestEveryReasonOfTheEdgeIsSaidInJapanese(t *testing.T) {
	deep, many := checkJSON([]byte(`[[[1]]]`), 2, 10), checkJSON([]byte(`[1,2,3]`), 5, 2)
	twice := checkJSON([]byte(`{"a":1,"a":2}`), 5, 10)
	_, unreadable := IdempotencyKey("鍵")
	said := map[string]bool{}
	for _, err := range []error{errNoCredentials, errCancelled, errState, errCrossOrigin, errNotJSON, errEmptyBody, errCutBody, errNotUTF8, errForm, errFormFirst,
		deep, many, twice, unreadable, statusTexts[405], statusTexts[406], statusTexts[408]} {
		f := fault.As(err)
		if f == nil || f.Reason == "" || f.Extra["reason"] == "" || !japanese(present.Fault(f, Japanese)) || !japanese(present.Fault(f, wording.Plain)) {
			t.Errorf("%v: no reason, or no sentence", err)
			continue
		}
		said[f.Extra["reason"]] = true
	}
	for name, reason := range codesOf(t, "reasons.go", "reason") {
		if !said[reason] {
			t.Errorf("%s is never said", name)
		}
	}
}

func TestTheOneTableFromErrorsToAnswers(t *testing.T) {
	broken := errors.New("dial tcp 10.0.0.1: secret-detail 123456789018")
	for _, c := range []struct {
		name   string
		err    error
		status int
		code   string
		header string // one that must be there
	}{
		{"malformed", fault.New(fault.Malformed, fault.CodeMalformed, ""), 400, "malformed", ""},
		{"unauthorized", fault.ErrUnauthorized, 401, "unauthorized", "Www-Authenticate"},
		{"forbidden", fault.ErrForbidden, 403, "forbidden", ""},
		{"not found", fault.ErrNotFound, 404, "not-found", ""},
		{"conflict", fault.ErrConflict, 409, "conflict", ""},
		{"length", fault.New(fault.LengthNeeded, fault.CodeLengthRequired, ""), 411, "length-required", ""},
		{"stale", fault.New(fault.Stale, fault.CodeStale, ""), 412, "stale", ""},
		{"large", fault.New(fault.TooLarge, fault.CodeTooLarge, ""), 413, "too-large", ""},
		{"max bytes", &http.MaxBytesError{Limit: 7}, 413, "too-large", ""},
		{"media", fault.New(fault.Unsupported, fault.CodeUnsupportedMedia, ""), 415, "unsupported-media-type", ""},
		{"refused", fault.New(fault.Refused, fault.CodeMissingDocuments, ""), 422, "missing-documents", ""},
		{"precondition", fault.New(fault.Precondition, fault.CodeIfMatchRequired, ""), 428, "if-match-required", ""},
		{"too many", fault.New(fault.TooMany, fault.CodeTooMany, "").Note("retry_after", "7"), 429, "too-many-requests", "Retry-After"},
		{"unavailable", fault.New(fault.Unavailable, fault.CodeUnavailable, "").Note("component", "database").Because(broken), 503, "unavailable", "Retry-After"},
		{"wrapped", fmt.Errorf("filing: %w", fault.ErrConflict), 409, "conflict", ""},
		{"internal", fault.New(fault.Internal, "odd", "secret-detail"), 500, "internal", ""},
		{"unknown", broken, 500, "internal", ""},
		{"unknown kind", fault.New(fault.Kind(99), "odd", "secret-detail"), 500, "internal", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, nil)
			h.Engine.GET("/fails", func(g *gin.Context) { h.Fail(g, c.err) })
			a := h.call("GET", "/fails", "")
			p := a.problem()
			want(t, "status", a.Code, c.status)
			want(t, "code", p["code"], any(c.code))
			if c.header != "" && a.Header().Get(c.header) == "" {
				t.Errorf("no header %s", c.header)
			}
			if strings.Contains(a.Body.String(), "secret-detail") {
				t.Errorf("an inner text got out: %s", a.Body)
			}
			if logged := len(h.log.Lines(t, "request failed")) == 1; logged != (c.status >= 500) {
				t.Errorf("logged: %v", logged)
			}
			if strings.Contains(h.log.String(), "123456789018") {
				t.Error("digits that could be an individual number are in the log")
			}
			want(t, "code in the access log", h.log.Lines(t, "request")[0]["code"], any(c.code))
		})
	}
}

func TestAProblemSpeaksTheReadersLanguage(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		o.DetailText = func(lang string, d fault.Detail) string {
			if d.Code == "kana" && lang == Japanese {
				return "カタカナで入力してください。"
			}
			return ""
		}
	})
	err := fault.New(fault.Refused, fault.CodeInvalidForm, "").With(
		fault.Detail{Code: "kana", Reason: fault.Answer("not-kana").Reason(), Pointer: "/form/applicant/family_kana"},
		fault.Detail{Code: "too-long", Reason: "limit-too-long", Pointer: "/form/a", Params: []fault.Param{fault.Name("limit", "20")}},
		fault.Detail{Code: "missing-document", Document: "tax-certificate", Subject: "spouse"},
	).Note("id", "7").Note("status", "1").Note("code", "evil")
	h.Engine.GET("/fails", func(g *gin.Context) { h.Fail(g, err) })
	for _, c := range []struct{ header, lang, title, detail, first, second string }{
		{"", "ja", "入力内容を確かめてください", "申請書の入力に、足りないものか正しくないものがあります。", "カタカナで入力してください。", "20文字以下にしてください。"},
		{"fr, de;q=0.5", "ja", "入力内容を確かめてください", "申請書の入力に、足りないものか正しくないものがあります。", "カタカナで入力してください。", "20文字以下にしてください。"},
		{"en-GB, ja;q=0.2", "en", "Check what you entered", "Some entries of the form are missing or not right.",
			"Enter it in katakana, or in Latin letters if there is none in katakana.", "At most 20 characters."},
		{"ja-JP, en", "ja", "入力内容を確かめてください", "申請書の入力に、足りないものか正しくないものがあります。", "カタカナで入力してください。", "20文字以下にしてください。"},
		{";;;", "ja", "入力内容を確かめてください", "申請書の入力に、足りないものか正しくないものがあります。", "カタカナで入力してください。", "20文字以下にしてください。"},
	} {
		a := h.call("GET", "/fails", "", "Accept-Language", c.header)
		p := a.problem()
		errs := p["errors"].([]any)
		want(t, "Content-Language", a.Header().Get("Content-Language"), c.lang)
		want(t, "title", p["title"], any(c.title))
		want(t, "detail", p["detail"], any(c.detail))
		want(t, "first", errs[0].(map[string]any)["detail"], any(c.first))
		want(t, "second", errs[1].(map[string]any)["detail"], any(c.second))
		want(t, "document", errs[2].(map[string]any)["document"], any("tax-certificate"))
		want(t, "extra", p["id"], any("7"))
		want(t, "a standard member stays", p["code"], any("invalid-form"))
	}
}

func TestAReasonIsSaidInJapaneseToo(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.GET("/mine", h.Gin(Route{Operation: "mine", Permission: Applicant}), func(g *gin.Context) {})
	a := h.call("GET", "/mine", "", bearer("old")...)
	want(t, "detail", a.problem()["detail"], any(wording.In("sign-in-over", Japanese)))
	want(t, "challenge", a.Header().Get("WWW-Authenticate"), `Bearer realm="onestop", error="invalid_token", error_description="expired"`)
}

func TestWhatIsNoRouteIsAProblemToo(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.GET("/api/v1/things/:name", func(g *gin.Context) { g.String(200, g.Param("name")) })
	h.Engine.PUT("/api/v1/things/:name", func(g *gin.Context) {})
	want(t, "404", h.call("GET", "/api/v2", "").problem()["code"], any("not-found"))
	want(t, "404 with a slash", h.call("GET", "/api/v1/things/x/", "").Code, 404)
	a := h.call("DELETE", "/api/v1/things/x", "")
	a.problem()
	want(t, "405", a.Code, 405)
	if allow := a.Header().Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "PUT") {
		t.Errorf("Allow: %q", allow)
	}
	want(t, "an escaped slash belongs to the name", h.call("GET", "/api/v1/things/..%2F%E6%9B%B8.pdf", "").Body.String(), "../書.pdf")
}

func TestABrowserThatAsksForAPageGetsOne(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		o.ErrorPage = func(c *gin.Context, p *Problem) bool { c.Data(p.Status, "text/html", []byte(p.Title)); return true }
	})
	want(t, "page", h.call("GET", "/nowhere", "", "Accept", "text/html,*/*").Header().Get("Content-Type"), "text/html")
	h.call("GET", "/api/v1/nowhere", "", "Accept", "text/html,*/*").problem()
	h.call("GET", "/nowhere", "", "Accept", "*/*").problem()
}

func TestAnErrorPageSpeaksTheLanguageOfPages(t *testing.T) {
	var shown *Problem
	h := newHarness(t, func(o *Options) {
		o.DetailText = func(lang string, d fault.Detail) string { return lang + " " + d.Code }
		o.ErrorPage = func(c *gin.Context, p *Problem) bool { shown = p; c.Data(p.Status, "text/html", nil); return true }
	})
	h.Engine.GET("/fails", func(g *gin.Context) {
		h.Fail(g, fault.New(fault.Refused, fault.CodeInvalidForm, "consents-wrong").With(fault.Detail{Code: "required", Pointer: "/form/a"}))
	})
	for _, c := range []struct{ path, cookie, accept, lang, detail, content string }{
		{"/fails", "", "en", "en", wording.In("consents-wrong", wording.English), "en"},
		{"/fails", "lang=plain", "en", "plain", wording.In("consents-wrong", wording.Plain), "ja"},
		{"/fails?lang=ja", "lang=plain", "en", "ja", wording.In("consents-wrong", Japanese), "ja"},
		{"/fails?lang=xx", "lang=fr", "", "ja", wording.In("consents-wrong", Japanese), "ja"},
	} {
		a := h.call("GET", c.path, "", "Accept", "text/html", "Accept-Language", c.accept, "Cookie", c.cookie)
		want(t, "language", shown.Lang, c.lang)
		want(t, "title", shown.Title, wording.In("title-invalid-form", c.lang))
		want(t, "detail", shown.Detail, c.detail)
		want(t, "error", shown.Errors[0].Detail, c.lang+" required")
		want(t, "Content-Language", a.Header().Get("Content-Language"), c.content)
		if v := a.Header().Get("Vary"); !strings.Contains(v, "Cookie") || !strings.Contains(v, "Accept-Language") {
			t.Errorf("Vary: %q", v)
		}
	}
}
