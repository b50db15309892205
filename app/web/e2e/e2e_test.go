// Package e2e drives the pages in a real Chromium. The tests themselves are the files *.spec.mjs beside this one;
// here they are run against a demo of their own, and each of them becomes a Go test.
package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// repository is the module's root, seen from here.
const repository = "../../.."

const (
	// sideBySide is how many spec files run at once: each has a browser of its own, and the build machine two cores.
	sideBySide = 2
	// parentsEach is how many of the demo's 1000 parents for load a spec file has to itself.
	parentsEach = 40
	// reserve is left before the test's deadline, to end browsers and demo in order and to say what hung.
	reserve = 30 * time.Second
)

// TestPages runs the spec files. One alone: go test ./app/web/e2e -run 'TestPages/every-page'. In the environment:
// ONESTOP_E2E_URL names a demo that runs already, ONESTOP_E2E_NAME is a pattern for the tests' names.
func TestPages(t *testing.T) {
	requireTools(t)
	install(t)
	base := os.Getenv("ONESTOP_E2E_URL")
	if base == "" {
		base = startDemo(t)
	}
	specs, err := filepath.Glob("*.spec.mjs")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no spec file was found: %v", err)
	}
	// The longest begins first, so that it does not run alone at the end.
	slices.SortStableFunc(specs, func(a, b string) int { return strings.Compare(order(a), order(b)) })
	free := make(chan struct{}, sideBySide)
	// The group ends before the demo is stopped.
	for i, spec := range specs {
		t.Run(strings.TrimSuffix(spec, ".spec.mjs"), func(t *testing.T) {
			t.Parallel()
			free <- struct{}{}
			defer func() { <-free }()
			run(t, spec, append(os.Environ(), "ONESTOP_E2E_URL="+base, "ONESTOP_E2E_PARENTS="+strconv.Itoa(1+i*parentsEach)))
		})
	}
}

// order is by what a spec file takes its turn.
func order(spec string) string {
	if spec == "every-page.spec.mjs" {
		return ""
	}
	return spec
}

// requireTools says what is missing. It is a failure, not a skip: a build without these tests must not look green.
func requireTools(t *testing.T) {
	t.Helper()
	var missing []string
	browsers := []string{os.Getenv("ONESTOP_CHROMIUM"), "chromium-headless-shell", "chromium", "chromium-browser"}
	if !anyOnPath(browsers...) {
		missing = append(missing, "chromium-headless-shell", "fonts-noto-cjk")
	}
	if !anyOnPath("node") || !anyOnPath("npm") {
		missing = append(missing, "nodejs", "npm")
	}
	if len(missing) > 0 {
		t.Fatalf("the browser tests need more on this machine: apt-get install %s (deploy/test.sh does it)", strings.Join(missing, " "))
	}
}

func anyOnPath(names ...string) bool {
	for _, name := range names {
		if name == "" {
			continue
		}
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// result is a line of reporter.mjs.
type result struct {
	Name            string
	Failed, Skipped bool
	Seconds         float64
	Reason          string
}

// run runs one spec file; each test in it is a Go test by its name, told as soon as it ends.
func run(t *testing.T, spec string, env []string) {
	ctx := t.Context()
	if deadline, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	args := []string{"--test-reporter=./reporter.mjs", "--test-reporter-destination=stdout"}
	if name := os.Getenv("ONESTOP_E2E_NAME"); name != "" {
		args = append(args, "--test-name-pattern="+name)
	}
	cmd := exec.CommandContext(ctx, "node", append(args, spec)...)
	cmd.Env = env
	// Asked to end, the driver takes its browser along; killed, it would leave it behind.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = reserve / 2
	var stderr journal
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	count, failed := 0, 0
	for lines := bufio.NewReader(stdout); ; {
		line, readErr := lines.ReadBytes('\n')
		var r result
		switch {
		case len(line) == 0:
		case json.Unmarshal(line, &r) != nil || r.Name == "":
			t.Logf("%s", line) // a spec's console.log
		default:
			count++
			if r.Failed {
				failed++
			}
			t.Run(r.Name, r.tell)
		}
		if readErr != nil {
			break
		}
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		t.Errorf("%s was ended: it did not finish in time", spec)
	case count == 0 && os.Getenv("ONESTOP_E2E_NAME") == "":
		t.Errorf("%s ran no test: %v\n%s", spec, err, stderr.text())
	case err != nil && failed == 0:
		t.Errorf("%s: %v\n%s", spec, err, stderr.text())
	case failed > 0 && stderr.text() != "":
		t.Logf("%s said:\n%s", spec, stderr.text())
	}
}

// tell repeats what happened.
func (r result) tell(t *testing.T) {
	switch {
	case r.Failed:
		t.Error(r.Reason)
	case r.Skipped:
		t.Skip(r.Reason)
	default:
		t.Logf("%.1f s in the browser", r.Seconds)
	}
}
