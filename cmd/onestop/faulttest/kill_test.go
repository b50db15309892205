package faulttest

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// operation is one request that is disturbed at every point in turn. check looks at what is left, on a server that was
// started again if it was killed.
type operation struct {
	send    func(base string) answer
	success int
	check   func(base string, got answer, acknowledged bool)
}

// lanes is how many servers are killed side by side; each has wires of its own.
const lanes = 2

// disturb sends the request again and again, each time for a new person: the nth time, the server is killed (-9) at the
// nth point of its wires. It ends with the first request that has fewer points, which must succeed. Then the same once
// more with a server that lives, and finds the connection broken at that point.
func disturb(t *testing.T, w *world, prepare func(p *person, base string) operation) {
	for _, how := range []string{"killed", "cut"} {
		t.Run(how, func(t *testing.T) {
			var next, longest atomic.Int64
			t.Cleanup(func() {
				t.Logf("%s at %d points", how, longest.Load()-1)
				if longest.Load() < 6 {
					t.Errorf("there are only %d points: the wires see nothing", longest.Load()-1)
				}
			})
			for n := range lanes {
				t.Run(fmt.Sprint(n+1), func(t *testing.T) {
					t.Parallel()
					l := newLane(t, w)
					for longest.Load() == 0 && !t.Failed() {
						nth := int(next.Add(1))
						if !l.disturb(nth, how == "killed", prepare) {
							longest.CompareAndSwap(0, int64(nth))
						}
					}
				})
			}
		})
	}
}

// lane is one server with its wires.
type lane struct {
	t        *testing.T
	world    *world
	database *wire
	store    *storeWire
	env      []string
	server   *process
}

func newLane(t *testing.T, w *world) *lane {
	t.Helper()
	l := &lane{t: t, world: w, database: databaseWire(t), store: newStoreWire(t, shared.minio.Endpoint)}
	l.env = append(w.through(l.database), "ONESTOP_OBJECTS__ENDPOINT="+l.store.addr)
	l.server = w.serve(t, "", l.env...)
	return l
}

// watch puts a hook on both wires.
func (l *lane) watch(h hook) { l.database.set(h); l.store.set(h) }

// again starts the server again on its address.
func (l *lane) again() { l.server = l.world.serve(l.t, l.server.addr(), l.env...) }

// disturb makes one round; it says whether the request had that many points.
func (l *lane) disturb(nth int, kill bool, prepare func(p *person, base string) operation) bool {
	p := parent(l.t)
	op := prepare(p, l.server.base)
	trip := &tripwire{nth: nth}
	if kill {
		trip.kill = l.server.Kill
	}
	l.watch(trip.hook)
	got := op.send(l.server.base)
	l.watch(nil)
	where := trip.where()
	defer func() {
		if l.t.Failed() {
			l.t.Logf("point %d %q of %q; the answer: %s", nth, where, trip.passed, got)
		}
	}()
	acknowledged := got.err == nil && got.status == op.success
	switch {
	case where == "":
		got.want(l.t, op.success, nil)
	case kill:
		if got.err == nil && !acknowledged {
			l.t.Errorf("a killed server answered %s", got)
		}
		l.again()
	case !acknowledged: // it may have tried again by itself
		got.problem(l.t, http.StatusServiceUnavailable, "unavailable")
	}
	op.check(l.server.base, got, acknowledged)
	return where != ""
}

// kept is a file that was acknowledged, to be opened at the end.
type kept struct {
	owner             *person
	application, file string
	body              []byte
}

// keeper collects files of both lanes.
type keeper struct {
	mu    sync.Mutex
	files []kept
}

func (k *keeper) add(f kept) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files = append(k.files, f)
}

// wantContents opens every kept file.
func (k *keeper) wantContents(t *testing.T, base string) {
	t.Helper()
	if len(k.files) == 0 {
		t.Error("no file was kept")
	}
	for _, f := range k.files {
		a := f.owner.get(base, "/api/v1/applications/"+f.application+"/files/"+f.file+"/content")
		if a.err != nil || a.status != http.StatusOK || string(a.body) != string(f.body) {
			t.Errorf("file %s: %d bytes for %d, status %d, %v", f.file, len(a.body), len(f.body), a.status, a.err)
		}
	}
}
