// Package clamdtest runs the machine's real clamd as a child process with one signature, the EICAR test string's, so
// that nothing has to be downloaded: for tests, measurements and the demo.
package clamdtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/storage/embedded/child"
)

// BinaryVariable names the environment variable that holds the path of clamd.
const BinaryVariable = "ONESTOP_CLAMD"

// ErrNoBinary means that the machine has no clamd.
var ErrNoBinary = errors.New(
	"no clamd on this machine: install it (Debian, Ubuntu: apt install clamav-daemon; deploy/test.sh does), or name one in " + BinaryVariable,
)

// startTimeout is generous: with one signature clamd takes about a second.
const startTimeout = time.Minute

// Options are limits of the scanner; zero for clamd's usual ones of 100 MB.
type Options struct {
	MaxStream int64 // bytes of one stream, StreamMaxLength
	MaxFile   int64 // bytes that are looked at, MaxFileSize; above it clamav.ErrLimit
}

// Server is one clamd.
type Server struct {
	Address string // "tcp://127.0.0.1:21234"
	Socket  string // "unix:///…/clamd.ctl", the same clamd
	process *child.Process
}

// Binary finds clamd: $ONESTOP_CLAMD, then PATH, then where packages put it. ErrNoBinary.
func Binary() (string, error) {
	if path := os.Getenv(BinaryVariable); path != "" {
		return path, nil
	}
	for _, name := range []string{"clamd", "/usr/sbin/clamd", "/usr/local/sbin/clamd", "/opt/homebrew/sbin/clamd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBinary
}

// Start starts clamd with its files in dir and waits until it answers. It ends with this program. ErrNoBinary.
func Start(ctx context.Context, dir string, opts Options) (*Server, error) {
	binary, err := Binary()
	if err != nil {
		return nil, err
	}
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	config, err := writeConfig(dir, port, opts)
	if err != nil {
		return nil, err
	}
	s := &Server{Address: "tcp://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Socket: "unix://" + socket(dir)}
	log, err := os.Create(filepath.Join(dir, "clamd.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child has its own copy
	cmd := exec.Command(binary, "--config-file", config)
	cmd.Stdout, cmd.Stderr = log, log
	if s.process, err = child.Start(cmd, syscall.SIGKILL); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		s.Kill()
		said, readErr := os.ReadFile(log.Name())
		return nil, errors.Join(err, readErr, fmt.Errorf("clamd says: %s", said))
	}
	return s, nil
}

func (s *Server) ready(ctx context.Context) error {
	client, err := clamav.New(clamav.Config{Address: s.Address})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	return s.process.Ready(ctx, client.Ping)
}

// New starts clamd for one test and stops it when the test ends. Without a binary the test fails.
func New(t testing.TB, opts Options) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "clamd-") // a socket's path must be short, and t.TempDir's is not
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s, err := Start(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Kill ends clamd at once (kill -9).
func (s *Server) Kill() { s.process.Kill() }
