package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
)

// bench is a folder with a key, a receipt in both forms, and what goes with it: a file, an edition and its certificate.
type bench struct {
	t                      *testing.T
	dir, keys, number      string
	page, text, attachment string // their contents
	certificate            string
	edition                *edition.Bundle // of 998010
	statement              receipt.Statement
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), number: jp.NewReceiptNumber(), attachment: "what the person sent"}
	b.keys = filepath.Join(b.dir, "receipts.pem")
	if status := run([]string{"keys", "receipt", b.keys}); status != 0 {
		t.Fatalf("keys receipt: %d", status)
	}
	keys, err := app.ReceiptKeys(b.keys)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(b.attachment))
	at := time.Date(2026, 6, 1, 0, 30, 15, 0, time.UTC)
	s := receipt.Statement{
		Number:         b.number,
		ArrivedAt:      at,
		Late:           true,
		Procedure:      receipt.Named{Code: "child-allowance-claim", Name: "Claim & certification"},
		Version:        "2024-10-01",
		ClaimOn:        "2026-06-01",
		DeadlineOn:     "2026-05-31",
		Place:          receipt.Named{Code: "998010", Name: "Hinata\x1b[2J City"},
		Language:       "en",
		Revision:       1,
		IssuedAt:       at,
		Issuer:         "https://kosodate.example",
		Files:          []receipt.File{{Document: "separate-custody-statement", Subject: "child-1", Sha256: hex.EncodeToString(sum[:]), StoredAt: at}},
		ManifestSha256: strings.Repeat("ab", 32),
	}
	b.certify(&s, keys)
	b.statement = s
	if b.text, err = keys.Sign(s); err != nil {
		t.Fatal(err)
	}
	b.page = "<html><body>"
	for name, value := range present.Receipt(&s) {
		b.page += `<p ` + receipt.MarkValue + `="` + name + `">` + html.EscapeString(value) + "</p>\n"
	}
	b.page += "<pre " + receipt.MarkText + ">" + b.text + "</pre></body></html>"
	return b
}

func (b *bench) file(name, body string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// command runs a command of `onestop receipt` and gives what it prints.
func command(args ...string) (string, error) {
	c := receiptCommand()
	c.SilenceUsage, c.SilenceErrors = true, true
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(args)
	err := c.Execute()
	return out.String(), err
}

func TestReceiptVerify(t *testing.T) {
	b := newBench(t)
	other := filepath.Join(b.dir, "other.pem")
	if err := audit.CreateKeys(other); err != nil {
		t.Fatal(err)
	}
	attached, stranger := b.file("attached.pdf", b.attachment), b.file("stranger.pdf", "something else")
	parts := strings.Split(b.text, ".")
	for name, one := range map[string]struct {
		file string
		keys string
		more []string
		want string // part of the error; empty if it is fine
	}{
		"the page":            {file: b.page},
		"the bare text":       {file: b.text + "\n"},
		"with its file":       {file: b.text, more: []string{"--file", attached}},
		"with another file":   {file: b.text, more: []string{"--file", attached, "--file", stranger}, want: "stranger.pdf is not among the files of this receipt"},
		"with a missing file": {file: b.text, more: []string{"--file", filepath.Join(b.dir, "none")}, want: "no such file"},
		"a value altered": {file: strings.Replace(b.page, "09:30:15", "08:30:15", 1),
			want: `the page was altered: arrived: it shows "1 June 2026, 08:30:15 (Japan time)", signed is "1 June 2026, 09:30:15 (Japan time)"`},
		"as pages wrote it before": {file: strings.Replace(b.page, "1 June 2026, 09:30:15", "2026-06-01 09:30:15", 1)},
		"a value taken out":        {file: strings.Replace(b.page, `"late"`, `"other"`, 1), want: "the page was altered: late: it shows \"\""},
		"the text altered":         {file: parts[0] + "." + parts[1] + "." + parts[2][:10] + "AAAA" + parts[2][14:], want: "the receipt was altered"},
		"another key":              {file: b.text, keys: other, want: "not among the keys given"},
		"no keys in the file":      {file: b.text, keys: stranger, want: "there is no key in it"},
		"not a receipt":            {file: "%PDF-1.7", want: "not a signed receipt"},
		"empty":                    {want: "the file is empty"},
		"too large":                {file: strings.Repeat("<p>", receipt.MaxSize), want: "larger than 1048576 bytes"},
		"two receipts in one":      {file: b.page + b.page, want: "more than one"},
		"another service's":        {file: "<html><body>Thank you</body></html>", want: "not a signed receipt"},
		"half of the bare one":     {file: b.text[:len(b.text)/2], want: "not a signed receipt"},
	} {
		t.Run(name, func(t *testing.T) {
			keys := one.keys
			if keys == "" {
				keys = b.keys
			}
			path := filepath.Join(t.TempDir(), "receipt")
			if err := os.WriteFile(path, []byte(one.file), 0o600); err != nil {
				t.Fatal(err)
			}
			args := append([]string{"verify", path, "--keys", keys}, one.more...)
			out, err := command(args...)
			if one.want != "" {
				if err == nil || !strings.Contains(err.Error(), one.want) {
					t.Errorf("%v\n%s", err, out)
				}
				if status := run(append([]string{"receipt"}, args...)); status != 1 {
					t.Errorf("the exit status is %d", status)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range []string{b.number + " (its check character is right)", "2026-06-01 09:30:15 (Japan time)", "after the deadline",
				"Claim & certification (child-allowance-claim, version of 2024-10-01)",
				"(998010)", "separate-custody-statement (child-1)", strings.Repeat("ab", 32), "https://kosodate.example"} {
				if !strings.Contains(out, said) {
					t.Errorf("it does not say %q:\n%s", said, out)
				}
			}
			if strings.ContainsRune(out, '\x1b') {
				t.Errorf("what was signed steers the terminal: %q", out)
			}
		})
	}
}

// The keys that the service gives out are enough, and a configuration that names the file is too.
func TestReceiptKeys(t *testing.T) {
	b := newBench(t)
	path := b.file("receipt.jws", b.text)
	config := b.file("config.yaml", "receipts:\n  signing_key_file: "+b.keys+"\n")
	out, err := command("keys", "--config", config)
	if err != nil {
		t.Fatal(err)
	}
	var set map[string][]map[string]string
	if err := json.Unmarshal([]byte(out), &set); err != nil || len(set["keys"]) != 1 || set["keys"][0]["d"] != "" || set["keys"][0]["crv"] != "Ed25519" {
		t.Errorf("%v: %s", err, out)
	}
	for _, source := range [][]string{{"--keys", b.file("keys.json", out)}, {"--config", config}} {
		if _, err := command(append([]string{"verify", path}, source...)...); err != nil {
			t.Errorf("%v: %v", source, err)
		}
	}
	if _, err := command("verify", path); err == nil || !strings.Contains(err.Error(), "there are no keys") {
		t.Errorf("without keys: %v", err)
	}
	if status := run([]string{"keys", "receipt", b.keys}); status != 1 {
		t.Errorf("a key was replaced: %d", status)
	}
}
