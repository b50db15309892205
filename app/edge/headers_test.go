package edge

import (
	"testing"

	"github.com/gin-gonic/gin"
)

func TestEveryAnswerHasItsSecurityHeaders(t *testing.T) {
	for _, public := range []string{"https://kosodate.example", "http://127.0.0.1:8080"} {
		h := newHarness(t, func(o *Options) { o.PublicURL = public })
		h.Engine.GET("/x", func(*gin.Context) {})
		for _, path := range []string{"/x", "/nowhere", "/healthz"} {
			got := h.call("GET", path, "").Header()
			for name, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Content-Security-Policy": apiPolicy, "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			} {
				want(t, path+" "+name, got.Get(name), value)
			}
			want(t, "HSTS", got.Get("Strict-Transport-Security") != "", public[:5] == "https")
		}
	}
}

func TestAnotherSiteCannotUseThePersonsCookie(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.PublicURL = "https://kosodate.example" })
	h.Engine.POST("/x", func(*gin.Context) {})
	h.Engine.GET("/x", func(*gin.Context) {})
	for _, c := range []struct {
		name, method string
		headers      []string
		status       int
	}{
		{"another site", "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a neighbour", "POST", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"an old browser, another site", "POST", []string{"Origin", "https://evil.example"}, 403},
		{"a sandboxed frame", "POST", []string{"Origin", "null"}, 403},
		{"this site", "POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"this site behind a proxy that rewrites Host", "POST", []string{"Origin", "https://kosodate.example"}, 200},
		{"a program", "POST", nil, 200},
		{"a program's token from a browser", "POST", append(bearer("parent"), "Sec-Fetch-Site", "cross-site"), 200},
		{"another scheme than Bearer", "POST", []string{"Authorization", "Basic eDp5", "Sec-Fetch-Site", "cross-site"}, 403},
		{"reading", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		a := h.call(c.method, "/x", "", c.headers...)
		want(t, c.name, a.Code, c.status)
		if c.status == 403 {
			want(t, "reason", a.problem()["reason"], any("cross-origin"))
		}
	}
}

// The page of a rate that was used up shows the form again, to be sent from here: what another site sent must never come so far.
func TestAnotherSiteIsRefusedBeforeItsRateIs(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.Address = Rate{PerSecond: 0.001, Burst: 1} })
	h.Engine.POST("/x", func(*gin.Context) {})
	want(t, "the budget", h.call("POST", "/x", "").Code, 200)
	want(t, "over it", h.call("POST", "/x", "").Code, 429)
	want(t, "another site, over it", h.call("POST", "/x", "", "Sec-Fetch-Site", "cross-site").Code, 403)
}
