package edge

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"
)

// recoverPanics turns a panic into a 500 without its text. An answer that has begun cannot be taken back: the
// connection is cut, so that nobody takes half an answer for a whole one.
func (e *Edge) recoverPanics(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler { //nolint:errorlint // what a handler panics with is that very value
			panic(v)
		}
		rec := recordFrom(c.Request.Context())
		e.log.Error("panic", slog.String("panic", panicText(v)), slog.String("stack", string(debug.Stack())),
			slog.String("route", pattern(c)), slog.String("request", rec.id))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler)
		}
		e.Fail(c, errPanicked)
	}()
	c.Next()
}

// panicText gives an error's text; another value is named by its type alone, since a text put together in a hurry is
// where a person's data would slip into the log.
func panicText(v any) string {
	if err, ok := v.(error); ok {
		return redact(err.Error())
	}
	return fmt.Sprintf("%T", v)
}

// redact hides what could be an individual number (P4) in the text of an error that somebody else made.
func redact(text string) string { return digits12.ReplaceAllString(text, "[digits]") }
