package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
	scanner "kosodate.example/onestop/app/gateway/clamav/simulator"
	directory "kosodate.example/onestop/app/gateway/directory/simulator"
	mails "kosodate.example/onestop/app/gateway/mail/simulator"
	nws "kosodate.example/onestop/app/gateway/nws/simulator"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	cards "kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/embedded"
	"kosodate.example/onestop/storage/embedded/s3server"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The demo's names, the same at every start.
const (
	database     = "onestop"
	bucket       = "onestop"
	providerName = "demo"
	audience     = "onestop-api"
	clientID     = "onestop"
)

// parts is everything that runs beside the program.
type parts struct {
	data     string
	config   *configs.Config
	secrets  map[string]string // name → path
	ownerDSN string

	postgres  *embedded.Postgres
	objects   *s3server.Server
	provider  *provider.Server
	network   *nws.Server
	directory *directory.Server
	cards     *cards.Server
	stamper   *cards.Stamper
	mail      *mails.Server
	scanning  string // what scans, for people
	closeScan func()
}

// start starts the parts in the order in which they need each other, and makes the program's configuration.
func start(ctx context.Context, o options) (_ *parts, err error) {
	p := &parts{data: o.data, secrets: map[string]string{}}
	defer func() {
		if err != nil {
			p.stop()
		}
	}()
	if p.config, err = configs.Load(""); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, options) error{p.startPostgres, p.startObjects, p.startScanner, p.startProvider, p.startNetwork, p.startCards,
		p.startMail, p.givePostalCodes, p.configure} {
		if err = step(ctx, o); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// secret gives a secret of this name, made at the first start, and keeps its file's path.
func (p *parts) secret(name string) (string, error) {
	path := filepath.Join(p.data, "secrets", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	p.secrets[name] = path
	if raw, err := os.ReadFile(path); err == nil && len(raw) > 0 {
		return string(raw), nil
	}
	value := rand.Text()
	return value, os.WriteFile(path, []byte(value), 0o600)
}

// keep writes a secret that is made anew at each start.
func (p *parts) keep(name, value string) error {
	p.secrets[name] = filepath.Join(p.data, "secrets", name)
	return os.WriteFile(p.secrets[name], []byte(value), 0o600)
}

func (p *parts) startPostgres(ctx context.Context, _ options) (err error) {
	p.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(p.data, "postgres"), Log: os.Stderr})
	if err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	var pw postgres.Passwords
	for name, to := range map[string]*string{"owner-password": &pw.Owner, "app-password": &pw.App, "sweep-password": &pw.Sweep} {
		if *to, err = p.secret(name); err != nil {
			return err
		}
	}
	if err := postgres.Bootstrap(ctx, p.postgres.DSN, database, pw); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	for name, role := range map[string][2]string{"owner-url": {postgres.RoleOwner, pw.Owner}, "app-url": {postgres.RoleApp, pw.App},
		"sweep-url": {postgres.RoleSweep, pw.Sweep}} {
		dsn, err := postgres.DSNFor(p.postgres.DSN, role[0], role[1], database)
		if err != nil {
			return err
		}
		if err := p.keep(name, dsn); err != nil {
			return err
		}
		if name == "owner-url" {
			p.ownerDSN = dsn
		}
	}
	if err := app.Migrate(ctx, p.ownerDSN); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	return nil
}

func (p *parts) startObjects(ctx context.Context, _ options) error {
	access, err := p.secret("objects-access-key")
	if err != nil {
		return err
	}
	secret, err := p.secret("objects-secret-key")
	if err != nil {
		return err
	}
	p.objects, err = s3server.Start(ctx, s3server.Options{
		Dir:       filepath.Join(p.data, "objects"),
		AccessKey: access,
		SecretKey: secret,
		Bucket:    bucket,
	})
	if err != nil {
		return fmt.Errorf("the object store: %w", err)
	}
	return nil
}

