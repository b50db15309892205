package edge

import (
	"io"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
)

func TestABodyIsBoundedBeforeAnythingDecodesIt(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.JSONBytes = 1000 })
	h.Engine.POST("/json", h.Gin(Route{Permission: Public}), echo)
	h.Engine.POST("/form", h.Gin(Route{Permission: Public, Class: Form}), echo)
	h.Engine.PUT("/file", h.Gin(Route{Permission: Public, Class: Upload}), echo)
	text := func(n int) string { return `"` + strings.Repeat("a", n-2) + `"` }
	for _, c := range []struct {
		name, path, body, kind string
		status                 int
		code, reason           string
	}{
		{"at the limit", "/json", text(1000), "application/json", 200, "", ""},
		{"over the limit", "/json", text(1001), "application/json", 413, "too-large", ""},
		{"merge patch", "/json", `{}`, "application/merge-patch+json", 200, "", ""},
		{"charset", "/json", `{}`, "application/json; charset=UTF-8", 200, "", ""},
		{"no type", "/json", `{}`, "", 200, "", ""},
		{"another charset", "/json", `{}`, "application/json; charset=shift_jis", 415, "unsupported-media-type", ""},
		{"a form", "/json", `a=b`, "application/x-www-form-urlencoded", 415, "unsupported-media-type", ""},
		{"text", "/json", `{}`, "text/plain", 415, "unsupported-media-type", ""},
		{"not UTF-8", "/json", "\"\xff\"", "application/json", 400, "malformed", "encoding"},
		{"not JSON", "/json", "{\n 'a': 1}", "application/json", 400, "malformed", "json"},
		{"32 deep", "/json", strings.Repeat("[", 32) + strings.Repeat("]", 32), "application/json", 200, "", ""},
		{"33 deep", "/json", strings.Repeat("[", 33) + strings.Repeat("]", 33), "application/json", 400, "malformed", "depth"},
		{"brackets in a text", "/json", `"` + strings.Repeat(`[`, 40) + `\"["`, "application/json", 200, "", ""},
		{"a form on a form route", "/form", "a=b", "application/x-www-form-urlencoded", 200, "", ""},
		{"a large form", "/form", text(1001), "application/x-www-form-urlencoded", 413, "too-large", ""},
		{"a file", "/file", text(5000), "application/pdf", 200, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			method := "POST"
			if c.path == "/file" {
				method = "PUT"
			}
			a := h.call(method, c.path, c.body, "Content-Type", c.kind)
			if a.Code != c.status {
				t.Fatalf("status %d, want %d: %s", a.Code, c.status, a.Body)
			}
			if c.status == 200 {
				want(t, "body", a.Body.String(), c.body)
				return
			}
			p := a.problem()
			want(t, "code", p["code"], any(c.code))
			if c.reason != "" {
				want(t, "reason", p["reason"], any(c.reason))
			}
			if c.status == 413 {
				want(t, "the limit is named", p["limit"], any("1000"))
			}
		})
	}
}

func echo(c *gin.Context) {
	body, _ := io.ReadAll(c.Request.Body)
	c.Data(200, "application/octet-stream", body)
}

func TestTooManyValuesAreRefused(t *testing.T) {
	body := []byte("[" + strings.Repeat("1,", 99) + "1]")
	if err := checkJSON(body, 32, 100); err != nil {
		t.Error(err)
	}
	if err := checkJSON(body, 32, 99); fault.KindOf(err) != fault.Malformed {
		t.Error(err)
	}
}

func TestAnUploadOfUnknownLengthIsRefused(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.PUT("/file", h.Gin(Route{Permission: Public, Class: Upload}), echo)
	r, w := io.Pipe()
	go func() { _ = w.Close() }()
	want(t, "code", h.stream("PUT", "/file", r).problem()["code"], any("length-required"))
}

func TestMalformedJSONSaysWhereAndNothingElse(t *testing.T) {
	err := fault.As(checkJSON([]byte("{\n \"名前\": 山田}"), 32, 100))
	want(t, "where", err.Error(), "malformed/unreadable-at line=2 column=8")
}

func TestAMemberIsThereOnce(t *testing.T) {
	for body, pointer := range map[string]string{
		`{"a":1,"a":2}`:                 "/a",
		`{"a":[{"b":1},{"b":1,"b":2}]}`: "/a/1/b",
		`{"a":1,"\u0061":2}`:            "/a",
		`{"a":{"b":1},"b":1}`:           "",
	} {
		f := fault.As(checkJSON([]byte(body), 32, 100))
		if (f != nil) != (pointer != "") || (f != nil && (len(f.Details) != 1 || f.Details[0].Pointer != pointer)) {
			t.Errorf("%s: %v", body, f)
		}
	}
}

// Whatever is sent, what passes is JSON within the bounds.
func TestCheckJSONNeverLetsThroughWhatIsNotBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(rapid.StringOf(rapid.SampledFrom([]rune(`[]{},:"\ 1a`))).Draw(t, "body"))
		if checkJSON(body, 3, 5) == nil && depthOf(body) > 3 {
			t.Fatalf("%s is deeper than 3", body)
		}
	})
}

// depthOf is the simplest count for valid JSON without brackets in texts being escaped wrongly.
func depthOf(body []byte) int {
	depth, deepest, text, escaped := 0, 0, false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case text && b == '\\':
			escaped = true
		case b == '"':
			text = !text
		case !text && (b == '[' || b == '{'):
			depth++
			deepest = max(deepest, depth)
		case !text && (b == ']' || b == '}'):
			depth--
		}
	}
	return deepest
}

func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `[[[]]]`, `"\""`, `{"a":[1,2,{"b":null}]}`, "\xef\xbb\xbf{}", `"\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if checkJSON(body, 8, 50) == nil && depthOf(body) > 8 {
			t.Fatalf("%q", body)
		}
	})
}
