package mail_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/gateway/mail/simulator"
)

func server(t testing.TB, o simulator.Options) *simulator.Server {
	t.Helper()
	o.Addr = "127.0.0.1:0"
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func client(t testing.TB, o mail.Options) *mail.Client {
	t.Helper()
	o.From = "子育てワンストップ <no-reply@onestop.example>"
	if o.TLS == "" {
		o.TLS = mail.TLSNone
	}
	c, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var one = mail.Message{ID: "01920000-0000-7000-8000-000000000001", To: "parent@example.jp", Subject: "【子育て】新しいお知らせがあります",
	Text: "お知らせがあります。\nhttp://127.0.0.1:8080\n", Language: "ja", At: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}

// authority is a certificate for 127.0.0.1 and the file that trusts it.
func authority(t testing.TB) (*tls.Config, string) {
	t.Helper()
	https := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(https.Close)
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: https.TLS.Certificates, MinVersion: tls.VersionTLS12}, path
}

func TestSendInEachWay(t *testing.T) {
	cert, ca := authority(t)
	for name, c := range map[string]struct {
		server simulator.Options
		client mail.Options
		fails  bool
	}{
		"none": {},
		"starttls": {server: simulator.Options{TLS: cert, User: "u", Password: "p"}, client: mail.Options{TLS: mail.TLSStart, CAFile: ca,
			User: "u", Password: "p"}},
		"tls": {server: simulator.Options{TLS: cert, Implicit: true, User: "u", Password: "p"}, client: mail.Options{TLS: mail.TLSImplicit,
			CAFile: ca, User: "u", Password: "p"}},
		"a wrong password": {server: simulator.Options{TLS: cert, User: "u", Password: "p"}, client: mail.Options{TLS: mail.TLSStart, CAFile: ca,
			User: "u", Password: "q"}, fails: true},
		"starttls that is not there":  {client: mail.Options{TLS: mail.TLSStart, CAFile: ca}, fails: true},
		"an authority nobody knows":   {server: simulator.Options{TLS: cert}, client: mail.Options{TLS: mail.TLSStart}, fails: true},
		"a server that wants to know": {server: simulator.Options{User: "u", Password: "p"}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, c.server)
			c.client.Server = s.Addr()
			err := client(t, c.client).Send(t.Context(), one)
			if c.fails {
				if fault.KindOf(err) != fault.Unavailable || fault.As(err).Extra["component"] != mail.Component || errors.Is(err, mail.ErrRefused) || len(s.Mails()) != 0 {
					t.Errorf("%v, %d mails", err, len(s.Mails()))
				}
				return
			}
			got := s.Mails()
			if err != nil || len(got) != 1 {
				t.Fatalf("%v, %d mails", err, len(got))
			}
			id, subject, text := got[0].Text()
			if id != "<"+one.ID+"@onestop.example>" || subject != one.Subject || text != one.Text || got[0].From != "no-reply@onestop.example" ||
				got[0].To[0] != one.To {
				t.Errorf("%s %s %q from %s to %v", id, subject, text, got[0].From, got[0].To)
			}
			if !bytes.Contains(got[0].Data, []byte("Auto-Submitted: auto-generated")) {
				t.Errorf("%s", got[0].Data)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	s := server(t, simulator.Options{})
	c := client(t, mail.Options{Server: s.Addr(), Timeout: 2 * time.Second})
	for name, f := range map[string]struct {
		faults  simulator.Faults
		refused bool
	}{
		"down": {faults: simulator.Faults{Down: true}}, "slow": {faults: simulator.Faults{Slow: time.Minute}}, "later": {faults: simulator.Faults{Defer: true}},
		"refused": {faults: simulator.Faults{Refuse: "parent@"}, refused: true},
	} {
		s.SetFaults(f.faults)
		err := c.Send(t.Context(), one)
		if errors.Is(err, mail.ErrRefused) != f.refused || (fault.KindOf(err) == fault.Unavailable) == f.refused {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "parent@") {
			t.Errorf("%s: the address is in an error that is kept and logged: %v", name, err)
		}
		if f.faults.Down && c.Ready(t.Context()) == nil {
			t.Error("ready while it is down")
		}
	}
	// A connection that breaks before the acknowledgement: the same bytes again, by which the receiver knows the mail.
	s.SetFaults(simulator.Faults{CutAfterData: true})
	before := len(s.Mails())
	if err := c.Send(t.Context(), one); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("cut: %v", err)
	}
	s.SetFaults(simulator.Faults{})
	if err := errors.Join(c.Ready(t.Context()), c.Send(t.Context(), one)); err != nil {
		t.Fatal(err)
	}
	if got := s.Mails()[before:]; len(got) != 2 || !bytes.Equal(got[0].Data, got[1].Data) {
		t.Errorf("%d mails, or not the same: %s", len(got), got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Send(ended, one); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a cancelled job: %v", err)
	}
}

func TestWrongConfiguration(t *testing.T) {
	good := mail.Options{Server: "127.0.0.1:25", From: "a@example.jp", TLS: mail.TLSNone}
	for key, change := range map[string]func(*mail.Options){
		"mail.server":  func(o *mail.Options) { o.Server = "localhost" },
		"mail.from":    func(o *mail.Options) { o.From = "" },
		"mail.user":    func(o *mail.Options) { o.User = "u" },
		"mail.tls":     func(o *mail.Options) { o.TLS = "ssl" },
		"mail.ca_file": func(o *mail.Options) { o.CAFile = "/none" },
		"mail.timeout": func(o *mail.Options) { o.Timeout = time.Hour },
	} {
		o := good
		change(&o)
		if _, err := mail.New(o); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
	o := good
	o.Server = "127.0.0.1:smtp"
	if _, err := mail.New(o); err == nil {
		t.Error("a port that is no number")
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]bool{"parent@example.jp": true, " parent@example.jp ": true, "first.last+tag@sub.example.jp": true, "": false,
		"parent":           false,
		"parent@localhost": false, "Parent <parent@example.jp>": false, "a@example.jp,b@example.jp": false, "a@example.jp\r\nBcc: b@example.jp": false,
		`"a b"@example.jp`: false, strings.Repeat("a", 65) + "@example.jp": false, "a@" + strings.Repeat("b", 260) + ".jp": false, "a@@example.jp": false,
		"a@example.jp (x)": false} {
		if got, ok := mail.Address(text); ok != want || ok && got != strings.TrimSpace(text) {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"parent@example.jp", "a@example.jp\r\nBcc: b@example.jp", `"a"@b.c`, "母@例.jp"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, ok := mail.Address(text); ok && (strings.ContainsAny(a, "\r\n \t<>,;") || len(a) > 254 || strings.Count(a, "@") < 1) {
			t.Errorf("%q gives %q", text, a)
		}
	})
}
