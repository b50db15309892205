package faulttest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
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

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/embedded/child"
)

// coreCases is how many cases the core system takes here; CORE_CASES says more.
const coreCases = 60

// TestACoreSystemThroughKills: the sample of deploy/examples/core follows the feed while cases come in, and it and the server are killed again and again.
// Nothing is missing, nothing was done twice, and each case's events came in order.
func TestACoreSystemThroughKills(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	wanted := coreCases
	if n, err := strconv.Atoi(os.Getenv("CORE_CASES")); err == nil {
		wanted = n
	}
	server := w.serve(t, "")
	addr := server.addr()
	w.work(t)
	core := w.coreSystem(t, "http://"+addr)
	core.start(t)
	filing := make(chan map[string][]byte)
	go func() { filing <- fileMany(t, "http://"+addr, wanted) }()
	// One of the two is killed after the other, until all is filed.
	var files map[string][]byte
	for n := 0; files == nil; n++ {
		select {
		case files = <-filing:
		case <-time.After(1200 * time.Millisecond):
			core.kill(t)
			if n%3 == 2 {
				server.Kill()
				server = w.serve(t, addr)
			}
			core.start(t)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("events %v, taken %d, at %s, files %v\n%s", w.rows(`select count(*), count(position) from core_events`), core.count(t, "cases"), core.position(),
				w.rows(`select state, scan, count(*) from files group by 1, 2`), core.said)
		}
	})
	until(t, 3*time.Minute, "the core system has everything", func() bool {
		told := w.rows(`select count(*) from core_events`)[0]
		return told == fmt.Sprint(core.count(t, "events")) && w.rows(`select count(*) from core_events where position is null`)[0] == "0" &&
			core.position() == told && len(w.rows(`select 1 from files where state = 'stored' and scan <> 'clean'`)) == 0
	})
	core.kill(t)
	core.wantAll(t, w, wanted, files)
}

// wantAll compares what the core system has with what there is.
func (c *coreSystem) wantAll(t *testing.T, w *world, wanted int, files map[string][]byte) {
	t.Helper()
	cases := w.rows(`select id from applications where arrived_at is not null`)
	if len(cases) != wanted || c.count(t, "cases") != wanted {
		t.Fatalf("%d cases arrived of %d, and %d were taken", len(cases), wanted, c.count(t, "cases"))
	}
	for _, line := range w.rows(`select position, kind, application_id::text from core_events order by position`) {
		part := strings.Fields(line)
		n, _ := strconv.Atoi(part[0])
		raw, err := os.ReadFile(filepath.Join(c.dir, "events", fmt.Sprintf("%09d", n)))
		if err != nil || !strings.Contains(string(raw), `kosodate.case.`+part[1]+`"`) || !strings.Contains(string(raw), part[2]) {
			t.Errorf("event %s: kept %s %v", line, raw, err)
		}
	}
	for _, line := range w.rows(`select application_id::text, string_agg(kind, ' ' order by position), string_agg(kind, ' ' order by seq)
		from core_events group by 1`) {
		part := strings.Fields(line)
		half := (len(part) - 1) / 2
		if strings.Join(part[1:1+half], " ") != strings.Join(part[1+half:], " ") {
			t.Errorf("out of order: %s", line)
		}
	}
	for id, content := range files {
		got, err := os.ReadFile(filepath.Join(c.dir, "files", id))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("file %s: %d bytes of %d, %v", id, len(got), len(content), err)
		}
	}
	decidable := wanted - len(files)
	if got := w.rows(`select count(*), count(distinct application_id) from decisions`)[0]; got != fmt.Sprintf("%d %d", decidable, decidable) {
		t.Errorf("decisions and cases decided: %s, want %d of each", got, decidable)
	}
	if got := w.rows(`select count(*) from core_cases where state = 'taken'`)[0]; got != fmt.Sprint(wanted) {
		t.Errorf("%s cases were acknowledged", got)
	}
	if twice := w.rows(`select application_id::text from history where event = 'decide' group by 1 having count(*) > 1`); len(twice) > 0 {
		t.Errorf("decided twice: %v", twice)
	}
}

