package main

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/receipt"
)

// certify lets a receipt name the built-in national edition, and one of its municipality's with a certificate.
func (b *bench) certify(s *receipt.Statement, keys *receipt.Keys) {
	b.t.Helper()
	national, err := openBundle("")
	if err != nil {
		b.t.Fatal(err)
	}
	b.edition, err = edition.New(map[string][]byte{"_edition.yaml": []byte("scope: \"998010\"\n")})
	if err != nil {
		b.t.Fatal(err)
	}
	b.certificate, err = certificate.Issue(keys, b.certified(national.Digest(), s.ArrivedAt))
	if err != nil {
		b.t.Fatal(err)
	}
	s.Editions = []receipt.Edition{
		{Scope: edition.National, Digest: national.Digest(), From: s.ArrivedAt.AddDate(-9, 0, 0), Installed: true},
		{Scope: "998010", Digest: b.edition.Digest(), From: s.ArrivedAt.Add(-time.Hour), Certificate: certificate.Digest(b.certificate)},
	}
}

func (b *bench) certified(national string, arrived time.Time) certificate.Certificate {
	act := func(person string) certificate.Act {
		return certificate.Act{Role: "admin", Office: "998010", Person: certificate.Pseudonym("p", person), At: arrived.Add(-2 * time.Hour)}
	}
	return certificate.Certificate{Edition: b.edition.Digest(), Scope: "998010", Base: national, Publication: "p", Uploaded: act("1"), Proposed: act("1"),
		Approved: act(
			"2",
		), Cases: certificate.Cases{Passed: 431}, Replay: &certificate.Replay{From: arrived.AddDate(-1, 0, 0), To: arrived, Cases: 9, More: 2},
		Circular: "No. 1", Reason: "a sur\x1b[2Jvey", From: arrived.Add(-time.Hour), Issuer: "https://kosodate.example"}
}

// TestReceiptVerifyShowsTheCertificate and checks what is given with the receipt; whatever does not go with it is named.
func TestReceiptVerifyShowsTheCertificate(t *testing.T) {
	b := newBench(t)
	path := b.file("receipt.jws", b.text)
	zip, err := b.edition.Zip()
	if err != nil {
		t.Fatal(err)
	}
	bundle := b.file("edition.zip", string(zip))
	changed, err := b.edition.With(map[string][]byte{"_more.yaml": []byte("documents: {}\n")})
	if err != nil {
		t.Fatal(err)
	}
	if zip, err = changed.Zip(); err != nil {
		t.Fatal(err)
	}
	other := b.file("changed.zip", string(zip))
	keys, err := app.ReceiptKeys(b.keys)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(b.certificate, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Replace(string(payload), `"passed":431`, `"passed":432`, 1)
	altered := parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(said)) + "." + parts[2]
	c := b.certified(strings.Repeat("0", 64), b.statement.ArrivedAt)
	another, err := certificate.Issue(keys, c)
	if err != nil {
		t.Fatal(err)
	}
	strange := b.strange()
	for name, one := range map[string]struct {
		args []string
		want string // of the error; empty if it is fine
		says []string
	}{
		"named": {says: []string{"national, SHA-256 " + b.statement.Editions[0].Digest, "no two persons published it", "of 998010, SHA-256 " + b.edition.Digest(),
			"https://kosodate.example/api/v1/editions/" + b.edition.Digest() + "/certificates/" + certificate.Digest(b.certificate)}},
		"its certificate": {args: []string{"--certificate", b.file("c.jws", b.certificate+"\n")}, says: []string{"its signature is good. What was certified",
			"by admin of 998010, who is " + certificate.Pseudonym("p", "2") + " here", "431 agreed, 0 did not", "9 cases filed", "2 with more papers", "No. 1"}},
		"its edition":             {args: []string{"--edition", bundle}, says: []string{"is the edition that decided: of 998010"}},
		"the certificate altered": {args: []string{"--certificate", b.file("a.jws", altered)}, want: "the certificate was altered"},
		"another certificate":     {args: []string{"--certificate", b.file("o.jws", another)}, want: "does not name this certificate"},
		"without its signature":   {args: []string{"--certificate", b.file("p.json", string(payload))}, want: "its signature is missing"},
		"of another service":      {args: []string{"--certificate", b.file("s.jws", strange)}, want: "not among the keys given"},
		"the receipt as one":      {args: []string{"--certificate", path}, want: "not a publication certificate"},
		"too large": {args: []string{"--certificate", b.file("l.jws", strings.Repeat("x", certificate.MaxSize+1))},
			want: "not a publication certificate"},
		"the edition altered":      {args: []string{"--edition", other}, want: "it is not by this edition that it was decided"},
		"no edition":               {args: []string{"--edition", path}, want: "neither a folder nor a .zip"},
		"one right, another wrong": {args: []string{"--edition", bundle, "--edition", other}, want: changed.Digest()},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := command(append([]string{"verify", path, "--keys", b.keys}, one.args...)...)
			if (err == nil) != (one.want == "") || err != nil && !strings.Contains(err.Error(), one.want) {
				t.Errorf("%v\n%s", err, out)
			}
			for _, said := range one.says {
				if !strings.Contains(out, said) {
					t.Errorf("it does not say %q:\n%s", said, out)
				}
			}
			if strings.ContainsRune(out, '\x1b') {
				t.Errorf("what was certified steers the terminal: %q", out)
			}
		})
	}
}

// strange is the same certificate by another service's key.
func (b *bench) strange() string {
	b.t.Helper()
	path := b.dir + "/strange.pem"
	if err := audit.CreateKeys(path); err != nil {
		b.t.Fatal(err)
	}
	keys, err := app.ReceiptKeys(path)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := certificate.Issue(keys, b.certified(b.statement.Editions[0].Digest, b.statement.ArrivedAt))
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// TestAnUnsignedCertificateIsTheOneNamedOrNone: the receipt's own signature stands for it.
func TestAnUnsignedCertificateIsTheOneNamedOrNone(t *testing.T) {
	b := newBench(t)
	keys, err := app.ReceiptKeys(b.keys)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := certificate.Issue(nil, b.certified(b.statement.Editions[0].Digest, b.statement.ArrivedAt))
	if err != nil {
		t.Fatal(err)
	}
	s := b.statement
	s.Editions = append([]receipt.Edition{}, s.Editions...)
	s.Editions[1].Certificate = certificate.Digest(bare)
	sign := func() string {
		text, err := keys.Sign(s)
		if err != nil {
			t.Fatal(err)
		}
		return b.file("unsigned.jws", text)
	}
	verify := func(path, text string) (string, error) {
		return command("verify", path, "--keys", b.keys, "--certificate", b.file("bare.json", text))
	}
	path := sign()
	if out, err := verify(path, bare); err != nil || !strings.Contains(out, "It is not signed itself") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := verify(path, strings.Replace(bare, `"passed":431`, `"passed":432`, 1)); err == nil || !strings.Contains(err.Error(), "does not name") {
		t.Errorf("altered: %v", err)
	}
	s.Editions[1].From = s.Editions[1].From.Add(time.Minute)
	if _, err := verify(sign(), bare); err == nil || !strings.Contains(err.Error(), "for another edition than it is of") {
		t.Errorf("of another instant: %v", err)
	}
	s.Editions = nil
	if out, err := command("verify", sign(), "--keys", b.keys); err != nil || strings.Contains(out, "edition") {
		t.Errorf("from before there were certificates: %v\n%s", err, out)
	}
}
