// Package s3server runs an S3 server on a folder inside the demo's process, so that the demo needs nothing installed.
//
// It is for a demo alone: it does not force written data to the disk, so that a loss of power may lose files. A
// deployment uses MinIO or another server that passes the conformance suite of storage/object.
//
// It is a package of its own, apart from the demo's PostgreSQL, because it links the clients of a dozen services that
// no test needs.
package s3server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object"
)

const (
	region       = "us-east-1"
	maxConns     = 1024
	maxRequests  = 512
	healthPath   = "/-healthy" // no bucket can have this name
	startTimeout = 20 * time.Second
	stopTimeout  = 20 * time.Second
)

// Options says where the objects lie. All but Addr are required.
type Options struct {
	Dir       string // made if it is missing
	Addr      string // host:port; empty for a free port below 32768 on loopback
	AccessKey string
	SecretKey string
	Bucket    string // made at the start
}

// Server is the running server.
type Server struct {
	Endpoint string // host:port, for object.Config

	cancel context.CancelFunc
	done   chan struct{}
	err    error // valid once done is closed
}

// Start starts the server and waits until its bucket is there. One process can have one server at a time.
//
// The process's working directory becomes a folder below Dir, because the server names its files relative to it: make
// every path absolute before.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Dir == "" || opts.AccessKey == "" || opts.SecretKey == "" || opts.Bucket == "" {
		return nil, errors.New("S3 server: folder, keys and bucket are required")
	}
	if opts.Addr == "" {
		port, err := child.FreePort()
		if err != nil {
			return nil, err
		}
		opts.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	}
	files, err := openFiles(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("S3 server: %w", err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{Endpoint: opts.Addr, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.err = embedgw.RunVersityGW(running, files, gateway(opts))
	}()
	if err := s.ready(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("S3 server: %w", err), s.Stop())
	}
	return s, nil
}

func gateway(opts Options) *embedgw.Config {
	return &embedgw.Config{
		RootUserAccess:    opts.AccessKey,
		RootUserSecret:    opts.SecretKey,
		IAMService:        auth.IAMServiceSingle{}, // the root account alone
		Region:            region,
		Ports:             []string{opts.Addr},
		MaxConnections:    maxConns,
		MaxRequests:       maxRequests,
		MultipartMaxParts: 10000, // zero is refused, although nothing here sends parts
		HealthPath:        healthPath,
		KeepAlive:         true,
		DisableACLs:       true,
		Quiet:             true,
	}
}

// openFiles opens the folder. Metadata go into extended attributes, or into files beside where the file system has
// none.
func openFiles(dir string) (*posix.Posix, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	objects, attributes := filepath.Join(dir, "objects"), filepath.Join(dir, "attributes")
	if err := os.MkdirAll(objects, 0o700); err != nil {
		return nil, err
	}
	// The locks on disk are for several gateways on one folder; here is one.
	options := posix.PosixOpts{NewDirPerm: 0o700, NewFilePerm: 0o600, ForceNoObjLockFile: true}
	options.SetNewDirPerm(0o700)
	options.SetNewFilePerm(0o600)
	if (meta.XattrMeta{}).Test(objects) == nil {
		return posix.New(objects, meta.XattrMeta{}, options)
	}
	if err := os.MkdirAll(attributes, 0o700); err != nil {
		return nil, err
	}
	sidecar, err := meta.NewSideCar(attributes)
	if err != nil {
		return nil, err
	}
	options.SideCarDir = attributes
	return posix.New(objects, sidecar, options)
}

// ready waits until the server answers, and makes the bucket.
func (s *Server) ready(ctx context.Context, opts Options) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := healthy(ctx, opts.Addr)
		if err == nil {
			break
		}
		select {
		case <-s.done:
			return fmt.Errorf("it ended while it started: %w", s.err)
		case <-ctx.Done():
			return fmt.Errorf("not ready in time: %w", err)
		case <-ticker.C:
		}
	}
	store, err := object.Open(object.Config{
		Endpoint:  opts.Addr,
		AccessKey: opts.AccessKey,
		SecretKey: opts.SecretKey,
		Bucket:    opts.Bucket,
		Region:    region,
	})
	if err != nil {
		return err
	}
	defer store.Close()
	return store.EnsureBucket(ctx)
}

func healthy(ctx context.Context, addr string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+healthPath, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// Done is closed when the server has ended, by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server; uploads under way get some seconds to finish. It may be called again.
func (s *Server) Stop() error {
	s.cancel()
	late := time.NewTimer(stopTimeout)
	defer late.Stop()
	select {
	case <-s.done:
		return s.err
	case <-late.C:
		return errors.New("S3 server: it does not stop")
	}
}
