package page

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
)

// mostMemory is how many bytes of pages are remembered; beyond it all are forgotten, which no cycle of addresses can make dearer than not remembering.
const mostMemory = 32 << 20

// memory answers who is not signed in with pages that say nothing of a person, so that a notice in the news costs no query a reader. What it holds is at
// most Options.Memory old, and ends earlier where a switch that is known changes it: browsers keep the same page longer (Cache-Control).
type memory struct {
	mu    sync.RWMutex
	pages map[string]*remembered
	size  int
}

// remembered is a page as it was sent. Its ETag is weak: it is the same plain and packed.
type remembered struct {
	until         time.Time   // then one request makes it anew, and the others still have it meanwhile,
	latest        time.Time   // but not later than this
	renewed       atomic.Bool // one does
	header        http.Header
	etag          string
	plain, packed []byte
	bare          bool // it knows nobody and sets no cookie, the language's neither
}

// publicKey is where Request.Public leaves how long the page may be kept.
const publicKey = "onestop.public"

// stranger says whether a request names nobody: no token, and no cookie but the chosen language.
func stranger(r *http.Request) bool {
	if r.Header.Get("Authorization") != "" {
		return false
	}
	for _, c := range r.Cookies() {
		if c.Name != edge.LanguageCookie {
			return false
		}
	}
	return true
}

func memoryKey(r *http.Request) string { return edge.PageLanguage(r) + " " + r.URL.RequestURI() }

// recall answers from memory; false if it has nothing to say.
func (s *Site) recall(c *gin.Context) bool {
	if s.opt.Memory <= 0 || !stranger(c.Request) {
		return false
	}
	s.memory.mu.RLock()
	p := s.memory.pages[memoryKey(c.Request)]
	s.memory.mu.RUnlock()
	if p == nil || !p.holds(time.Now()) {
		return false
	}
	h := c.Writer.Header()
	for name, values := range p.header {
		h[name] = values
	}
	if p.bare {
		h.Del("Set-Cookie")
	}
	p.answer(c)
	return true
}

// remember keeps a page that everybody may have, and answers with it; false if it may not be kept.
func (s *Site) remember(c *gin.Context, status int, body []byte, bare bool) bool {
	keep := c.GetDuration(publicKey)
	if s.opt.Memory <= 0 || keep <= 0 || status != http.StatusOK || c.Request.Method != http.MethodGet || !stranger(c.Request) {
		return false
	}
	sum, now := sha256.Sum256(body), time.Now()
	p := &remembered{
		until:  now.Add(min(keep, s.opt.Memory/2)),
		latest: now.Add(min(keep, s.opt.Memory)),
		header: http.Header{},
		etag:   `W/"` + hex.EncodeToString(sum[:12]) + `"`,
		plain:  body,
		packed: packed(body),
		bare:   bare,
	}
	for _, name := range []string{"Cache-Control", "Content-Language", "Content-Security-Policy", "Vary", "X-Frame-Options", "Cross-Origin-Resource-Policy"} {
		if values, ok := c.Writer.Header()[name]; ok {
			p.header[name] = values
		}
	}
	s.memory.put(memoryKey(c.Request), p)
	p.answer(c)
	return true
}

func (m *memory) put(key string, p *remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.pages[key]; old != nil {
		m.size -= old.size()
	}
	if m.size += p.size(); m.pages == nil || m.size > mostMemory {
		m.pages, m.size = map[string]*remembered{}, p.size()
	}
	m.pages[key] = p
}

func (p *remembered) size() int { return len(p.plain) + len(p.packed) }

// holds says whether the page may be answered with. Past its first half one request makes it anew: a thousand at once would otherwise all do.
func (p *remembered) holds(now time.Time) bool {
	return now.Before(p.until) || now.Before(p.latest) && !p.renewed.CompareAndSwap(false, true)
}

func (p *remembered) answer(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("ETag", p.etag)
	body := p.plain
	switch {
	case strings.Contains(c.GetHeader("If-None-Match"), p.etag):
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return
	case strings.Contains(c.GetHeader("Accept-Encoding"), "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = p.packed
	}
	c.Data(http.StatusOK, "text/html; charset=utf-8", body)
}
