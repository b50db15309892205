package faulttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

// process is the program, started as a command.
type process struct {
	*child.Process
	base string // of a server: http://127.0.0.1:port
	said *journal
}

// command starts the program in a world.
func (w *world) command(env []string, args ...string) (*process, error) {
	p := &process{said: &journal{}}
	cmd := exec.Command(shared.binary, append(args, "--config", w.config)...)
	cmd.Env = append(withoutOurs(os.Environ()), env...)
	cmd.Stdout, cmd.Stderr = p.said, p.said
	var err error
	p.Process, err = child.Start(cmd, syscall.SIGKILL)
	return p, err
}

// withoutOurs keeps a developer's own settings away.
func withoutOurs(env []string) []string {
	var kept []string
	for _, entry := range env {
		if !strings.HasPrefix(entry, "ONESTOP_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// serve starts `onestop serve` on addr, or on a free port if it is empty, and waits until it listens.
func (w *world) serve(t testing.TB, addr string, env ...string) *process {
	t.Helper()
	if addr == "" {
		port, err := child.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		addr = fmt.Sprintf("127.0.0.1:%d", port)
	}
	p, err := w.command(append(env, "ONESTOP_HTTP__ADDR="+addr, "ONESTOP_HTTP__PUBLIC_URL=http://"+addr), "serve")
	if err != nil {
		t.Fatal(err)
	}
	p.base = "http://" + addr
	t.Cleanup(p.Kill)
	p.waitFor(t, `"msg":"serving"`)
	return p
}

// addr is where a server listens.
// stands starts what stands before the program or the database (HAProxy, PgBouncer) and waits until it is ready; it ends with the test.
func stands(t testing.TB, cmd *exec.Cmd, ready func(ctx context.Context) error) {
	t.Helper()
	said := &journal{}
	cmd.Stdout, cmd.Stderr = said, said
	p, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := p.Ready(ctx, ready); err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, said)
	}
}

func (p *process) addr() string { return strings.TrimPrefix(p.base, "http://") }

// work starts `onestop worker`.
func (w *world) work(t testing.TB, env ...string) *process {
	t.Helper()
	p, err := w.command(env, "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	p.waitFor(t, `"msg":"working"`)
	return p
}

// waitFor waits until the program has logged a line that contains text.
func (p *process) waitFor(t testing.TB, text string) {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	select {
	case <-p.said.watch(text):
	case <-p.Done():
		t.Fatalf("the program ended (%v):\n%s", p.Err(), p.said)
	case <-late.C:
		t.Fatalf("the program does not say %s:\n%s", text, p.said)
	}
}

// stop asks the program to stop and wants exit status 0.
func (p *process) stop(t testing.TB) {
	t.Helper()
	if err := p.Stop(syscall.SIGTERM, 30*time.Second); err != nil {
		t.Errorf("stop: %v\n%s", err, p.said)
	}
	p.wantClean(t)
}

func (p *process) wantClean(t testing.TB) {
	t.Helper()
	var failed *exec.ExitError
	if err := p.Err(); errors.As(err, &failed) {
		t.Errorf("the program stopped with %v:\n%s", err, p.said)
	}
}

// journal keeps what a program says and tells who waits for a line.
type journal struct {
	mu       sync.Mutex
	lines    []string // the last ones
	partial  []byte
	watchers []watcher
}

type watcher struct {
	text string
	seen chan struct{}
}

const journalLines = 400

// Write takes lines in.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.partial = append(j.partial, p...)
	for {
		line, rest, found := bytes.Cut(j.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		j.partial = rest
		j.note(string(line))
	}
}

func (j *journal) note(line string) {
	if len(j.lines) == journalLines {
		j.lines = j.lines[1:]
	}
	j.lines = append(j.lines, line)
	var waiting []watcher
	for _, w := range j.watchers {
		if strings.Contains(line, w.text) {
			close(w.seen)
		} else {
			waiting = append(waiting, w)
		}
	}
	j.watchers = waiting
}

// watch gives a channel that is closed once a line contains text, one that was said already included.
func (j *journal) watch(text string) <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := watcher{text, make(chan struct{})}
	for _, line := range j.lines {
		if strings.Contains(line, text) {
			close(w.seen)
			return w.seen
		}
	}
	j.watchers = append(j.watchers, w)
	return w.seen
}

// String is what was kept.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}
