package edge

import (
	"context"
	"net/http"

	api "github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/models"
)

// Class is what kind of traffic a route carries: it decides the limits on body, time and rate.
type Class int

// The classes.
const (
	JSON     Class = iota // JSON in and out: bounded body, checked before it is decoded
	Upload                // a file in: as large as the handler allows, as slow as Limits.MinRate; needs Content-Length
	Download              // a file or a long report out: may take long, as long as the client keeps reading
	Form                  // an HTML page and its form
	Login                 // signing in: the login budget of the client's address
)

// Route is what the edge has to know of one route.
type Route struct {
	Operation  string     // operation id, "file-application": the purpose in the audit
	Permission Permission // who may
	Class      Class      // JSON if not said
	Files      bool       // of the class JSON: the body may be a form too, of that JSON and files (FilesOf)
}

// enter lets a request into a route or says why not. done ends what it began and must be called if err is nil.
func (e *Edge) enter(c *gin.Context, r Route) (done func(), err error) {
	rec := recordFrom(c.Request.Context())
	rec.operation = r.Operation
	if r.Class == Login {
		if err := e.rates.login.spend(rec.address); err != nil {
			return nil, err
		}
	}
	withFiles := r.Files && isForm(c.GetHeader("Content-Type"))
	if withFiles {
		r.Class = Upload
	}
	// The time runs from here: a database that has no connection to spare must not hold a request for ever.
	ctx, cancel := context.WithTimeout(c.Request.Context(), e.opt.Limits.timeOf(r.Class))
	actor, err := e.Authorise(ctx, r.Permission)
	if err == nil {
		err = e.limitAccount(ctx, actor, r.Class)
	}
	if err == nil {
		err = e.admitBody(c, r.Class)
	}
	if err == nil && withFiles {
		ctx, err = e.openForm(ctx, c)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	c.Request = c.Request.WithContext(context.WithValue(ctx, actorKey{}, actor))
	return cancel, nil
}

// limitAccount counts the request against the account's budgets. Fault: TooMany (too-many-requests, Extra "retry_after").
func (e *Edge) limitAccount(ctx context.Context, actor models.Actor, class Class) error {
	if actor.Person == "" {
		return nil
	}
	if who, _ := PrincipalFrom(ctx); who.Machine != nil { // what was agreed at its registration
		return e.rates.machine.spendOf(actor.Person, Rate{PerSecond: float64(who.Machine.PerSecond), Burst: 5 * who.Machine.PerSecond})
	}
	if class == Upload {
		if err := e.rates.upload.spend(actor.Person); err != nil {
			return err
		}
	}
	return e.rates.account.spend(actor.Person)
}

// Gin is the middleware of a plain Gin route: g.PUT(path, e.Gin(route), handler). The handler finds its actor with
// ActorFrom and reports a failure with Fail.
func (e *Edge) Gin(r Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		done, err := e.enter(c, r)
		if err != nil {
			e.Fail(c, err)
			return
		}
		defer done()
		c.Next()
	}
}

// Huma completes a huma operation with a route: operation id, permission, limits. The typed handler finds its actor with
// ActorFrom(ctx) and returns its fault. The body has been read and bounded here, so huma's own limits are off.
func (e *Edge) Huma(op api.Operation, r Route) api.Operation {
	if op.OperationID == "" {
		op.OperationID = r.Operation
	}
	op.MaxBodyBytes, op.BodyReadTimeout = -1, -1
	op.Middlewares = append(api.Middlewares{func(ctx api.Context, next func(api.Context)) {
		c := humagin.Unwrap(ctx)
		done, err := e.enter(c, r)
		if err != nil {
			e.Fail(c, err)
			return
		}
		defer done()
		next(ctx)
	}}, op.Middlewares...)
	if !r.Permission.open && len(op.Security) == 0 {
		op.Security = []map[string][]string{{"bearer": {}}, {"session": {}}}
		if r.Permission.scope != "" {
			op.Security = []map[string][]string{{"bearer": {}}}
		}
	}
	return op
}

// hasBody says whether a request announces a body.
func hasBody(r *http.Request) bool {
	return r.ContentLength != 0 && r.Body != nil && r.Body != http.NoBody
}
