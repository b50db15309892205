package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Two invented municipalities: one in full operation, one that is held at trial (api.md, "The demo only").
const (
	inFull    = "998010" // ひなた市
	inTrial   = "998028" // みなと町
	elsewhere = "998036" // もり村: where a child lives who does not live with the applicant
)

const municipalities = `code,name_ja,name_kana,name_en,office_ja,office_plain,office_en,telephone,trial_note
998010,ひなた市,ひなたし,Hinata City,子育て支援課,子どもの 手当の 係,Childcare Support Division,000-0001-0001,true
998028,みなと町,みなとまち,Minato Town,福祉課,子どもの 係,Welfare Division,000-0002-0002,true
`

// seed puts in what the program cannot do without: the municipalities, what they offer, the phases.
func (b *stand) seed(ctx context.Context) error {
	path, err := b.configure("seed", "127.0.0.1:1", b.secrets["app-url"])
	if err != nil {
		return err
	}
	cfg, err := configs.Load(path)
	if err != nil {
		return err
	}
	b.conns = int(cfg.Database.MaxConns)
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer a.Close()
	importer := models.Actor{Role: models.RoleNational, Purpose: "bench-seed", Request: "bench-seed"}
	for _, table := range []io.Reader{bytes.NewBufferString(municipalities), offerings(a)} {
		if _, err := a.Operate.Import(ctx, importer, table); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	owner, err := postgres.Open(ctx, postgres.Options{DSN: b.dsn[postgres.RoleOwner], MaxConns: 1})
	if err != nil {
		return err
	}
	defer owner.Close()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, jp.JST) }
	return a.Operate.ImportHistory(ctx, owner, []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Trial, From: at(2017, 7, 18)},
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Full, From: at(2017, 11, 13)},
		{Procedure: "*", Item: "*", Municipality: inTrial, Phase: phase.Trial, From: at(2017, 7, 18)},
	})
}

// offerings lets both municipalities offer every procedure at the level login.
func offerings(a *app.App) io.Reader {
	var out bytes.Buffer
	out.WriteString("municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n")
	for _, code := range []string{inFull, inTrial} {
		for _, proc := range a.Editions().National().Procedures() {
			fmt.Fprintf(&out, "%s,%s,,,login,,,,\n", code, proc.Code)
		}
	}
	return &out
}
