package edge

import (
	"context"
	"encoding/json"
	"strings"

	"kosodate.example/onestop/models"
)

// Bounds of what a browser session keeps besides who it is: answers to forms, so that the page after a form can be asked for.
const (
	mostKept     = 32        // the next takes the place of the first
	mostKeptSize = 256 << 10 // bytes of one
	keptName     = 32        // digits of its name
)

// Keep keeps an answer for the browser that asked, until its session ends: sealed under the session's token as the session is, so
// that nobody else can read it. id finds it again. ok is false without a session, for what is too large, and while the
// database is down: the answer is then given at once.
func (e *Edge) Keep(ctx context.Context, data []byte) (id string, ok bool) {
	rec := recordFrom(ctx)
	if rec == nil || rec.session == nil || len(data) > mostKeptSize {
		return "", false
	}
	s := e.sessions
	var h held
	if json.Unmarshal(s.scs.GetBytes(rec.session, heldKey), &h) != nil { //nolint:contextcheck // rec.session is the context with the session
		return "", false
	}
	name := strings.ReplaceAll(models.NewID(), "-", "") // an address with dashes is taken for a thing's
	h.Seen, h.Answers = rec.seen, append(h.Answers, name)
	for len(h.Answers) > mostKept {
		if s.store.DeleteCtx(ctx, s.keptToken(rec, h.Answers[0])) != nil {
			return "", false
		}
		h.Answers = h.Answers[1:]
	}
	if s.touch(ctx, rec.session, h) != nil {
		return "", false
	}
	until := s.scs.Deadline(rec.session) //nolint:contextcheck // as above
	if s.store.CommitCtx(ctx, s.keptToken(rec, name), data, until) != nil {
		return "", false
	}
	return name, true
}

// Kept is what Keep kept for the same browser session; nil if it is not there, or not any more.
func (e *Edge) Kept(ctx context.Context, id string) []byte {
	rec := recordFrom(ctx)
	if rec == nil || rec.session == nil || len(id) != keptName {
		return nil
	}
	data, found, err := e.sessions.store.FindCtx(ctx, e.sessions.keptToken(rec, id))
	if err != nil || !found {
		return nil
	}
	return data
}

// keptToken is the token under which the store keeps an answer of a session: by its name, so that two forms that are refused in the same
// instant have a place each. Of those the session may forget one, which then goes with the session.
func (s *sessions) keptToken(rec *record, name string) string {
	return s.scs.Token(rec.session) + "/" + name
}
