package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
)

// statusOf is the one table from kinds to statuses (api.md, "Errors").
var statusOf = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Malformed: http.StatusBadRequest,
	fault.Unauthorized: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.LengthNeeded: http.StatusLengthRequired, fault.Stale: http.StatusPreconditionFailed,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unsupported: http.StatusUnsupportedMediaType,
	fault.Refused: http.StatusUnprocessableEntity, fault.Precondition: http.StatusPreconditionRequired,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

// statusClientGone is not sent to anybody; it keeps a client that hung up out of the count of our own failures.
const statusClientGone = 499

// statusFault is a refusal of HTTP itself that has no kind of its own: 405, 406, 408. Its code is malformed.
type statusFault int

// Error names the status.
func (s statusFault) Error() string { return strings.ToLower(http.StatusText(int(s))) }

var (
	errPanicked = errors.New("a handler panicked; the log has its stack")
	errInternal = fault.New(fault.Internal, fault.CodeInternal, "")
	errTooSlow  = fault.New(fault.Unavailable, fault.CodeUnavailable, "took-too-long")
)

// classify finds the fault and the status of an error; what is not known is 500 without its text.
func classify(r *http.Request, rec *record, err error) (*fault.Error, int) {
	var refused statusFault
	var large *http.MaxBytesError
	f := fault.As(err)
	switch {
	case rec.body != nil && rec.body.stalled: // whatever the handler made of it
		return statusTexts[http.StatusRequestTimeout], http.StatusRequestTimeout
	case errors.As(err, &refused):
		return statusTexts[int(refused)], int(refused)
	case errors.As(err, &large) && (f == nil || f.Kind == fault.Internal):
		return tooLarge(large.Limit), http.StatusRequestEntityTooLarge
	case r.Context().Err() == context.Canceled && (f == nil || statusOf[f.Kind] >= 500):
		return errInternal, statusClientGone
	case f == nil && errors.Is(err, context.DeadlineExceeded):
		return errTooSlow, http.StatusServiceUnavailable
	case f == nil || f.Kind == fault.Internal:
		return errInternal, http.StatusInternalServerError
	}
	status, known := statusOf[f.Kind]
	if !known {
		return errInternal, http.StatusInternalServerError
	}
	return f, status
}

func tooLarge(limit int64) *fault.Error {
	return fault.New(fault.TooLarge, fault.CodeTooLarge, "too-large-here", fault.Size("limit", limit)).
		Note("limit", strconv.FormatInt(limit, 10))
}

// statusTexts are the faults of statusFault.
var statusTexts = map[int]*fault.Error{
	http.StatusMethodNotAllowed: fault.New(fault.Malformed, fault.CodeMalformed, "not-here").
		Note("reason", reasonMethod),
	http.StatusNotAcceptable: fault.New(fault.Malformed, fault.CodeMalformed, "other-format").Note("reason", reasonAccept),
	http.StatusRequestTimeout: fault.New(fault.Malformed, fault.CodeMalformed, "arrived-late").
		Note("reason", reasonTimeout),
}

// headersOf are the headers that a status asks for.
func headersOf(f *fault.Error, status int, lang string) http.Header {
	h := http.Header{"Content-Language": {lang}, "Vary": {"Accept-Language"}}
	switch status {
	case http.StatusUnauthorized:
		challenge := `Bearer realm="onestop"`
		if reason := f.Extra["reason"]; reason != "" && reason != reasonMissing {
			challenge += fmt.Sprintf(`, error="invalid_token", error_description=%q`, reason)
		}
		h.Set("WWW-Authenticate", challenge)
	case http.StatusForbidden:
		if scope := f.Extra["scope"]; scope != "" {
			h.Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="onestop", error="insufficient_scope", scope=%q`, scope))
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		wait := f.Extra["retry_after"]
		if _, err := strconv.Atoi(wait); err != nil {
			wait = "5"
		}
		h.Set("Retry-After", wait)
	case http.StatusRequestTimeout:
		h.Set("Connection", "close")
	}
	return h
}

// logFailure writes the cause of a failure of our own, which the client does not get to see.
func (e *Edge) logFailure(c *gin.Context, err error) {
	if errors.Is(err, errPanicked) { // logged with its stack already
		return
	}
	rec := recordFrom(c.Request.Context())
	level := slog.LevelError
	if fault.KindOf(err) == fault.Unavailable || c.Request.Context().Err() == context.Canceled {
		level = slog.LevelWarn
	}
	e.log.LogAttrs(context.Background(), level, "request failed", slog.String("error", redact(err.Error())), slog.String("route", pattern(c)),
		slog.String("operation", rec.operation), slog.String("request", rec.id))
}

// wantsPage says whether a browser asked for a page: not a script, not the API.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}