// startScanner takes the machine's own clamd if there is one, else the simulator, and says which.
func (p *parts) startScanner(ctx context.Context, _ options) error {
	dir := filepath.Join(p.data, "clamav")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	real, err := clamdtest.Start(ctx, dir, clamdtest.Options{})
	if err == nil {
		p.config.Scanner.Address = real.Address
		p.scanning = "this machine's clamd, with the signature of the EICAR test file alone"
		p.closeScan = real.Kill
		return nil
	}
	simulated, simErr := scanner.Start("127.0.0.1:0", 0)
	if simErr != nil {
		return simErr
	}
	p.config.Scanner.Address = simulated.Address()
	p.scanning = "a simulator that knows the EICAR test file alone: files are NOT scanned for viruses"
	if !errors.Is(err, clamdtest.ErrNoBinary) {
		p.scanning += " (clamd is installed and did not start: " + err.Error() + ")"
	} else {
		p.scanning += " (no clamd on this machine)"
	}
	p.closeScan = simulated.Close
	return nil
}

func (p *parts) startProvider(ctx context.Context, o options) (err error) {
	partner, err := p.secret("partner-client-secret")
	if err != nil {
		return err
	}
	url := "http://" + o.addr
	p.provider, err = provider.Start(ctx, provider.Options{
		Addr:     o.oidcAddr,
		DataDir:  filepath.Join(p.data, "provider"),
		Audience: audience,
		Clients: []provider.Client{
			{ID: clientID, RedirectURLs: []string{url + "/auth/callback"}, PostLogoutRedirectURLs: []string{url + "/"}},
			{ID: "partner", Secret: partner, Program: true},
		},
	})
	if err != nil {
		return fmt.Errorf("the identity provider: %w; choose another address with --oidc-addr", err)
	}
	return nil
}

// configure fills the configuration in. Rates are wide: everything comes from one machine.
func (p *parts) configure(_ context.Context, o options) error {
	master := filepath.Join(p.data, "secrets", "master-keys.json")
	if _, err := os.Stat(master); errors.Is(err, fs.ErrNotExist) {
		if _, err := seal.CreateKeyring(master); err != nil {
			return err
		}
	}
	sealing, receipts := filepath.Join(p.data, "secrets", "audit.pem"), filepath.Join(p.data, "secrets", "receipts.pem")
	for _, path := range []string{sealing, receipts} {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if err := audit.CreateKeys(path); err != nil {
				return err
			}
		}
	}
	c := p.config
	c.Audit.SigningKeyFile, c.Receipts.SigningKeyFile = sealing, receipts
	c.Audit.Origins = []string{"demo.onestop.example/audit"} // whatever the address of this start
	c.HTTP.Addr, c.HTTP.PublicURL = o.addr, "http://"+o.addr
	c.Database.AppFile, c.Database.SweepFile, c.Database.OwnerFile = p.secrets["app-url"], p.secrets["sweep-url"], p.secrets["owner-url"]
	c.Objects.Endpoint, c.Objects.Bucket = p.objects.Endpoint, bucket
	c.Objects.AccessKeyFile, c.Objects.SecretKeyFile = p.secrets["objects-access-key"], p.secrets["objects-secret-key"]
	c.OIDC.Name, c.OIDC.Issuer, c.OIDC.ClientID, c.OIDC.Audience = providerName, p.provider.Issuer, clientID, audience
	c.Keys.MasterFile = master
	c.View.CacheDir = filepath.Join(p.data, "render")
	c.Limits.DrainTime = 0 // no proxy stands before it
	none := configs.Rate{PerSecond: -1}
	c.Limits.Address, c.Limits.Account, c.Limits.Login, c.Limits.Uploads = none, none, none, none
	return nil
}

// stop ends the parts, the database last.
func (p *parts) stop() {
	if p.mail != nil {
		p.mail.Close()
	}
	if p.stamper != nil {
		p.stamper.Close()
	}
	if p.cards != nil {
		p.cards.Close()
	}
	if p.network != nil {
		_ = p.network.Close()
	}
	if p.directory != nil {
		_ = p.directory.Close()
	}
	if p.provider != nil {
		_ = p.provider.Close()
	}
	if p.closeScan != nil {
		p.closeScan()
	}
	if p.objects != nil {
		_ = p.objects.Stop()
	}
	if p.postgres != nil {
		if err := p.postgres.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "demo: the database:", err)
		}
	}
}
