package faulttest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/postgres"
)

//go:embed testdata/municipalities.csv
var municipalities []byte

const (
	hinata = "998010" // in full operation
	minato = "998028" // held at trial
)

// seedTemplate makes the database that every test's own is copied from: migrated, three municipalities that offer
// everything, and the phases: full operation in the country, みなと町 on trial.
func (r *rig) seedTemplate(ctx context.Context) error {
	pw := postgres.Passwords{Owner: password, App: password, Sweep: password}
	if err := postgres.Bootstrap(ctx, r.postgres.DSN, template, pw); err != nil {
		return err
	}
	owner, err := postgres.DSNFor(r.postgres.DSN, postgres.RoleOwner, password, template)
	if err != nil {
		return err
	}
	if err := app.Migrate(ctx, owner); err != nil {
		return err
	}
	a, err := r.openTemplate(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	importer := models.Actor{Role: models.RoleNational, Purpose: "test-seed", Request: "test-seed"}
	for _, csv := range [][]byte{municipalities, offerings(a)} {
		if _, err := a.Operate.Import(ctx, importer, bytes.NewReader(csv)); err != nil {
			return err
		}
	}
	asOwner, err := postgres.Open(ctx, postgres.Options{DSN: owner, MaxConns: 1})
	if err != nil {
		return err
	}
	defer asOwner.Close()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, jp.JST) }
	return a.Operate.ImportHistory(ctx, asOwner, []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Trial, From: at(2017, 7, 18)},
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Full, From: at(2017, 11, 13)},
		{Procedure: "*", Item: "*", Municipality: minato, Phase: phase.Trial, From: at(2017, 7, 18)},
	})
}

// openTemplate opens the program's parts on the template.
func (r *rig) openTemplate(ctx context.Context) (*app.App, error) {
	files, err := r.secrets(filepath.Join(r.dir, "template"), template, r.postgres.DSN)
	if err != nil {
		return nil, err
	}
	cfg, err := configs.Load("")
	if err != nil {
		return nil, err
	}
	cfg.Database.AppFile, cfg.Database.SweepFile = files["app-url"], files["sweep-url"]
	cfg.Objects.Endpoint, cfg.Objects.AccessKeyFile, cfg.Objects.SecretKeyFile = r.minio.Endpoint, files["access-key"], files["secret-key"]
	cfg.OIDC.Name, cfg.OIDC.Issuer = providerName, r.provider.Issuer
	cfg.Keys.MasterFile = r.masters
	return app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
}

func offerings(a *app.App) []byte {
	var b bytes.Buffer
	b.WriteString("municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n")
	for _, code := range []string{hinata, minato} {
		for _, p := range a.Editions().National().Procedures() {
			fmt.Fprintf(&b, "%s,%s,,,login,,,,\n", code, p.Code)
		}
	}
	return b.Bytes()
}

// secrets writes the files that a configuration names, for a database reached at the host of dsn.
func (r *rig) secrets(dir, database, dsn string) (map[string]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	values := map[string]string{"access-key": miniotest.AccessKey, "secret-key": miniotest.SecretKey}
	for name, role := range map[string]string{"app-url": postgres.RoleApp, "sweep-url": postgres.RoleSweep, "owner-url": postgres.RoleOwner} {
		url, err := postgres.DSNFor(dsn, role, password, database)
		if err != nil {
			return nil, err
		}
		values[name] = url
	}
	paths := map[string]string{}
	for name, value := range values {
		paths[name] = filepath.Join(dir, name)
		if err := os.WriteFile(paths[name], []byte(value), 0o600); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// database makes a database of its own for one test.
func (r *rig) database(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, r.postgres.DSN)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return postgres.EnsureDatabase(ctx, conn, name, template)
}
