package edge

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// refusedTime bounds the writing down of a refused attempt: the answer waits for it.
const refusedTime = 2 * time.Second

// tellRefused says once a request that a signed-in person was refused: what their role may not do, and what does not exist for them but was
// asked for by its id, as another's case is. That it cannot be written down is logged, and the attempt stays refused.
func (e *Edge) tellRefused(c *gin.Context, rec *record, f *fault.Error) {
	if e.opt.Refused == nil || rec.principal == nil || rec.refused {
		return
	}
	object := ""
	for _, p := range c.Params {
		if models.ValidID(p.Value) {
			object = p.Value
			break
		}
	}
	if f.Kind != fault.Forbidden && (f.Kind != fault.NotFound || object == "") {
		return
	}
	rec.refused = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), refusedTime)
	defer cancel()
	if err := e.opt.Refused(ctx, rec.refusedActor(c.Request.Context()), object); err != nil {
		e.log.WarnContext(ctx, "a refused attempt could not be written down", slog.String("request_id", rec.id), slog.String("error", redact(err.Error())))
	}
}

// refusedActor is as whom somebody tried: as the route let them in, or else as the first that they are.
func (rec *record) refusedActor(ctx context.Context) models.Actor {
	if actor := ActorFrom(ctx); actor.Person != "" {
		return actor
	}
	actor := models.Actor{Person: rec.principal.Person, Role: models.RolePublic, Purpose: rec.operation, Request: rec.id}
	if m := rec.principal.Machine; m != nil {
		actor.Role, actor.Municipality = models.RoleCore, m.Municipality
		return actor
	}
	if len(rec.principal.Roles) == 0 {
		return actor
	}
	role, place, _ := strings.Cut(rec.principal.Roles[0], "@")
	if actor.Role = models.Role(role); place == National {
		actor.Role = models.RoleNational
	} else {
		actor.Municipality = place
	}
	return actor
}
