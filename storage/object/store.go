// Package object keeps files in an S3 bucket: MinIO, or any server that passes the conformance suite beside it.
//
// It sees ciphertext only (storage/seal). What holds for each call:
//
//   - An upload is one PUT of an exact size, streamed, with memory flat whatever the size (security.md, "Files"). The
//     object appears whole or not at all, and not before its source was read to its end without an error.
//   - The server checks each upload against a CRC-32C that follows it, before it commits. The body is not hashed a
//     second time for a signature: the ciphertext is authenticated, so whoever changes it on the way is found out.
//   - fault.NotFound says that there is no such object; fault.Unavailable, with the member component =
//     "object-storage", says that the store is down, refuses us, or does not answer in time; its reason is
//     fault.ReasonStoreFull where the store has no room.
package object

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Component is the name under which this store appears in a 503 and on /readyz.
const Component = "object-storage"

// Config says where the store is. Endpoint, AccessKey, SecretKey and Bucket are required.
type Config struct {
	Endpoint  string // host:port, without a scheme
	AccessKey string
	SecretKey string
	Bucket    string
	Region    string // "us-east-1" if empty, which MinIO takes
	TLS       bool
	CAFile    string // PEM of the authorities to trust; the system's if empty

	DialTimeout   time.Duration // to connect; 5 s if zero
	AnswerTimeout time.Duration // from the last byte sent to the answer; 30 s if zero
	StallTimeout  time.Duration // without a byte taken or given by the server; 30 s if zero
	MaxConns      int           // connections at once; 256 if zero. Callers beyond it wait
	TrialEvery    time.Duration // how often Ready tries an upload if none was made; 5 m if zero
	TrialAgain    time.Duration // and while uploads fail; 10 s if zero
}

// Store is one bucket. It may be used from any number of goroutines.
type Store struct {
	core      minio.Core
	bucket    string
	region    string
	stall     time.Duration
	answer    time.Duration
	transport *http.Transport
	room      room
}

// Open makes a store; it does not connect. See Ready and EnsureBucket.
func Open(cfg Config) (*Store, error) {
	if cfg.Endpoint == "" || cfg.AccessKey == "" || cfg.SecretKey == "" || cfg.Bucket == "" {
		return nil, errors.New("object store: endpoint, access key, secret key and bucket are required")
	}
	setDefaults(&cfg)
	transport, err := newTransport(cfg)
	if err != nil {
		return nil, err
	}
	core, err := minio.NewCore(cfg.Endpoint, &minio.Options{
		Creds:           credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:          cfg.TLS,
		Region:          cfg.Region, // set, so that no call asks for the bucket's location first
		Transport:       transport,
		BucketLookup:    minio.BucketLookupPath,
		TrailingHeaders: true,
		MaxRetries:      2, // of calls without a body: a store that is down is reported within a second
	})
	if err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	return &Store{
		core:      *core,
		bucket:    cfg.Bucket,
		region:    cfg.Region,
		stall:     cfg.StallTimeout,
		answer:    cfg.AnswerTimeout,
		transport: transport,
		room:      room{every: cfg.TrialEvery, again: cfg.TrialAgain},
	}, nil
}

func setDefaults(cfg *Config) {
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	for value, standard := range map[*time.Duration]time.Duration{
		&cfg.DialTimeout:   5 * time.Second,
		&cfg.AnswerTimeout: 30 * time.Second,
		&cfg.StallTimeout:  30 * time.Second,
		&cfg.TrialEvery:    5 * time.Minute,
		&cfg.TrialAgain:    10 * time.Second,
	} {
		if *value == 0 {
			*value = standard
		}
	}
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 256
	}
}

func newTransport(cfg Config) (*http.Transport, error) {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: cfg.DialTimeout, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:   cfg.DialTimeout,
		ResponseHeaderTimeout: cfg.AnswerTimeout,
		MaxConnsPerHost:       cfg.MaxConns,
		MaxIdleConnsPerHost:   cfg.MaxConns, // all may stay: the default of 2 would dial anew for most uploads
		// Below the 30 s after which MinIO drops an idle connection: an upload cannot be sent again if it meets one.
		IdleConnTimeout:    15 * time.Second,
		DisableCompression: true,
	}
	if !cfg.TLS {
		return transport, nil
	}
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.CAFile != "" {
		pem, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, fmt.Errorf("object store: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("object store: %s holds no certificate", cfg.CAFile)
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	return transport, nil
}

// EnsureBucket makes the bucket if it is not there. fault.Unavailable.
func (s *Store) EnsureBucket(ctx context.Context) error {
	exists, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil {
		return s.failure(ctx, err)
	}
	if exists {
		return nil
	}
	err = s.core.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: s.region})
	switch minio.ToErrorResponse(err).Code {
	case "BucketAlreadyOwnedByYou", "BucketAlreadyExists": // another node was first
		return nil
	}
	return s.failure(ctx, err)
}

// RemoveBucket takes the bucket away with all that is in it. fault.Unavailable.
func (s *Store) RemoveBucket(ctx context.Context) error {
	err := s.List(ctx, "", "", func(o Info) error { return s.Remove(ctx, o.Key) })
	if err != nil {
		return err
	}
	return s.failure(ctx, s.core.RemoveBucket(ctx, s.bucket))
}

// Ready says whether the store answers, takes our key, has the bucket, and takes uploads; fault.Unavailable if not. For /readyz.
func (s *Store) Ready(ctx context.Context) error {
	exists, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil {
		return s.failure(ctx, err)
	}
	if !exists {
		return unavailable(fmt.Errorf("no bucket %q", s.bucket))
	}
	return s.takes(ctx)
}

// Close drops idle connections. Calls under way are not disturbed.
func (s *Store) Close() { s.transport.CloseIdleConnections() }
