package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/postgres"
)

// pdf makes a file that is a PDF by its head and does not compress.
func pdf(size int) ([]byte, error) {
	out := make([]byte, size)
	if _, err := rand.Read(out); err != nil {
		return nil, err
	}
	copy(out, "%PDF-1.7\n")
	return out, nil
}

// putLimit measures plain PUTs to the same MinIO with minio-go's own defaults, the files of the given size, in memory.
type putLimit struct {
	client *minio.Client
	file   []byte
	n      atomic.Int64
}

const limitBucket = "limit"

func (b *stand) newPutLimit(ctx context.Context, file []byte) (*putLimit, error) {
	c, err := minio.New(b.minio.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(miniotest.AccessKey, miniotest.SecretKey, ""), Region: "us-east-1"})
	if err != nil {
		return nil, err
	}
	return &putLimit{client: c, file: file}, c.MakeBucket(ctx, limitBucket, minio.MakeBucketOptions{})
}

// rate is PUTs a second.
func (l *putLimit) rate(ctx context.Context, s settings) (float64, error) {
	t := drive(ctx, s.clients, s.limitWindow(), func(ctx context.Context, _ int) error {
		key := fmt.Sprintf("%08d", l.n.Add(1))
		_, err := l.client.PutObject(ctx, limitBucket, key, bytes.NewReader(l.file), int64(len(l.file)), minio.PutObjectOptions{DisableMultipart: true})
		return err
	})
	s.report("limit: PUTs", t)
	return t.rate(), errors.Join(t.firstErr, ctx.Err())
}

// insertLimit measures single-row inserts, each committed, over a pool as large as the program's.
type insertLimit struct{ pool *pgxpool.Pool }

func (b *stand) newInsertLimit(ctx context.Context) (*insertLimit, error) {
	cfg, err := pgxpool.ParseConfig(b.dsn[postgres.RoleOwner])
	if err != nil {
		return nil, errors.New("the connection URL cannot be read")
	}
	cfg.MaxConns = int32(b.conns) //nolint:gosec // a few dozen
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	b.cleanup = append(b.cleanup, func() error { pool.Close(); return nil })
	_, err = pool.Exec(ctx, `create schema bench create table row (id uuid primary key, body text not null)`)
	return &insertLimit{pool: pool}, err
}

const insertedText = "a row of about a hundred bytes, as a plain table of a plain program would have it, and nothing more."

// rate is inserts a second.
func (l *insertLimit) rate(ctx context.Context, s settings) (float64, error) {
	t := drive(ctx, s.clients, s.limitWindow(), func(ctx context.Context, _ int) error {
		_, err := l.pool.Exec(ctx, `insert into bench.row (id, body) values ($1, $2)`, models.NewID(), insertedText)
		return err
	})
	s.report("limit: inserts", t)
	return t.rate(), errors.Join(t.firstErr, ctx.Err())
}

// between measures a limit, the program, and the limit again.
func between(ctx context.Context, limit func() (float64, error), do func() (tally, error)) (t tally, before, after float64, err error) {
	if before, err = limit(); err != nil {
		return t, 0, 0, fmt.Errorf("limit: %w", err)
	}
	if t, err = do(); err != nil {
		return t, 0, 0, err
	}
	if err := ctx.Err(); err != nil {
		return t, 0, 0, err
	}
	if after, err = limit(); err != nil {
		err = fmt.Errorf("limit: %w", err)
	}
	return t, before, after, err
}

// warmly measures an operation of a program that has been warmed up, and lets its peak of memory begin anew.
func (b *stand) warmly(ctx context.Context, what string, p *program, do func(ctx context.Context, client int) error) (tally, error) {
	warm := drive(ctx, b.clients, b.warmUp(), do)
	if len(warm.took) == 0 {
		return warm, fmt.Errorf("%s: nothing succeeded while warming up: %w\n%s", what, errors.Join(warm.firstErr, ctx.Err()), p.tail())
	}
	if err := forgetPeak(p.process.PID()); err != nil {
		b.say("the peak of memory includes the start: %v", err)
	}
	m := b.newMeter(p)
	t := drive(ctx, b.clients, b.window(), do)
	t.processor = m.each(len(t.took))
	b.report(what, t)
	t.errors += warm.errors
	if t.firstErr == nil {
		t.firstErr = warm.firstErr
	}
	return t, nil
}
