package edge

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/models"
)

func TestTheLogHoldsNoPersonalData(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		o.Pseudonym = func(_ context.Context, person string) string { return strings.Repeat("9", len(person)) }
	})
	const id = "0198a3c0-0000-7000-8000-000000000000"
	h.Engine.PUT("/api/v1/applications/:id/files/:name", h.Gin(Route{Operation: "put-file", Permission: Applicant, Class: Upload}), func(c *gin.Context) {
		if c.Query("fail") != "" {
			h.Fail(c, errors.New("the store refused"))
			return
		}
		c.JSON(201, gin.H{"name": c.Param("name")})
	})
	path := "/api/v1/applications/" + id + "/files/" + url.PathEscape("山田花子の戸籍.pdf")
	secrets := []string{"山田", url.PathEscape("山田"), "parent", "青空", "query-value", "body-value", "192.0.2.1", "agent-value", "Bearer", "123456789018"}
	h.call("PUT", path+"?q=query-value", `body-value`, append(bearer("parent"), "User-Agent", "agent-value")...)
	h.call("PUT", path+"?fail=query-value", `body-value`, append(bearer("parent"), HeaderRequestID, "123456789018")...)
	h.call("PUT", path, `body-value`, bearer("parent-unknown")...)
	h.call("GET", "/山田?q=query-value", "", bearer("parent")...)
	h.call("BREW-query-value", path, "")
	for _, secret := range secrets {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, h.log)
		}
	}
	lines := h.log.Lines(t, "request")
	want(t, "lines", len(lines), 5)
	for k, v := range map[string]any{"method": "PUT", "route": "/api/v1/applications/:id/files/:name", "status": 201.0, "role": "applicant", "application": id,
		"account": strings.Repeat("9", len("test/parent"))} {
		want(t, k, lines[0][k], v)
	}
	if _, there := lines[2]["account"]; there {
		t.Error("of a token that is refused nobody is known")
	}
	if lines[0]["bytes"].(float64) == 0 || lines[0]["duration_ms"] == nil || lines[0]["request"] == "" {
		t.Errorf("%v", lines[0])
	}
	want(t, "unmatched", lines[3]["route"], any("unmatched"))
	want(t, "method", lines[4]["method"], any("other"))
	want(t, "cause", h.log.Lines(t, "request failed")[0]["error"], any("the store refused"))
}

func TestRequestIDs(t *testing.T) {
	for sent, kept := range map[string]bool{
		"":                                     false,
		"short":                                false,
		"web-01.request_77":                    true,
		strings.Repeat("a", 64):                true,
		strings.Repeat("a", 65):                false,
		"a b c d e f":                          false,
		"line\nbreak-in-it":                    false,
		"日本語の名前です":                             false,
		"123456789018":                         false,
		"id-1234-5678-9018":                    false, // an individual number with hyphens
		"00000000000000000000123456789018":     false, // 32 digits, but not hexadecimal
		"4bf92f3577b34da6a3ce929d0e0e4736":     true,
		"0198A3C0-1234-7567-8901-234567890123": true,
		"0198a3c0-1234-7567-8901-234567890123": true,
	} {
		got := requestID(sent)
		if (got == sent) != kept {
			t.Errorf("%q: kept %v", sent, !kept)
		}
		if got != sent && !models.ValidID(got) {
			t.Errorf("made %q", got)
		}
	}
}

func TestAPanicIsA500AndItsValueStaysInside(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.GET("/text", func(*gin.Context) { panic("name of 山田 in a text") })
	h.Engine.GET("/error", func(c *gin.Context) { c.Status(len(c.Errors[len(c.Params)].Error())) })
	h.Engine.GET("/begun", func(c *gin.Context) { c.String(200, "half"); panic("late") })
	want(t, "code", h.call("GET", "/text", "").problem()["code"], any("internal"))
	h.call("GET", "/error", "").problem()
	func() {
		defer func() { want(t, "an answer that has begun is cut", recover(), any(http.ErrAbortHandler)) }()
		h.call("GET", "/begun", "")
	}()
	lines := h.log.Lines(t, "panic")
	want(t, "lines", len(lines), 3)
	if strings.Contains(h.log.String(), "山田") {
		t.Error("the panic's text is in the log")
	}
	if !strings.Contains(lines[1]["panic"].(string), "index out of range") || !strings.Contains(lines[0]["stack"].(string), "accesslog_test.go") {
		t.Errorf("%v", lines[1])
	}
	want(t, "requests logged", len(h.log.Lines(t, "request")), 3)
}

func TestMetricsCountByPattern(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.GET("/api/v1/things/:name", func(*gin.Context) {})
	h.call("GET", "/api/v1/things/山田", "")
	h.call("GET", "/api/v1/things/佐藤", "")
	h.call("GET", "/nowhere/山田", "")
	body := h.call("GET", "/metrics", "").Body.String()
	for _, line := range []string{
		`onestop_http_requests_total{method="GET",route="/api/v1/things/:name",status="200"} 2`,
		`onestop_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`onestop_http_request_duration_seconds_count{method="GET",route="/api/v1/things/:name",status="200"} 2`,
		`onestop_http_problems_total{code="not-found"} 1`,
		`onestop_http_requests_in_flight 1`,
		"go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(body, "山田") {
		t.Error("a path is in the metrics")
	}
}
