package edge

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/models"
)

// HeaderRequestID is the header that carries the request id, both ways.
const HeaderRequestID = "X-Request-Id"

// begin opens the record of a request, and logs and counts it at its end.
func (e *Edge) begin(c *gin.Context) {
	start := time.Now()
	rec := &record{edge: e, id: requestID(c.GetHeader(HeaderRequestID)), role: models.RolePublic, address: c.ClientIP()}
	rec.client, _ = netip.ParseAddr(rec.address) // the zero address is in no network
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), recordKey{}, rec))
	rec.request = c.Request
	c.Header(HeaderRequestID, rec.id)
	if e.stopping.Load() {
		c.Header("Connection", "close") // a proxy that keeps connections lets go of this one by itself
	}
	if id := c.Param("id"); strings.Contains(c.FullPath(), "/applications/:id") && models.ValidID(id) {
		rec.application = id
	}
	route, method := pattern(c), knownMethod(c.Request.Method)
	e.metrics.inFlight.Inc()
	defer func() {
		e.metrics.inFlight.Dec()
		took := time.Since(start)
		e.metrics.observe(route, method, c.Writer.Status(), took)
		e.logAccess(rec, route, method, c.Writer.Status(), max(c.Writer.Size(), 0), took)
	}()
	c.Next()
}

// pseudonymTime bounds the wait for the key of the pseudonyms, which is fetched once.
const pseudonymTime = 2 * time.Second

// logAccess writes one line a request. It holds no personal data: the route's pattern instead of the path (which can
// hold a file's name), no query, no address, no user agent, and a pseudonym instead of who it was.
func (e *Edge) logAccess(rec *record, route, method string, status, bytes int, took time.Duration) {
	level := slog.LevelInfo
	if quiet(route) {
		level = slog.LevelDebug // asked every few seconds by whoever watches
	}
	attrs := []slog.Attr{
		slog.String("method", method), slog.String("route", route), slog.Int("status", status),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000), slog.Int("bytes", bytes),
		slog.String("request", rec.id), slog.String("role", string(rec.role)),
	}
	if e.opt.Pseudonym != nil && rec.principal != nil {
		ctx, cancel := context.WithTimeout(context.Background(), pseudonymTime)
		defer cancel()
		if account := e.opt.Pseudonym(ctx, rec.principal.Person); account != "" {
			attrs = append(attrs, slog.String("account", account))
		}
	}
	if rec.application != "" {
		attrs = append(attrs, slog.String("application", rec.application))
	}
	if rec.code != "" {
		attrs = append(attrs, slog.String("code", rec.code))
	}
	e.log.LogAttrs(context.Background(), level, "request", attrs...)
}

func quiet(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics"
}

// pattern is the route as it was registered; what matches none has one name, so that a scan fills neither log nor metrics.
func pattern(c *gin.Context) string {
	if p := c.FullPath(); p != "" {
		return p
	}
	return "unmatched"
}

// knownMethod bounds what a client can put into log and metrics.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

var (
	saneID   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{7,63}$`)
	randomID = regexp.MustCompile(`^[0-9a-f]{32}$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	digits12 = regexp.MustCompile(`[0-9]{12}`)
	unjoined = strings.NewReplacer("-", "", ".", "", "_", "")
)

// requestID keeps the id that a proxy or a client gave, so that logs can be followed across programs, unless it could
// break a log or carry an individual number into it (P4): ids of the two usual random forms pass, others must not hold
// twelve digits in a row.
func requestID(sent string) string {
	id := strings.ToLower(sent)
	if randomID.MatchString(id) && strings.ContainsAny(id, "abcdef") {
		return sent
	}
	if saneID.MatchString(sent) && !digits12.MatchString(unjoined.Replace(sent)) {
		return sent
	}
	return models.NewID()
}
