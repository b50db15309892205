package faulttest

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// storeWire is a proxy in front of MinIO. Its points, with the method: "before PUT", nothing was handed on; "half of PUT",
// half of the body was; "after PUT", the answer's head came and was not handed back.
type storeWire struct {
	points
	addr string
	full atomic.Bool // every PUT is answered as by a MinIO on a full disk
}

func newStoreWire(t testing.TB, target string) *storeWire {
	t.Helper()
	listener := listen(t)
	w := &storeWire{addr: listener.Addr().String()}
	// A new connection for each request: one that a killed server left behind must not be used again.
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  log.New(io.Discard, "", 0), // what breaks is broken on purpose
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: target})
			r.Out.Host = r.In.Host // the signature covers it
		},
		ModifyResponse: func(answer *http.Response) error {
			if !w.pass("after " + answer.Request.Method) {
				return errCut
			}
			return nil
		},
		// The program must see a connection that broke, and no answer that the store never gave.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, ErrorLog: proxy.ErrorLog, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !w.pass("before " + r.Method) {
			panic(http.ErrAbortHandler)
		}
		if r.Method == http.MethodPut && w.full.Load() {
			_, _ = io.Copy(io.Discard, r.Body)
			rw.WriteHeader(http.StatusInsufficientStorage)
			_, _ = io.WriteString(rw, "<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum free drive threshold.</Message></Error>")
			return
		}
		if r.ContentLength > 0 {
			r.Body = &halfway{ReadCloser: r.Body, left: r.ContentLength / 2, pass: func() bool { return w.pass("half of " + r.Method) }}
		}
		proxy.ServeHTTP(rw, r)
	})}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // always ErrServerClosed
	t.Cleanup(func() { _ = server.Close(); serving.Wait() })
	return w
}

var errCut = errors.New("cut on purpose")

// halfway asks for leave once half of a body has gone through.
type halfway struct {
	io.ReadCloser
	left int64
	pass func() bool
}

func (h *halfway) Read(p []byte) (int, error) {
	if h.left > 0 {
		n, err := h.ReadCloser.Read(p[:min(int64(len(p)), h.left)])
		h.left -= int64(n)
		return n, err
	}
	if h.pass != nil {
		pass := h.pass
		h.pass = nil
		if !pass() {
			return 0, errCut
		}
	}
	return h.ReadCloser.Read(p)
}
