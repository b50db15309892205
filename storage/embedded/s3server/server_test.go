package s3server

import (
	"bytes"
	"io"
	"testing"

	"kosodate.example/onestop/storage/object"
)

func TestSecondStartKeepsTheFiles(t *testing.T) {
	opts := Options{Dir: t.TempDir(), AccessKey: "demo", SecretKey: "demo-secret", Bucket: "files"}
	body := []byte("書類")
	first := start(t, opts)
	if _, err := open(t, first, opts).Put(t.Context(), "a/b", bytes.NewReader(body), int64(len(body)), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), opts); err == nil {
		t.Error("a second server on one folder was started")
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Errorf("stopped again: %v", err)
	}
	second := start(t, opts)
	file, _, err := open(t, second, opts).Get(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(file)
	if err != nil || !bytes.Equal(got, body) {
		t.Errorf("%q, %v", got, err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func open(t *testing.T, s *Server, opts Options) *object.Store {
	t.Helper()
	store, err := object.Open(object.Config{Endpoint: s.Endpoint, AccessKey: opts.AccessKey, SecretKey: opts.SecretKey, Bucket: opts.Bucket})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func TestStartRefuses(t *testing.T) {
	for _, opts := range []Options{{}, {Dir: t.TempDir(), AccessKey: "a", SecretKey: "s"}, {Dir: "/dev/null/x", AccessKey: "a", SecretKey: "s", Bucket: "b"}} {
		if _, err := Start(t.Context(), opts); err == nil {
			t.Errorf("%+v: started", opts)
		}
	}
}
