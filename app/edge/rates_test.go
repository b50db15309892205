package edge

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
)

func TestABudgetIsUsedUpAndFillsAgain(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	b := newBudgets(Rate{PerSecond: 0.5, Burst: 2}, 10)
	b.now = func() time.Time { return now }
	for i, wanted := range []bool{true, true, false, false} {
		if ok := b.spend("a") == nil; ok != wanted {
			t.Errorf("request %d: %v", i, ok)
		}
	}
	err := fault.As(b.spend("a"))
	want(t, "wait", err.Extra["retry_after"], "2")
	if b.spend("b") != nil {
		t.Error("another key shares the budget")
	}
	now = now.Add(2 * time.Second)
	if b.spend("a") != nil {
		t.Error("it did not fill again: refused requests must not count")
	}
	if newBudgets(Rate{PerSecond: -1}, 1).spend("a") != nil {
		t.Error("no limit limits")
	}
}

func TestBudgetsStayWithinTheirMemory(t *testing.T) {
	b := newBudgets(Rate{PerSecond: 1, Burst: 1}, 100)
	for i := range 10_000 {
		_ = b.spend(strconv.Itoa(i))
		_ = b.spend("used all the time")
	}
	want(t, "keys", len(b.byKey), 100)
	want(t, "list", b.order.Len(), 100)
	if b.spend("used all the time") == nil {
		t.Error("the key in use was forgotten")
	}
}

func TestWhatIsCountedAgainstWhom(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		class  Class
		tokens []string // one request each
		from   []string
		last   int
	}{
		{"an account", Limits{Account: Rate{1, 2}}, JSON, []string{"parent", "parent", "parent"}, nil, 429},
		{"two accounts", Limits{Account: Rate{1, 2}}, JSON, []string{"parent", "parent", "both"}, nil, 200},
		{"a site", Limits{Account: Rate{1, 2}}, JSON, []string{"partner", "partner", "partner"}, nil, 429},
		{"a site and a person", Limits{Account: Rate{1, 2}}, JSON, []string{"partner", "partner", "parent"}, nil, 200},
		{"uploads", Limits{Uploads: Rate{1, 1}}, Upload, []string{"parent", "parent"}, nil, 429},
		{"other requests", Limits{Uploads: Rate{1, 1}}, JSON, []string{"parent", "parent"}, nil, 200},
		{"an address", Limits{Address: Rate{1, 2}}, JSON, []string{"parent", "both", "parent"}, nil, 429},
		{"two addresses", Limits{Address: Rate{1, 2}}, JSON, []string{"parent", "parent", "parent"}, []string{"192.0.2.1", "192.0.2.1", "192.0.2.2"}, 200},
		{"one IPv6 network", Limits{Address: Rate{1, 1}}, JSON, []string{"parent", "parent"}, []string{"2001:db8::1", "2001:db8::2"}, 429},
		{"two IPv6 networks", Limits{Address: Rate{1, 1}}, JSON, []string{"parent", "parent"}, []string{"2001:db8::1", "2001:db8:0:1::1"}, 200},
		{"sign-ins", Limits{Login: Rate{1, 1}}, Login, []string{"parent", "both"}, nil, 429},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, func(o *Options) { o.Limits, o.TrustedProxies = c.limits, []string{"192.0.2.1/32"} })
			h.Engine.GET("/x", h.Gin(Route{Permission: SignedIn, Class: c.class}), func(*gin.Context) {})
			var a answer
			for i, token := range c.tokens {
				headers := bearer(token)
				if c.from != nil {
					headers = append(headers, "X-Forwarded-For", c.from[i]) // the recorder's own address is 192.0.2.1
				}
				a = h.call("GET", "/x", "", headers...)
			}
			want(t, "last status", a.Code, c.last)
			if c.last == 429 {
				want(t, "code", a.problem()["code"], any("too-many-requests"))
				if s, err := strconv.Atoi(a.Header().Get("Retry-After")); err != nil || s < 1 {
					t.Errorf("Retry-After %q", a.Header().Get("Retry-After"))
				}
			}
		})
	}
}

func TestAForwardedAddressIsBelievedFromTrustedProxiesAlone(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.Address = Rate{1, 1} })
	h.Engine.GET("/x", func(*gin.Context) {})
	for i := range 2 {
		a := h.call("GET", "/x", "", "X-Forwarded-For", fmt.Sprintf("192.0.2.%d", 10+i))
		want(t, "status", a.Code, []int{200, 429}[i])
	}
	want(t, "who watches is not counted", h.call("GET", "/healthz", "").Code, 200)
}
