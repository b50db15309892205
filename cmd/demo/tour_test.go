package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

// demo is the demo's own binary, started as a person would.
type demo struct {
	base   string
	cmd    *exec.Cmd
	output bytes.Buffer
	done   chan error
}

// build makes the binary once.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// twoPorts finds two ports below 32768 that stand side by side: the service's and the provider's.
func twoPorts(t *testing.T) int {
	t.Helper()
	for range 50 {
		port, err := child.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port+1)); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no two free ports side by side")
	return 0
}

func startDemo(t *testing.T, binary, data string) *demo {
	t.Helper()
	for attempt := 1; ; attempt++ {
		d, err := launch(t, binary, data)
		if err == nil {
			return d
		}
		// Another program was faster.
		if attempt == 3 || !strings.Contains(d.output.String(), "address already in use") {
			t.Fatalf("the demo did not start: %v\n%s", err, d.output.String())
		}
	}
}

// launch starts the demo and waits until it is ready.
func launch(t *testing.T, binary, data string) (*demo, error) {
	t.Helper()
	addr := "127.0.0.1:" + strconv.Itoa(twoPorts(t))
	d := &demo{base: "http://" + addr, cmd: exec.Command(binary, "--addr", addr, "--data", data), done: make(chan error, 1)}
	d.cmd.Stdout, d.cmd.Stderr = &d.output, &d.output
	if err := d.cmd.Start(); err != nil {
		return d, err
	}
	go func() { d.done <- d.cmd.Wait() }()
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-d.done:
			return d, fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return d, ctx.Err()
		case <-tick.C:
			if res, err := http.Get(d.base + "/readyz"); err == nil {
				_ = res.Body.Close()
				if res.StatusCode == http.StatusOK {
					return d, nil
				}
			}
		}
	}
}

func (d *demo) stop(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.done:
		if err != nil {
			t.Fatalf("stopped with %v\n%s", err, d.output.String())
		}
	case <-time.After(60 * time.Second):
		t.Fatal("it does not stop")
	}
}

// tour takes the commands out of the README, word for word.
func tour(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "<!-- tour: begin -->")
	section, _, ok2 := strings.Cut(rest, "<!-- tour: end -->")
	if !ok || !ok2 {
		t.Fatal("README.md has no tour")
	}
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1) {
		script.WriteString(block[1] + "\necho '=== '\n")
	}
	return script.String()
}

// TestTour runs the README's commands against a demo that was started on an empty folder, then starts it again on the
// same folder.
func TestTour(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("the tour needs %s (deploy/test.sh installs it)", tool)
		}
	}
	binary, data := build(t), filepath.Join(t.TempDir(), "data")
	d := startDemo(t, binary, data)
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", tour(t))
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "BASE="+d.base, "TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the tour: %v\n%s\n%s", err, out, stderr.String())
	}
	check(t, strings.Split(string(out), "=== \n"))
	d.stop(t)
	again := startDemo(t, binary, data)
	again.stop(t)
}

// checkEditions reads what the part on changing a rule printed: a municipality's document, then the national edition.
func checkEditions(t *testing.T, blocks []string) {
	t.Helper()
	for block, want := range [][]string{
		{"998010: no fault"},
		{`"health-survey"`, `"attach"`, "age_on(child.birth_date, filing_date) < 1", "ひなた市子育て支援要綱"},
		{`["household-resident-record","pension-enrolment","separate-custody-statement"]`},
		{"the same,", "with more papers", "state    proposed", "More people are asked for it", "state    approved"},
		{`{"documents":["health-survey","separate-custody-statement"]`, `"kind":"added"`},
		{"it is blocked", "A case of the case tables does not come out", "all passed", "state    proposed", "state    approved"},
		{"state    proposed", "state    approved", "府番第2号", "府番第3号", "ひなた市告示第2号"},
	} {
		for _, w := range want {
			if !strings.Contains(blocks[block], w) {
				t.Errorf("block %d of the editions lacks %q:\n%s", block, w, blocks[block])
			}
		}
	}
	if strings.Contains(blocks[2], "health-survey") {
		t.Errorf("a filing before the instant is asked for the survey: %s", blocks[2])
	}
	// What is in force in the end is what was in force in the beginning.
	var national []string
	for line := range strings.Lines(blocks[6]) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "*" {
			national = append(national, fields[1])
		}
	}
	if len(national) != 3 || national[0] != national[2] || national[0] == national[1] {
		t.Errorf("the national editions: %q", national)
	}
}

// check reads what each block of the tour printed.
func check(t *testing.T, blocks []string) {
	t.Helper()
	if len(blocks) < 15 {
		t.Fatalf("the tour printed %d blocks", len(blocks))
	}
	read := func(text string, to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	contains := func(block int, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(blocks[block], w) {
				t.Errorf("block %d lacks %q:\n%s", block, w, blocks[block])
			}
		}
	}
	contains(2, `"missing-documents"`, `"household-resident-record"`, `"separate-custody-statement"`, `422`)
	contains(3, `"household-resident-record.pdf"`, `"receipt_number"`)
	contains(4, `"in-review"`)
	contains(5, `{"state":"matched"}`, `{"state":"received","answer":null}`)
	contains(6, `"queued"`, `"kind": "facts"`, `"field": "address"`, `"document": "みなと町なみ9番地"`)
	contains(7, `"not-allowed-now"`, `{"state":"closed","step":"provider-confirmed","cause":"document","basis":"answer"}`, `{"state":"decided"}`)
	contains(8, `"approved"`, `Minato Town asked`, `on trial`, `"open-case"`, `"decide"`)
	var hinata struct {
		Receipt   string `json:"receipt_number"`
		Documents []struct{ Document, Decision string }
	}
	read(blocks[9], &hinata)
	for _, doc := range hinata.Documents {
		if doc.Document == "household-resident-record" && doc.Decision != "omit" {
			t.Errorf("in ひなた市 %+v", doc)
		}
	}
	if hinata.Receipt == "" || len(hinata.Documents) != 2 {
		t.Errorf("in ひなた市: %+v", hinata)
	}
	contains(10, `household-resident-record`)
	contains(11, `"proposed"`, `"approved"`)
	// One at least: the demo seeds its trial while it is served already, and a case of that may be a draft just now.
	if !regexp.MustCompile(`"drafts_fewer": [1-9]`).MatchString(blocks[11]) {
		t.Errorf("the open draft is not counted:\n%s", blocks[11])
	}
	var open struct {
		Needed  []string
		Changes []any `json:"plan_changes"`
	}
	read(blocks[12], &open)
	if len(open.Changes) != 1 || len(open.Needed) != 1 || open.Needed[0] != "separate-custody-statement" {
		t.Errorf("the open draft: %+v", open)
	}
	contains(13, `"pension-enrolment"`, `"attach"`, `"suspended"`)
	checkEditions(t, blocks[14:])
}
