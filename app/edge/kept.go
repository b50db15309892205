package edge

import (
	"context"
	"encoding/json"
	"strconv"
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
	h.Seen, h.Kept = rec.seen, (h.Kept+1)%mostKept
	if s.touch(ctx, rec.session, h) != nil {
		return "", false
	}
	name := strings.ReplaceAll(models.NewID(), "-", "") // an address with dashes is taken for a thing's
	until := s.scs.Deadline(rec.session)                //nolint:contextcheck // as above
	if s.store.CommitCtx(ctx, s.keptToken(rec, h.Kept), append([]byte(name), data...), until) != nil {
		return "", false
	}
	return strconv.Itoa(h.Kept) + "." + name, true
}

// Kept is what Keep kept for the same browser session; nil if it is not there, or not any more.
func (e *Edge) Kept(ctx context.Context, id string) []byte {
	rec := recordFrom(ctx)
	place, name, _ := strings.Cut(id, ".")
	n, err := strconv.Atoi(place)
	if rec == nil || rec.session == nil || err != nil || n < 0 || n >= mostKept || len(name) != keptName {
		return nil
	}
	data, found, err := e.sessions.store.FindCtx(ctx, e.sessions.keptToken(rec, n))
	if err != nil || !found || !strings.HasPrefix(string(data[:min(len(data), len(name))]), name) {
		return nil
	}
	return data[len(name):]
}

// keptToken is the token under which the store keeps an answer of a session.
func (s *sessions) keptToken(rec *record, place int) string {
	return s.scs.Token(rec.session) + "/" + strconv.Itoa(place)
}
