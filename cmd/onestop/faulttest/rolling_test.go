package faulttest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

// balancer starts HAProxy with the configuration that is delivered, in front of two servers, and gives its address.
func balancer(t *testing.T, one, two string) string {
	t.Helper()
	delivered, err := filepath.Abs("../../../deploy/container")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(delivered, "haproxy.cfg"))
	if err != nil {
		t.Fatal(err)
	}
	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer(":8443 ssl crt /etc/haproxy/tls.pem alpn h2,http/1.1", fmt.Sprintf("127.0.0.1:%d", port),
		"server-1:8080", one, "server-2:8080", two, "/usr/local/etc/haproxy", delivered).Replace(string(text))
	config := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(config, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	stands(t, exec.Command(tool("haproxy"), "-db", "-f", config), func(context.Context) error { return says(base, "/healthz", http.StatusOK) })
	return base
}

// tool is where Debian puts a server's program, which is not on everybody's PATH.
func tool(name string) string {
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	return "/usr/sbin/" + name
}

// says tells whether an address answers with a status.
func says(base, path string, status int) error {
	res, err := http.Get(base + path)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != status {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	return nil
}

// TestARollingRestartLosesNothing: two servers behind the proxy are stopped and started in turn while people file and read through it. Of two
// thousand requests and more none fails, and each filing is there once.
func TestARollingRestartLosesNothing(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	patient := "ONESTOP_LIMITS__DRAIN_TIME=3s"
	servers := []*process{w.serve(t, "", patient), w.serve(t, "", patient)}
	proxy := balancer(t, servers[0].addr(), servers[1].addr())

	c := exampleClaim(t, proxy, minato)
	c.Declarations = willFollow(record, statement)
	var asked atomic.Int64
	o := open(t, 3, func(int) *acknowledged {
		a := &acknowledged{owner: parent(t), key: newKey()}
		got := a.owner.post(proxy, "/api/v1/filings", a.key, c)
		asked.Add(1)
		if got.err != nil || got.status != http.StatusCreated {
			t.Errorf("a filing: %s", got)
			return nil
		}
		got.read(t, &a.filed)
		return a
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			nobody := &person{t: t}
			for ctx.Err() == nil && !t.Failed() {
				if got := nobody.get(proxy, "/api/v1/municipalities"); got.err != nil || got.status != http.StatusOK {
					t.Errorf("a reader: %s", got)
				}
				asked.Add(1)
			}
		})
	}
	for i, server := range servers {
		o.count(3, every)
		if err := syscall.Kill(server.PID(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-server.Done()
		server.wantClean(t)
		o.count(3, every) // by the other alone
		servers[i] = w.serve(t, server.addr(), patient)
		until(t, 30*time.Second, "the server is ready again", func() bool { return says(servers[i].base, "/readyz", http.StatusOK) == nil })
		o.count(20, every) // time for the proxy to see it
	}
	until(t, time.Minute, "two thousand requests", func() bool { return asked.Load() >= 2_000 || t.Failed() })
	cancel()
	readers.Wait()
	done := o.close()
	w.wantEachOnce(t, done)
	t.Logf("%d requests, %d of them filings", asked.Load(), len(done))

	// With nobody behind it the proxy says so as the service would: to programs as a problem, to people as a page.
	for _, server := range servers {
		server.Kill()
	}
	until(t, 30*time.Second, "the proxy has seen it", func() bool { return says(proxy, "/", http.StatusServiceUnavailable) == nil })
	nobody := &person{t: t}
	nobody.get(proxy, "/api/v1/municipalities").problem(t, http.StatusServiceUnavailable, "unavailable")
	if page := nobody.get(proxy, "/"); !strings.Contains(string(page.body), "入力した内容は、なくなっていません") {
		t.Errorf("the page: %s", page)
	}
}
