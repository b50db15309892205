package wire

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Speaks is part of each request whose answer has texts.
type Speaks struct {
	AcceptLanguage string `header:"Accept-Language" doc:"ja or en; Japanese if neither." example:"ja"`
}

// Lang is the language of the answer: ja or en.
func (s Speaks) Lang() string {
	return edge.Language(&http.Request{Header: http.Header{"Accept-Language": {s.AcceptLanguage}}})
}

// Keyed is part of each request that must not be done twice.
type Keyed struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Kept 24 hours: same key and body, same answer." example:"7f8d9e1c-1f2b-4a53-9c0e-0b8a5f6d7e21"`
}

// Request is the key of one POST: its route with its ids, the key, and the digest of the body as it was sent.
func (k Keyed) Request(ctx context.Context, route string) (dossier.Request, error) {
	key, err := edge.IdempotencyKey(k.IdempotencyKey)
	sum := sha256.Sum256(Sent(ctx))
	return dossier.Request{Route: route, Key: key, BodyHash: sum[:]}, err
}

// sentKey is where a request's body, as it was sent, is kept for its handler.
type sentKey struct{}

// Sent is a request's body as it was sent.
func Sent(ctx context.Context) []byte {
	raw, _ := ctx.Value(sentKey{}).([]byte)
	return raw
}

// RequestOrNew is request for a POST that need not be repeatable: without a key it gets one of its own.
func (k Keyed) RequestOrNew(ctx context.Context, route string) (dossier.Request, error) {
	if k.IdempotencyKey == "" {
		k.IdempotencyKey = models.NewID()
	}
	return k.Request(ctx, route)
}

// Guarded is part of each request that may say which version it has seen.
type Guarded struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that you have seen." example:"\"7\""`
}

// Seen holds a step to the version that the client has seen, if it names one: whoever steps in between this look and the step changes
// the state, which is the step's own guard. version reads the one that there is now.
func (g Guarded) Seen(version func() (int64, error)) error {
	if g.IfMatch == "" {
		return nil
	}
	now, err := version()
	if err != nil {
		return err
	}
	return edge.CheckIfMatch(g.IfMatch, now)
}

// Fenced is part of each write of a reviewer: the number that the claim gave. An older one is refused.
type Fenced struct {
	Fence int64 `header:"Fence" required:"true" minimum:"1" doc:"The fencing number that claiming the case gave." example:"1"`
}

var errNoFence = fault.Detail{Code: "required", Reason: "claim-number-missing", Parameter: "Fence"}.Alone(fault.Malformed, fault.CodeMalformed)

// Resolve refuses a write without a fencing number as malformed, whatever else is wrong with it.
func (f *Fenced) Resolve(huma.Context) []error {
	if f.Fence < 1 {
		return []error{errNoFence}
	}
	return nil
}

// One names one application.
type One struct {
	ID string `path:"id" doc:"Id of the application." format:"uuid"`
}

// Paged is part of each list.
type Paged struct {
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"100" doc:"What the page before gave as next."`
}

// Page checks the cursor, which is the last id of the page before.
func (p Paged) Page() (postgres.Page, error) {
	if p.Cursor != "" && !models.ValidID(p.Cursor) {
		return postgres.Page{}, BadParameter("cursor", "invalid-cursor")
	}
	return postgres.Page{After: p.Cursor, Limit: p.Limit + 1}, nil // one more shows whether there is a next page
}

// BadParameter refuses one parameter of a query.
func BadParameter(name string, reason fault.Reason) *fault.Error {
	return fault.Detail{Code: "invalid", Reason: reason, Parameter: name}.Alone(fault.Refused, fault.CodeInvalidRequest)
}

// Instant reads an optional instant of a query: RFC 3339, or a day, which begins at midnight in Japan; the zero time for
// an empty one. A plus sign that a client forgot to encode has become a space.
func Instant(name, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if day, err := jp.ParseDate(value); err == nil {
		return day.Start(), nil
	}
	if n := len(value); n > 6 && value[n-6] == ' ' {
		value = value[:n-6] + "+" + value[n-5:]
	}
	t, err := phase.ParseInstant(value)
	if err != nil || !Writable(t) {
		return t, BadParameter(name, "not-a-time")
	}
	return t, nil
}

// Writable says whether an instant can be written as RFC 3339 in every offset: its year has four digits.
func Writable(t time.Time) bool { return t.Year() >= 1 && t.Year() < 9999 }

// FenceParam describes the header of Fenced for a route that reads its request itself.
func FenceParam() *huma.Param {
	return &huma.Param{Name: "Fence", In: "header", Required: true, Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
		Description: "The fencing number that claiming the case gave."}
}

// FenceOf reads that header. Error: malformed.
func FenceOf(c *gin.Context) (int64, error) {
	fence, err := strconv.ParseInt(c.GetHeader("Fence"), 10, 64)
	if err != nil || fence < 1 {
		return 0, errNoFence
	}
	return fence, nil
}
