package edge

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestAnAnswerIsKeptForItsBrowserAlone: bounded in number and size, gone with the session, and never for another.
func TestAnAnswerIsKeptForItsBrowserAlone(t *testing.T) {
	s := newSite(t)
	applicant := Route{Operation: "keep", Permission: Applicant, Class: Form}
	s.Engine.POST("/keep", s.Gin(applicant), func(c *gin.Context) {
		body, _ := io.ReadAll(c.Request.Body)
		if strings.Contains(string(body), "large") {
			body = bytes.Repeat([]byte("x"), mostKeptSize+1)
		}
		id, ok := s.Keep(c.Request.Context(), body)
		c.String(map[bool]int{true: 200, false: 507}[ok], id)
	})
	s.Engine.GET("/kept", s.Gin(applicant), func(c *gin.Context) { c.String(200, string(s.Kept(c.Request.Context(), c.Query("id")))) })
	mine, other := s.browser(), s.browser()
	mine.signIn("parent-1", "/parents", nil)
	other.signIn("parent-2", "/parents", nil)
	keep := func(text string) string {
		t.Helper()
		res, id := mine.do("POST", s.url+"/keep", url.Values{"typed": {text}})
		want(t, "kept", res.StatusCode, http.StatusOK)
		return id
	}
	read := func(b *browser, id string) string {
		_, body := b.do("GET", s.url+"/kept?id="+url.QueryEscape(id), nil)
		return body
	}
	first, second := keep("one"), keep("two")
	if read(mine, first) != "typed=one" || read(mine, second) != "typed=two" || read(mine, first) != "typed=one" {
		t.Errorf("%q, %q", read(mine, first), read(mine, second))
	}
	for _, wrong := range []string{first, "", "1", first[1:], first + "0", second[:31] + "/"} {
		if wrong != first && read(mine, wrong) != "" || read(other, wrong) != "" {
			t.Errorf("%q gives what is not meant", wrong)
		}
	}
	if res, _ := mine.do("POST", s.url+"/keep", url.Values{"typed": {"large"}}); res.StatusCode != 507 {
		t.Errorf("too large: %d", res.StatusCode)
	}
	for range mostKept - 1 {
		keep("more")
	}
	if read(mine, first) != "" || read(mine, second) == "" {
		t.Error("it is not the first that made way")
	}
	mine.do("POST", s.url+"/auth/logout", url.Values{})
	mine.signIn("parent-1", "/parents", nil)
	if read(mine, second) != "" {
		t.Error("it outlived the session")
	}
}

// TestTwoAnswersOfOneInstantAreBothKept: two forms that one browser sends at once, from two windows.
func TestTwoAnswersOfOneInstantAreBothKept(t *testing.T) {
	s := newSite(t)
	applicant := Route{Operation: "keep", Permission: Applicant, Class: Form}
	var together sync.WaitGroup
	together.Add(2)
	s.Engine.POST("/keep", s.Gin(applicant), func(c *gin.Context) {
		body, _ := io.ReadAll(c.Request.Body)
		together.Done()
		together.Wait() // both have read the session
		id, _ := s.Keep(c.Request.Context(), body)
		c.String(200, id)
	})
	s.Engine.GET("/kept", s.Gin(applicant), func(c *gin.Context) { c.String(200, string(s.Kept(c.Request.Context(), c.Query("id")))) })
	b := s.browser()
	b.signIn("parent-1", "/parents", nil)
	var ids [2]string
	var both sync.WaitGroup
	for i, text := range []string{"one", "two"} {
		both.Go(func() { _, ids[i] = b.do("POST", s.url+"/keep", url.Values{"typed": {text}}) })
	}
	both.Wait()
	for i, text := range []string{"one", "two"} {
		if _, body := b.do("GET", s.url+"/kept?id="+ids[i], nil); body != "typed="+text {
			t.Errorf("%q is %q", text, body)
		}
	}
}
