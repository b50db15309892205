// Package miniotest runs a real MinIO server as a child process, for tests and measurements. MinIO is a program of its
// own under the AGPL and is never imported.
package miniotest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object"
)

// BinaryVariable names the environment variable that holds the path of MinIO's binary.
const BinaryVariable = "ONESTOP_MINIO"

// The root account of the servers started here, which listen on loopback alone.
const (
	AccessKey = "onestop-test"
	SecretKey = "onestop-test-secret"
)

// Server is one MinIO server on one folder.
type Server struct {
	Endpoint string // host:port
	Dir      string
	process  *child.Process
	log      *tail
}

// Binary finds MinIO's binary: $ONESTOP_MINIO, then PATH, then where go install puts programs.
func Binary() (string, error) {
	if path := os.Getenv(BinaryVariable); path != "" {
		return path, nil
	}
	if path, err := exec.LookPath("minio"); err == nil {
		return path, nil
	}
	for _, dir := range goBins() {
		if path, err := exec.LookPath(filepath.Join(dir, "minio")); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no minio binary: run deploy/test.sh, which installs it, or name one in " + BinaryVariable)
}

func goBins() []string {
	var dirs []string
	if dir := os.Getenv("GOBIN"); dir != "" {
		dirs = append(dirs, dir)
	}
	for _, dir := range filepath.SplitList(os.Getenv("GOPATH")) {
		dirs = append(dirs, filepath.Join(dir, "bin"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, filepath.Join(home, "go", "bin"))
	}
	return dirs
}

// Start starts a server on a folder, on a free port, and waits until it answers. It ends with this program.
func Start(ctx context.Context, dir string) (*Server, error) {
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	s := &Server{Endpoint: fmt.Sprintf("127.0.0.1:%d", port), Dir: dir}
	return s, s.run(ctx)
}

// New starts a server for one test and stops it when the test ends. Without a binary the test fails.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func (s *Server) run(ctx context.Context) error {
	binary, err := Binary()
	if err != nil {
		return err
	}
	s.log = &tail{}
	cmd := exec.Command(binary, "server", s.Dir, "--address", s.Endpoint, "--quiet")
	cmd.Env = append(withoutMinio(os.Environ()), "MINIO_ROOT_USER="+AccessKey, "MINIO_ROOT_PASSWORD="+SecretKey,
		"MINIO_BROWSER=off", "MINIO_UPDATE=off")
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if s.process, err = child.Start(cmd, syscall.SIGKILL); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := s.process.Ready(ctx, s.live); err != nil {
		s.process.Kill()
		return fmt.Errorf("%w\n%s", err, s.log)
	}
	return nil
}

// withoutMinio keeps settings of the developer's own server away from the test's.
func withoutMinio(env []string) []string {
	var kept []string
	for _, entry := range env {
		if !strings.HasPrefix(entry, "MINIO_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

func (s *Server) live(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Endpoint+"/minio/health/cluster", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// Kill ends the server at once (kill -9).
func (s *Server) Kill() { s.process.Kill() }

// Restart starts the server again on the same port and folder, after Kill.
func (s *Server) Restart(ctx context.Context) error { return s.run(ctx) }

// PID is the server's process id, to measure its memory or to stop it for a while.
func (s *Server) PID() int { return s.process.PID() }

// Config is how to reach a bucket of this server.
func (s *Server) Config(bucket string) object.Config {
	return object.Config{Endpoint: s.Endpoint, AccessKey: AccessKey, SecretKey: SecretKey, Bucket: bucket}
}

// Store makes a bucket of this server and opens it for one test.
func (s *Server) Store(t testing.TB, bucket string) *object.Store {
	return StoreAt(t, s.Config(bucket))
}

// StoreAt is Store with other settings than the usual ones.
func StoreAt(t testing.TB, cfg object.Config) *object.Store {
	t.Helper()
	store, err := object.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	if err := store.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}
