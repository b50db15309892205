// Package s3server runs a small S3 server on a folder inside the demo's process, so that the demo needs nothing
// installed and still reaches its files through the client that the deployed program uses.
//
// It knows the requests that storage/object makes, and refuses any other (501). It is for a demo alone:
// it does not force written data to the disk, so that a loss of power may lose files. A deployment uses MinIO or
// another server that passes the conformance suite of storage/object.
package s3server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

const (
	region        = "us-east-1"
	headerTimeout = 10 * time.Second
	stopTimeout   = 20 * time.Second
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

	http  *http.Server
	files *folder
	done  chan struct{}
	err   error // valid once done is closed
}

// Start starts the server; its bucket is there when it returns. A folder can have one server at a time.
func Start(ctx context.Context, opts Options) (*Server, error) {
	s, err := serve(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("S3 server: %w", err)
	}
	return s, nil
}

func serve(ctx context.Context, opts Options) (*Server, error) {
	if opts.Dir == "" || opts.AccessKey == "" || opts.SecretKey == "" || opts.Bucket == "" {
		return nil, errors.New("folder, keys and bucket are required")
	}
	if opts.Addr == "" {
		port, err := child.FreePort()
		if err != nil {
			return nil, err
		}
		opts.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	}
	files, err := openFolder(opts.Dir)
	if err != nil {
		return nil, err
	}
	if err := files.makeBucket(opts.Bucket); err != nil {
		return nil, errors.Join(err, files.close())
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", opts.Addr)
	if err != nil {
		return nil, errors.Join(err, files.close())
	}
	s := &Server{Endpoint: opts.Addr, files: files, done: make(chan struct{}), http: &http.Server{
		Handler:           &handler{files: files, keys: keys{access: opts.AccessKey, secret: opts.SecretKey}},
		ReadHeaderTimeout: headerTimeout,
	}}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	}()
	return s, nil
}

// Stop ends the server; uploads under way get some seconds to finish. It may be called again.
func (s *Server) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	<-s.done
	return errors.Join(err, s.err, s.files.close())
}
