package mutual_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
)

// service is an HTTPS service with the given configuration that answers {"name": the client's}.
func service(t *testing.T, config *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"name":"` + r.TLS.PeerCertificates[0].Subject.CommonName + `"}`))
	}))
	s.Listener = tls.NewListener(s.Listener, config) // StartTLS would add a certificate of its own
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http://", "https://", 1)
}

// ask says as whom the service knows the client.
func ask(t *testing.T, url string, config *tls.Config) (string, error) {
	t.Helper()
	var answer struct {
		Name string `json:"name"`
	}
	p := mutual.NewPeer(mutual.Options{URL: url, TLS: config, Timeout: 5 * time.Second, Component: "peer", Silent: "peer-down", MaxAnswer: 1 << 10})
	return answer.Name, p.Call(t.Context(), http.MethodGet, "/", nil, &answer)
}

func authority(t *testing.T) *mutual.Authority {
	t.Helper()
	a, err := mutual.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestBothSidesShowACertificate(t *testing.T) {
	ours, theirs := authority(t), authority(t)
	config, file := must[*tls.Config](t), must[mutual.Files](t)
	dir, elsewhere := t.TempDir(), t.TempDir()
	server := file(ours.WriteServer(dir, "nws", "127.0.0.1", "localhost"))
	client := file(ours.WriteClient(dir, "onestop"))
	foreign := file(theirs.WriteClient(elsewhere, "onestop"))
	url := service(t, config(mutual.LoadServer(server.CA, server.Cert, server.Key)))

	if _, err := ask(t, url, config(mutual.LoadClient(client.CA, client.Cert, client.Key))); err != nil {
		t.Errorf("a client of the authority: %v", err)
	}
	for name, wrong := range map[string]*tls.Config{
		"a client without a certificate":      {RootCAs: config(mutual.LoadClient(client.CA, client.Cert, client.Key)).RootCAs},
		"a client of another authority":       config(mutual.LoadClient(client.CA, foreign.Cert, foreign.Key)),
		"a service of another authority":      config(mutual.LoadClient(foreign.CA, client.Cert, client.Key)),
		"a client that trusts nobody of ours": nil,
		"a server's certificate for a client": config(mutual.LoadClient(client.CA, server.Cert, server.Key)),
	} {
		_, err := ask(t, url, wrong)
		if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Extra["component"] != "peer" {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := service(t, config(ours.Server("elsewhere.example")))
	if _, err := ask(t, other, config(ours.Client("onestop"))); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a service under another name: %v", err)
	}
}

func TestFilesOfKeysAreClosed(t *testing.T) {
	a, dir := authority(t), t.TempDir()
	for range 2 { // issued again into the same folder
		for _, f := range []mutual.Files{must[mutual.Files](t)(a.WriteServer(dir, "nws", "localhost")), must[mutual.Files](t)(a.WriteClient(dir, "onestop"))} {
			if info, err := os.Stat(f.Key); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", f.Key, info.Mode(), err)
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".new-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := a.WriteClient(filepath.Join(dir, "missing"), "onestop"); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

func TestARenewedCertificateIsUsedWithoutARestart(t *testing.T) {
	a, dir := authority(t), t.TempDir()
	url := service(t, must[*tls.Config](t)(a.Server("127.0.0.1")))
	files := must[mutual.Files](t)(a.WriteClient(dir, "before"))
	config := must[*tls.Config](t)(mutual.LoadClient(files.CA, files.Cert, files.Key))
	known := func() string {
		t.Helper()
		conn, err := tls.Dial("tcp", url[len("https://"):], config)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		c, err := config.GetClientCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf := must[*tls.Certificate](t)(c, nil)
		return leaf.Leaf.Subject.CommonName
	}
	if known() != "before" {
		t.Error("not the first certificate")
	}
	renewed := must[mutual.Files](t)(a.WriteClient(t.TempDir(), "after"))
	for from, to := range map[string]string{renewed.Cert: files.Cert, renewed.Key: files.Key} {
		content := must[[]byte](t)(os.ReadFile(from))
		if err := os.WriteFile(to, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if known() != "after" {
		t.Error("not the renewed certificate")
	}
	if err := os.WriteFile(files.Cert, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if known() != "after" {
		t.Error("a file that cannot be read took the last good certificate away")
	}
}

func TestFilesThatAreNoneAreRefused(t *testing.T) {
	a, dir := authority(t), t.TempDir()
	files := must[mutual.Files](t)(a.WriteClient(dir, "onestop"))
	other := must[mutual.Files](t)(a.WriteClient(dir, "other"))
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, f := range []mutual.Files{{CA: empty, Cert: files.Cert, Key: files.Key}, {CA: files.CA, Cert: empty, Key: files.Key},
		{CA: files.CA, Cert: files.Cert, Key: other.Key}, {CA: "missing", Cert: files.Cert, Key: files.Key}, {CA: files.CA, Cert: files.Cert, Key: "missing"}} {
		if _, err := mutual.LoadClient(f.CA, f.Cert, f.Key); err == nil {
			t.Errorf("%+v was accepted", f)
		}
		if _, err := mutual.LoadServer(f.CA, f.Cert, f.Key); err == nil {
			t.Errorf("%+v was accepted for a service", f)
		}
	}
}

func TestAServiceThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, err = ask(t, "http://"+address, nil)
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Reason != "peer-down" {
		t.Errorf("%v", err)
	}
	if _, err := ask(t, "::no url", nil); !errors.Is(err, fault.New(fault.Unavailable, fault.CodeUnavailable, "")) {
		t.Errorf("%v", err)
	}
}
