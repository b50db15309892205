// Package child runs servers as child processes on loopback: PostgreSQL and clamd for the demo, MinIO for tests and
// measurements.
//
// A child ends with the program that started it, also when that is killed, where the system allows it (Linux). It is
// in a process group of its own, so that Ctrl-C at a terminal reaches the program alone, which then stops its
// children in order.
package child

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is a running child. Its methods may be called from any goroutine.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // of Wait; valid once done is closed
}

// Start starts cmd. onParentDeath is the signal that the child gets if this program dies first; it depends on the
// child, since SIGKILL would make a database recover. cmd.SysProcAttr may be set already, for example to run as
// another user.
func Start(cmd *exec.Cmd, onParentDeath syscall.Signal) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	detachFromTerminal(cmd.SysProcAttr, onParentDeath)
	started := make(chan error, 1)
	go func() {
		// The kernel sends the signal when the thread that forked ends, not the process. A locked goroutine keeps
		// its thread until it returns, which is after the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// PID is the child's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says how the child ended; nil while it runs.
func (p *Process) Err() error {
	select {
	case <-p.done:
		if p.err == nil {
			return errors.New("exit status 0")
		}
		return p.err
	default:
		return nil
	}
}

// Stop sends sig and waits; after grace it kills. It is safe to call again.
func (p *Process) Stop(sig syscall.Signal, grace time.Duration) error {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case <-p.done:
		return nil
	case <-late.C:
		p.Kill()
		return fmt.Errorf("%s did not stop within %s and was killed", p.cmd.Path, grace)
	}
}

// Kill ends the child at once, as a loss of power would (kill -9), and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // the only error is that it has ended
	<-p.done
}

// Ports from which a server's port is chosen: below 32768, where the system takes the ports of outgoing connections
// from; above it, a client's own connection can hold the port that a server is about to take.
const firstPort, lastPort = 20000, 32000

// FreePort gives a TCP port that is free on loopback now. Nobody holds it: start the server soon, and try again with
// another if the port was taken.
func FreePort() (int, error) {
	for range 200 {
		port := firstPort + rand.IntN(lastPort-firstPort) //nolint:gosec // two programs must not look in the same order; nobody guesses it
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		return port, l.Close()
	}
	return 0, fmt.Errorf("no free port between %d and %d on loopback", firstPort, lastPort)
}
