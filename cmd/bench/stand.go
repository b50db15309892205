package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/storage/embedded"
	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The stand's names.
const (
	database     = "onestop"
	bucket       = "onestop"
	providerName = "bench"
	audience     = "onestop-api"
)

// stand is everything that a measure needs beside the program, on loopback and in a folder of its own.
type stand struct {
	settings
	dir      string
	postgres *embedded.Postgres
	minio    *miniotest.Server
	clamd    *clamdtest.Server
	provider *provider.Server
	dsn      map[string]string // by role
	secrets  map[string]string // name → path
	binary   string            // the program
	conns    int               // the program's connections to PostgreSQL
	network  string            // what the configuration says of the network; empty: not connected
	cleanup  []func() error
}

// newStand makes the folder and starts the parts. close takes everything away again.
func newStand(ctx context.Context, s settings) (_ *stand, err error) {
	b := &stand{settings: s, secrets: map[string]string{}, dsn: map[string]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.dir, err = folder(s, &b.cleanup); err != nil {
		return nil, err
	}
	s.say("starting PostgreSQL, MinIO and the identity provider")
	for _, step := range []func(context.Context) error{b.startPostgres, b.startMinio, b.startProvider, b.startClamd, b.writeSecrets, b.seed} {
		if err = step(ctx); err != nil {
			return nil, err
		}
	}
	b.binary, err = build(ctx, b.dir, "onestop")
	return b, err
}

// folder makes a folder that PostgreSQL's own user can pass through, and removes it in the end.
func folder(s settings, cleanup *[]func() error) (string, error) {
	dir, err := os.MkdirTemp(s.dir, "onestop-bench-")
	if err != nil {
		return "", err
	}
	*cleanup = append(*cleanup, func() error { return os.RemoveAll(dir) })
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// build compiles one of the commands; a program that `go run` compiles on its way would not be the one that is started.
func build(ctx context.Context, dir, command string) (string, error) {
	binary := filepath.Join(dir, command)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "kosodate.example/onestop/cmd/"+command)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", command, err, out)
	}
	return binary, nil
}

func (b *stand) startPostgres(ctx context.Context) (err error) {
	if b.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(b.dir, "postgres"), Log: b.log}); err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	b.cleanup = append(b.cleanup, b.postgres.Stop)
	pw := postgres.Passwords{Owner: rand.Text(), App: rand.Text(), Sweep: rand.Text()}
	if err := postgres.Bootstrap(ctx, b.postgres.DSN, database, pw); err != nil {
		return err
	}
	for role, password := range map[string]string{postgres.RoleOwner: pw.Owner, postgres.RoleApp: pw.App, postgres.RoleSweep: pw.Sweep} {
		if b.dsn[role], err = postgres.DSNFor(b.postgres.DSN, role, password, database); err != nil {
			return err
		}
	}
	return app.Migrate(ctx, b.dsn[postgres.RoleOwner])
}

func (b *stand) startMinio(ctx context.Context) (err error) {
	if b.minio, err = miniotest.Start(ctx, filepath.Join(b.dir, "minio")); err != nil {
		return fmt.Errorf("MinIO: %w", err)
	}
	b.cleanup = append(b.cleanup, func() error { b.minio.Kill(); return nil })
	return nil
}

func (b *stand) startProvider(ctx context.Context) error {
	port, err := child.FreePort()
	if err != nil {
		return err
	}
	b.provider, err = provider.Start(ctx, provider.Options{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Audience: audience})
	if err != nil {
		return err
	}
	b.cleanup = append(b.cleanup, b.provider.Close)
	return nil
}

// startClamd starts a scanner only if files are to be scanned while the program is measured.
func (b *stand) startClamd(ctx context.Context) (err error) {
	if !b.scan {
		return nil
	}
	dir := filepath.Join(b.dir, "clamav")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if b.clamd, err = clamdtest.Start(ctx, dir, clamdtest.Options{}); err != nil {
		return err
	}
	b.cleanup = append(b.cleanup, func() error { b.clamd.Kill(); return nil })
	return nil
}

// writeSecrets writes every secret into a file, as a deployment has them.
func (b *stand) writeSecrets(context.Context) error {
	dir := filepath.Join(b.dir, "secrets")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for name, value := range map[string]string{"app-url": b.dsn[postgres.RoleApp], "sweep-url": b.dsn[postgres.RoleSweep],
		"owner-url": b.dsn[postgres.RoleOwner], "access-key": miniotest.AccessKey, "secret-key": miniotest.SecretKey} {
		b.secrets[name] = filepath.Join(dir, name)
		if err := os.WriteFile(b.secrets[name], []byte(value), 0o600); err != nil {
			return err
		}
	}
	b.secrets["master"] = filepath.Join(dir, "master-keys.json")
	_, err := seal.CreateKeyring(b.secrets["master"])
	return err
}

// close ends the parts in the opposite order of their start, and removes the folder.
func (b *stand) close() error {
	var failed []error
	for i := len(b.cleanup) - 1; i >= 0; i-- {
		failed = append(failed, b.cleanup[i]())
	}
	b.cleanup = nil
	return errors.Join(failed...)
}

// withStand runs a measure on a stand of its own.
func withStand(ctx context.Context, s settings, do func(b *stand) (Result, error)) (results []Result, err error) {
	b, err := newStand(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	r, err := do(b)
	if err != nil {
		return nil, err
	}
	return []Result{r}, nil
}
