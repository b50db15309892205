package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

const startGoal = 10.0 // seconds

// starting measures the demo, already built, from its start until it is ready: on an empty folder, and again on the
// same folder. The slower one counts.
func starting(ctx context.Context, s settings) (_ []Result, err error) {
	b := &stand{settings: s}
	defer func() { err = errors.Join(err, b.close()) }()
	if b.dir, err = folder(s, &b.cleanup); err != nil {
		return nil, err
	}
	binary, err := build(ctx, b.dir, "demo")
	if err != nil {
		return nil, err
	}
	empty, peak, err := b.startDemo(ctx, binary)
	if err != nil {
		return nil, err
	}
	again, _, err := b.startDemo(ctx, binary)
	if err != nil {
		return nil, err
	}
	slower := max(empty, again).Seconds()
	r := Result{
		Value:   round(slower),
		Unit:    "s",
		PeakMiB: peak,
		Details: map[string]any{"empty_folder": round(empty.Seconds()), "again": round(again.Seconds())},
	}
	r.goal(fmt.Sprintf("≤ %g s", startGoal), slower <= startGoal)
	return []Result{r}, nil
}

// startDemo starts the demo, waits until it is ready, and stops it.
func (b *stand) startDemo(ctx context.Context, binary string) (time.Duration, float64, error) {
	var addrs [2]string
	for i := range addrs {
		port, err := child.FreePort()
		if err != nil {
			return 0, 0, err
		}
		addrs[i] = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	}
	cmd := exec.Command(binary, "--addr", addrs[0], "--oidc-addr", addrs[1], "--data", filepath.Join(b.dir, "data"))
	begin := time.Now()
	p, err := b.start(cmd, "demo")
	if err != nil {
		return 0, 0, err
	}
	p.base = "http://" + addrs[0]
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := p.process.Ready(limited, p.ready); err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, p.tail())
	}
	took := time.Since(begin)
	b.say("the demo was ready after %s", took.Round(time.Millisecond))
	peak := p.peak()
	return took, peak, p.process.Stop(syscall.SIGTERM, time.Minute)
}
