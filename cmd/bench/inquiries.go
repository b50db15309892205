package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/linkage/linkagetest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const (
	inquiriesWanted = 100_000
	answerAfter     = 200 * time.Millisecond
	askedAtOnce     = 64 // the limit is that many at a time, each taking answerAfter
	inquiriesGoal   = 0.8
)

// asking lets one worker work 100,000 queued inquiries against a network that answers each after 200 ms.
func asking(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		network, err := b.startNetwork()
		if err != nil {
			return Result{}, err
		}
		b.say("queueing %d inquiries", inquiriesWanted)
		if err := b.queueInquiries(ctx, inquiriesWanted); err != nil {
			return Result{}, err
		}
		worker, err := b.work()
		if err != nil {
			return Result{}, err
		}
		begun, early := time.Now(), 0.0
		for left := inquiriesWanted; left > 0; {
			if err := pause(ctx, 500*time.Millisecond); err != nil {
				return Result{}, err
			}
			if worker.process.Err() != nil {
				return Result{}, errors.New("the worker ended\n" + worker.tail())
			}
			if left, err = b.count(ctx, `select count(*) from inquiries where state in ('queued', 'waiting')`); err != nil {
				return Result{}, err
			}
			if early == 0 && left < inquiriesWanted*9/10 {
				early = resident(worker.process.PID(), "VmRSS")
			}
		}
		took := time.Since(begun)
		wrong, err := b.count(
			ctx,
			`select count(*) from inquiries i where state not in ('answered', 'ended') or 1 <> (select count(*) from exchanges e where e.application_id = `+
				`i.application_id)`,
		)
		if err != nil {
			return Result{}, err
		}
		asked := network.Totals()
		limit := askedAtOnce / answerAfter.Seconds()
		r := Result{
			Value:   round(inquiriesWanted / took.Seconds()),
			Unit:    "1/s",
			Limit:   limit,
			Errors:  wrong,
			PeakMiB: worker.peak(),
		}
		r.Ratio = round(r.Value / limit)
		r.goal(fmt.Sprintf("ratio ≥ %g, memory flat, each asked and recorded once", inquiriesGoal), r.Ratio >= inquiriesGoal && wrong == 0)
		r.Details = map[string]any{"inquiries": inquiriesWanted, "seconds": round(took.Seconds()), "resident_mib_after_a_tenth": round(early),
			"resident_mib_at_the_end": round(resident(worker.process.PID(), "VmRSS")), "network": asked}
		return r, nil
	})
}

// startNetwork starts the network's simulator behind mutual TLS, and tells the program where it is.
func (b *stand) startNetwork() (*simulator.Server, error) {
	authority, err := mutual.NewAuthority()
	if err != nil {
		return nil, err
	}
	service, err := authority.Server("127.0.0.1")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.dir, "network")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	client, err := authority.WriteClient(dir, "onestop")
	if err != nil {
		return nil, err
	}
	server, err := simulator.Start(simulator.Options{
		Addr:  "127.0.0.1:0",
		TLS:   service,
		Delay: answerAfter,
		Data:  &residents.Register{},
	})
	if err != nil {
		return nil, err
	}
	b.cleanup = append(b.cleanup, server.Close)
	b.network = fmt.Sprintf(
		"network: {url: %q, ca_file: %q, cert_file: %q, key_file: %q}\nworker: {inquiries: %d}\n",
		server.URL(),
		client.CA,
		client.Cert,
		client.Key,
		askedAtOnce,
	)
	return server, nil
}

// queueInquiries queues inquiries about cases in full operation.
func (b *stand) queueInquiries(ctx context.Context, n int) error {
	keys, err := seal.LoadKeyring(b.secrets["master"])
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, postgres.Options{DSN: b.dsn[postgres.RoleApp], MaxConns: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	return linkagetest.Queue(ctx, b.dsn[postgres.RoleOwner], db, keys, inFull, n)
}

// count reads one number.
func (b *stand) count(ctx context.Context, query string) (n int, err error) {
	conn, err := pgx.Connect(ctx, b.dsn[postgres.RoleOwner])
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(ctx) }()
	return n, conn.QueryRow(ctx, query).Scan(&n)
}
