package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	largeFile  = 20 << 20
	memoryGoal = 128 // MiB
)

// uploadMemory measures how far the program's memory rises above what it takes when idle while many large files come
// at once, each from another parent.
func uploadMemory(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return Result{}, err
		}
		c := newClient(p.base, b.uploads)
		claims, err := b.newCases(ctx, c, inTrial, false, livesElsewhere)
		if err != nil {
			return Result{}, err
		}
		document := claims.attach()[0]
		head, err := pdf(1 << 20)
		if err != nil {
			return Result{}, err
		}
		type draft struct{ token, id string }
		drafts := make([]draft, b.uploads+1)
		for i := range drafts {
			token, body := claims.next()
			drafts[i].token = token
			if drafts[i].id, err = c.draft(ctx, token, body); err != nil {
				return Result{}, err
			}
		}
		send := func(ctx context.Context, i int) error {
			return c.upload(ctx, drafts[i].token, drafts[i].id, document, fileName(1), large(head), largeFile)
		}
		if err := send(ctx, b.uploads); err != nil { // the first one alone: connections, code, buffers
			return Result{}, err
		}
		idle := resident(p.process.PID(), "VmRSS")
		if idle == 0 {
			return Result{}, fmt.Errorf("this system does not say how much memory a process takes (/proc)")
		}
		b.say("%d uploads of %d MiB at once; idle the program takes %.0f MiB", b.uploads, largeFile>>20, idle)
		var t tally
		peak := sampled(p.process.PID(), func() {
			t = atOnce(ctx, b.uploads, send)
		})
		b.report("uploads", t)
		r := t.result()
		r.Value, r.Unit, r.PeakMiB = round(peak-idle), "MiB above idle", round(peak)
		r.goal(fmt.Sprintf("≤ %d", memoryGoal), peak-idle <= memoryGoal)
		r.Details = map[string]any{"idle_mib": round(idle), "uploads": b.uploads, "uploads_per_second": round(t.rate())}
		return r, nil
	})
}

// large gives a file of largeFile bytes that begins with head and repeats it.
func large(head []byte) io.Reader {
	readers := make([]io.Reader, largeFile/len(head))
	for i := range readers {
		readers[i] = bytes.NewReader(head)
	}
	return io.MultiReader(readers...)
}

// sampled gives the most memory of a process while do runs: the kernel's own peak, or the most that was seen every few
// milliseconds where the kernel does not let its peak begin anew.
func sampled(pid int, do func()) float64 {
	reset := forgetPeak(pid) == nil
	most := 0.0
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			most = max(most, resident(pid, "VmRSS"))
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	})
	do()
	close(done)
	watch.Wait()
	if reset {
		most = max(most, resident(pid, "VmHWM"))
	}
	return most
}
