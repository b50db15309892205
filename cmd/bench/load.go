package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// tally is what a load came to.
type tally struct {
	took     []time.Duration // of each operation that succeeded, sorted
	errors   int
	firstErr error
	elapsed  time.Duration // from the first operation's begin to the last one's end
	// processor is the processor time of one operation in milliseconds, by the part that used it.
	processor map[string]float64
}

// drive lets clients repeat an operation until the window is over.
func drive(ctx context.Context, clients int, window time.Duration, do func(ctx context.Context, client int) error) tally {
	over, cancel := context.WithTimeout(context.Background(), window)
	defer cancel()
	return driveUntil(ctx, clients, over.Done(), do)
}

// driveUntil lets clients repeat an operation until over is closed; what was begun then is finished and counts. It ends
// early with ctx, and a client gives up after ten failures in a row: a broken program must not be hammered.
func driveUntil(ctx context.Context, clients int, over <-chan struct{}, do func(ctx context.Context, client int) error) tally {
	var each sync.WaitGroup
	parts := make([]tally, clients)
	begin := time.Now()
	for c := range clients {
		each.Go(func() {
			t := &parts[c]
			for failed := 0; failed < 10 && ctx.Err() == nil; {
				select {
				case <-over:
					return
				default:
				}
				at := time.Now()
				if err := do(ctx, c); err != nil {
					if ctx.Err() != nil {
						return
					}
					t.fail(err)
					failed++
					continue
				}
				failed = 0
				t.took = append(t.took, time.Since(at))
			}
		})
	}
	each.Wait()
	all := tally{elapsed: time.Since(begin)}
	for i := range parts {
		all.add(parts[i])
	}
	slices.Sort(all.took)
	return all
}

// atOnce does n operations, all at the same time, each once.
func atOnce(ctx context.Context, n int, do func(ctx context.Context, i int) error) tally {
	var mu sync.Mutex
	var each sync.WaitGroup
	all := tally{}
	begin := time.Now()
	for i := range n {
		each.Go(func() {
			err := do(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				all.fail(err)
				return
			}
			all.took = append(all.took, time.Since(begin))
		})
	}
	each.Wait()
	all.elapsed = time.Since(begin)
	slices.Sort(all.took)
	return all
}

func (t *tally) fail(err error) {
	t.errors++
	if t.firstErr == nil {
		t.firstErr = err
	}
}

func (t *tally) add(other tally) {
	t.took = append(t.took, other.took...)
	t.errors += other.errors
	if t.firstErr == nil {
		t.firstErr = other.firstErr
	}
}

// rate is how many operations succeeded a second.
func (t tally) rate() float64 {
	if t.elapsed <= 0 {
		return 0
	}
	return float64(len(t.took)) / t.elapsed.Seconds()
}

// percentile gives the time that p percent of the operations did not exceed (nearest rank); 0 without any.
func (t tally) percentile(p float64) time.Duration {
	n := len(t.took)
	if n == 0 {
		return 0
	}
	rank := int(float64(n)*p/100+0.999999) - 1
	return t.took[min(max(rank, 0), n-1)]
}

func milliseconds(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }

// result has what every load gives.
func (t tally) result() Result {
	return Result{
		Value:  round(t.rate()),
		P50:    milliseconds(t.percentile(50)),
		P99:    milliseconds(t.percentile(99)),
		Errors: t.errors,
	}
}

// report says what went wrong first, for people.
func (s settings) report(what string, t tally) {
	s.say("%s: %d in %s (%.1f/s), %d errors", what, len(t.took), t.elapsed.Round(time.Millisecond), t.rate(), t.errors)
	if t.firstErr != nil {
		s.say("%s: the first error: %v", what, t.firstErr)
	}
}

// sequence numbers operations over warm-up and measurement, so that no case is filed twice.
type sequence struct{ n atomic.Int64 }

func (s *sequence) next() int { return int(s.n.Add(1)) - 1 }
