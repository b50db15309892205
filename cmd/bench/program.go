package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/embedded/child"
)

// program is one process of the program that is measured.
type program struct {
	base    string // "http://127.0.0.1:21234"
	process *child.Process
	log     string
}

const configuration = `http: {addr: %q, public_url: %q}
limits:
  address: {per_second: -1}
  account: {per_second: -1}
  login: {per_second: -1}
  uploads: {per_second: -1}
database: {app_url_file: %q, sweep_url_file: %q, owner_url_file: %q}
objects: {endpoint: %q, bucket: %q, access_key_file: %q, secret_key_file: %q, create_bucket: true}
scanner: {address: %q}
oidc: {name: %q, issuer: %q, audience: %q}
keys: {master_file: %q}
log: {level: warn}
`

// configure writes a configuration: the program's defaults, but for where things are and for the rates, since all comes
// from one address here. appURL is the file that says how the program reaches PostgreSQL.
func (b *stand) configure(name, addr, appURL string) (string, error) {
	scanner := "tcp://127.0.0.1:1"
	if b.clamd != nil {
		scanner = b.clamd.Address
	}
	text := fmt.Sprintf(configuration, addr, "http://"+addr, appURL, b.secrets["sweep-url"], b.secrets["owner-url"], b.minio.Endpoint, bucket,
		b.secrets["access-key"], b.secrets["secret-key"], scanner, providerName, b.provider.Issuer, audience, b.secrets["master"]) + b.network
	path := filepath.Join(b.dir, name+".yaml")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// serve starts `onestop serve`, waits until it is ready, and ends it with the stand. With a profile wanted it is this
// command itself that serves, with the same parts.
func (b *stand) serve(ctx context.Context, name, appURL string) (*program, error) {
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	config, err := b.configure(name, addr, appURL)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(b.binary, "serve", "--config", config)
	if b.profile != "" {
		if cmd, err = profiled(config, b.profile, name); err != nil {
			return nil, err
		}
	}
	p, err := b.start(cmd, name)
	if err != nil {
		return nil, err
	}
	p.base = "http://" + addr
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := p.process.Ready(ctx, p.ready); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, p.tail())
	}
	return p, nil
}

// work starts `onestop worker`, which ends with the stand.
func (b *stand) work() (*program, error) {
	config, err := b.configure("worker", "127.0.0.1:1", b.secrets["app-url"])
	if err != nil {
		return nil, err
	}
	return b.start(exec.Command(b.binary, "worker", "--config", config), "worker")
}

func (b *stand) start(cmd *exec.Cmd, name string) (*program, error) {
	p := &program{log: filepath.Join(b.dir, name+".log")}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child has its own copy
	cmd.Env, cmd.Stdout, cmd.Stderr = withoutSettings(os.Environ()), log, log
	if p.process, err = child.Start(cmd, syscall.SIGTERM); err != nil {
		return nil, err
	}
	b.cleanup = append(b.cleanup, func() error { return p.stop() })
	return p, nil
}

// withoutSettings keeps a developer's own configuration away from the program that is measured.
func withoutSettings(env []string) []string {
	var kept []string
	for _, entry := range env {
		if !strings.HasPrefix(entry, configs.EnvPrefix) {
			kept = append(kept, entry)
		}
	}
	return kept
}

func (p *program) ready(ctx context.Context) error { return answers(ctx, p.base+"/readyz") }

// answers asks a page and wants 200.
func answers(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return err
}

// stop asks the process to finish what it began. Whether it does is what the tests of the program look at.
func (p *program) stop() error {
	if p.process.Err() != nil {
		return nil
	}
	return p.process.Stop(syscall.SIGTERM, 40*time.Second)
}

// tail is the end of what the process wrote.
func (p *program) tail() string {
	raw, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(raw[max(0, len(raw)-4000):])
}

// peak is the most memory since the last forgetPeak, in MiB.
func (p *program) peak() float64 { return round(resident(p.process.PID(), "VmHWM")) }