// fileMany files so many cases, every third a claim with a file, through whatever happens to the server. It gives the files by their ids.
func fileMany(t *testing.T, base string, wanted int) map[string][]byte {
	files := map[string][]byte{}
	var mu sync.Mutex
	var work sync.WaitGroup
	next := make(chan int)
	for range 4 {
		work.Go(func() {
			for n := range next {
				p := parent(t)
				if n%3 > 0 {
					p.insist(http.MethodPost, base+"/api/v1/filings", notification, nil)
					continue
				}
				var v view
				c := exampleClaim(t, base, minato)
				c.Declarations = willFollow(record, statement)
				p.insist(http.MethodPost, base+"/api/v1/applications", c, &v)
				body := pdf(2000+n, n)
				var f fileView
				until(t, time.Minute, "the file is taken", func() bool {
					a := p.put(base, filePath(v.ID, record, "a.pdf"), bytes.NewReader(body), len(body))
					if a.err == nil && a.status == http.StatusCreated {
						a.read(t, &f)
					}
					return a.err == nil && a.status == http.StatusCreated
				})
				p.insist(http.MethodPost, base+"/api/v1/applications/"+v.ID+"/file", nil, nil)
				mu.Lock()
				files[f.ID] = body
				mu.Unlock()
			}
		})
	}
	pace := time.NewTicker(120 * time.Millisecond) // they come in over some seconds
	defer pace.Stop()
	for n := range wanted {
		<-pace.C
		next <- n
	}
	close(next)
	work.Wait()
	return files
}

// notification needs no document: it can be decided as it is.
var notification map[string]any

// insist sends a request with one key until it is answered.
func (p *person) insist(method, at string, body, into any) {
	key := newKey()
	until(p.t, time.Minute, "an answer", func() bool {
		a := p.ask(method, at, keyed(key), body)
		if a.err != nil || a.status >= 500 {
			return false
		}
		a.want(p.t, http.StatusCreated, into)
		return true
	})
}

// coreSystem is the sample, as a command.
type coreSystem struct {
	binary, dir string
	args        []string
	process     *child.Process
	said        *journal
}

// coreSystem builds the sample, and registers it in みなと町 behind the program's back, where letters can be written.
func (w *world) coreSystem(t *testing.T, base string) *coreSystem {
	t.Helper()
	c := &coreSystem{binary: filepath.Join(shared.dir, "core"), dir: filepath.Join(w.dir, "core"), said: &journal{}}
	build := exec.CommandContext(context.Background(), "go", "build", "-o", c.binary, "kosodate.example/onestop/deploy/examples/core")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, _ := json.Marshal(jose.JSONWebKey{Key: key})
	public, _ := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public()}}})
	path := filepath.Join(w.dir, "core.jwk")
	if err := os.WriteFile(path, private, 0o600); err != nil {
		t.Fatal(err)
	}
	id := models.NewID()
	w.rows(`insert into people (id, provider, subject) values ($1, 'core-system', $2) returning 1`, id, id)
	w.rows(`insert into core_systems (id, municipality, name, state, scopes, networks, per_second, sees_protected, keys, reason, proposed_by, proposed_at,
		decided_by, decided_at) values ($1, $2, 'core', 'approved', 'core:read core:write', '127.0.0.0/8', 100, false, $3, 'test', $1, now(),
		gen_random_uuid(), now()) returning 1`, id, minato, string(public))
	w.rows(`insert into letter_settings (municipality, version, prefix, mayor_title, mayor_name, address, contact, appeal, suit, seal, changed_by, changed_at)
		values ($1, 1, 'み子', 'みなと町長', '首長　五郎', 'みなと町1', '平日', '審査請求', '訴え', 'space', $2, now()) returning 1`, minato, id)
	var shown struct {
		Example struct{ Facts, Form map[string]any }
	}
	(&person{t: t}).get(base, "/api/v1/procedures/pregnancy-notification?municipality="+minato).want(t, http.StatusOK, &shown)
	notification = map[string]any{"procedure": "pregnancy-notification", "municipality": minato, "facts": shown.Example.Facts, "form": shown.Example.Form,
		"consents": []string{}, "declarations": []any{}}
	c.args = []string{"-url", base, "-client", id, "-key", path, "-dir", c.dir, "-decide"}
	return c
}

func (c *coreSystem) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(c.binary, c.args...)
	cmd.Stdout, cmd.Stderr = c.said, c.said
	var err error
	if c.process, err = child.Start(cmd, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.process.Kill)
}

// kill kills it; one that ended by itself has given up, which it must not.
func (c *coreSystem) kill(t *testing.T) {
	t.Helper()
	select {
	case <-c.process.Done():
		t.Fatalf("the core system gave up: %v\n%s", c.process.Err(), c.said)
	default:
		c.process.Kill()
	}
}

func (c *coreSystem) count(t *testing.T, kind string) (n int) {
	t.Helper()
	found, err := os.ReadDir(filepath.Join(c.dir, kind))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, f := range found {
		if !strings.HasPrefix(f.Name(), ".") { // what a kill left half written
			n++
		}
	}
	return n
}

func (c *coreSystem) position() string {
	raw, _ := os.ReadFile(filepath.Join(c.dir, "position"))
	return string(raw)
}
