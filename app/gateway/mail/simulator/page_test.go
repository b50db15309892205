package simulator_test

import (
	"io"
	"net/http"
	"net/smtp"
	"net/url"
	"strings"
	"testing"

	"kosodate.example/onestop/app/gateway/mail/simulator"
)

func TestThePageShowsMailsAndSwitchesFaults(t *testing.T) {
	s, err := simulator.Start(simulator.Options{Addr: "127.0.0.1:0", Page: "127.0.0.1:0", Keep: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, subject := range []string{"first", "=?utf-8?q?=3Cb=3Esecond?=", "third"} {
		_, heard := s.Heard()
		if err := smtp.SendMail(s.Addr(), nil, "a@example.jp", []string{"b@example.jp"}, []byte("Subject: "+subject+"\r\n\r\ntext of "+subject)); err != nil {
			t.Fatal(err)
		}
		<-heard
	}
	read := func(path string) string {
		res, err := http.Get(strings.TrimSuffix(s.PageURL(), "/") + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	page := read("/")
	if strings.Contains(page, "first") || strings.Contains(page, "<b>") || !strings.Contains(page, "&lt;b&gt;second") ||
		strings.Index(page, "third") > strings.Index(page, "second") {
		t.Errorf("%s", page)
	}
	if got := read("/mails"); strings.Count(got, "b@example.jp") != 2 {
		t.Errorf("%s", got)
	}
	res, err := http.PostForm(s.PageURL()+"faults", url.Values{"refuse": {"b@"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if err := smtp.SendMail(s.Addr(), nil, "a@example.jp", []string{"b@example.jp"}, []byte("x")); err == nil || !strings.HasPrefix(err.Error(), "550") {
		t.Errorf("%v", err)
	}
	other, err := http.NewRequest(http.MethodPost, s.PageURL()+"faults", nil)
	if err != nil {
		t.Fatal(err)
	}
	other.Header.Set("Origin", "https://evil.example")
	if res, err = http.DefaultClient.Do(other); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another site switches faults: %v %v", res, err)
	}
	_ = res.Body.Close()
}
