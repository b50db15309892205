package edge

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"kosodate.example/onestop/models"
)

// record is what is known of one request while it is served; the log line at its end is written from it.
type record struct {
	edge      *Edge
	request   *http.Request
	id        string // request id
	operation string // the route's operation id: the purpose in the audit
	address   string // of the client, for rates alone; never logged
	client    netip.Addr

	role        models.Role
	application string
	code        string // of the problem, if there was one

	identified bool
	principal  *Principal
	identity   error
	session    context.Context // the loaded browser session, nil if there is none
	seen       time.Time       // its last use
	standing   bool            // the provider is asked again about it
	body       *progressReader // of an upload
	refused    bool            // and it was written down
}

type recordKey struct{}
type actorKey struct{}

func recordFrom(ctx context.Context) *record {
	r, _ := ctx.Value(recordKey{}).(*record)
	return r
}

// RequestID is the id of the request that ctx belongs to, as the answer's X-Request-Id carries it; empty outside one.
func RequestID(ctx context.Context) string {
	if r := recordFrom(ctx); r != nil {
		return r.id
	}
	return ""
}

// ClientFrom is the address from which the request came, for who is let in by it alone: never stored or logged.
func ClientFrom(ctx context.Context) netip.Addr {
	if r := recordFrom(ctx); r != nil {
		return r.client
	}
	return netip.Addr{}
}

// ActorFrom is on whose behalf the request acts: what its Route's permission gave. Outside a Route it is an actor that
// reaches nothing.
func ActorFrom(ctx context.Context) models.Actor {
	a, _ := ctx.Value(actorKey{}).(models.Actor)
	return a
}

// PrincipalFrom is the signed-in person of the request, if the route's permission (or Edge.Identify) asked who it is.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	if r := recordFrom(ctx); r != nil && r.principal != nil {
		return *r.principal, true
	}
	return Principal{}, false
}
