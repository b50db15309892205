package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

// ports is how many ports side by side the demo takes: its own and those of the services around it.
const ports = 6

// portsSideBySide finds the first of them. Others may take one before the demo does; it then ends, and says so.
func portsSideBySide() (int, error) {
	for range 100 {
		first, err := child.FreePort()
		if err != nil {
			return 0, err
		}
		free := true
		for port := first + 1; port < first+ports && free; port++ {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
			if free = err == nil; free {
				_ = l.Close()
			}
		}
		if free {
			return first, nil
		}
	}
	return 0, fmt.Errorf("no %d free ports side by side", ports)
}

// startDemo builds the demo, starts it on an empty folder, waits until it is ready, and stops it after the test. The
// demo's parts are its own: a database, an object store, a scanner, a provider, the networks.
func startDemo(t *testing.T) (base string) {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "demo")
	build := exec.Command("go", "build", "-o", binary, "./cmd/demo")
	build.Dir = repository
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the demo: %v\n%s", err, out)
	}
	for attempt := 1; ; attempt++ {
		addr, said, err := launch(t, binary, filepath.Join(dir, "data"+strconv.Itoa(attempt)))
		if err == nil {
			return "http://" + addr
		}
		// Another program was faster.
		if attempt == 3 || !strings.Contains(said, "address already in use") {
			t.Fatalf("the demo did not start: %v\n%s", err, said)
		}
	}
}

// launch starts the demo and waits until it is ready; else it gives what the demo said.
func launch(t *testing.T, binary, data string) (addr, said string, err error) {
	first, err := portsSideBySide()
	if err != nil {
		return "", "", err
	}
	addr = "127.0.0.1:" + strconv.Itoa(first)
	var output journal
	cmd := exec.Command(binary, "--addr", addr, "--data", data)
	cmd.Stdout, cmd.Stderr = &output, &output
	demo, err := child.Start(cmd, syscall.SIGTERM)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := demo.Ready(ctx, func(ctx context.Context) error { return ready(ctx, "http://"+addr) }); err != nil {
		_ = demo.Stop(syscall.SIGTERM, time.Minute)
		return "", output.text(), err
	}
	t.Cleanup(func() {
		if err := demo.Stop(syscall.SIGTERM, time.Minute); err != nil {
			t.Errorf("stop the demo: %v", err)
		}
		if t.Failed() && output.text() != "" {
			t.Logf("the demo said:\n%s", output.text())
		}
	})
	return addr, "", nil
}

// ready asks the service whether all its parts are up.
func ready(ctx context.Context, base string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET /readyz: %s", res.Status)
	}
	return nil
}

// journal keeps what a process says, for a failure's text; the process writes while the test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// install fetches the modules that the lock file names, unless they are there already.
func install(t *testing.T) {
	t.Helper()
	lock, err := os.Stat("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	// npm writes this file at the end of an installation.
	if done, err := os.Stat(filepath.Join("node_modules", ".package-lock.json")); err == nil && !done.ModTime().Before(lock.ModTime()) {
		return
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if out, err := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund").CombinedOutput(); err != nil {
		t.Fatalf("npm ci in app/web/e2e: %v\n%s", err, out)
	}
}
