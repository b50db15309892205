package faulttest

import (
	"strings"
	"sync"
	"sync/atomic"
)

// A point is a place on a wire between two steps of the program: right before a message of it is handed on, or right
// after the answer came and before the program hears of it. hook is what happens there; false cuts the wire.
type hook func(point string) (goOn bool)

// is says whether a point is the one asked for: "before commit" is each before a batch with a commit in it.
func is(point, wanted string) bool {
	side, step, _ := strings.Cut(wanted, " ")
	return strings.HasPrefix(point, side+" ") && strings.Contains(point, step)
}

// points is what the wires ask. Without a hook everything passes.
type points struct{ hook atomic.Pointer[hook] }

func (p *points) set(h hook) {
	if h == nil {
		p.hook.Store(nil)
		return
	}
	p.hook.Store(&h)
}

func (p *points) pass(point string) bool {
	h := p.hook.Load()
	return h == nil || (*h)(point)
}

// tripwire trips at the nth point, counted from 1: it cuts the wire there, and kills the program if it is told how.
type tripwire struct {
	nth  int
	kill func() // nil: the program lives on, and finds a broken connection

	mu      sync.Mutex
	passed  []string // the points up to the one where it tripped
	tripped bool
}

func (w *tripwire) hook(point string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tripped {
		return w.kill == nil
	}
	w.passed = append(w.passed, point)
	if len(w.passed) < w.nth {
		return true
	}
	w.tripped = true
	if w.kill != nil {
		w.kill()
	}
	return false
}

// where is the point at which it tripped, or empty.
func (w *tripwire) where() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.tripped {
		return ""
	}
	return w.passed[len(w.passed)-1]
}
