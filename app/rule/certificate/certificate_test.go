package certificate_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
)

// keys are a private key of receipts, another one for each number, the first of which signs.
func keys(t testing.TB, numbers ...byte) *receipt.Keys {
	t.Helper()
	var file []byte
	for _, n := range numbers {
		der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)))
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der})...)
	}
	k, err := receipt.ParseKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var approved = time.Date(2026, 6, 1, 9, 30, 15, 123456000, jp.JST)

// local is the certificate of a municipality's edition, with every member.
func local() certificate.Certificate {
	act := func(person string, ago time.Duration) certificate.Act {
		return certificate.Act{Role: "admin", Office: "998010", Person: certificate.Pseudonym("publication", person), At: approved.Add(-ago)}
	}
	return certificate.Certificate{
		Edition:     strings.Repeat("0a", 32),
		Scope:       "998010",
		Base:        strings.Repeat("0b", 32),
		Publication: "publication",
		Uploaded:    act("one", 2*time.Hour),
		Proposed:    act("one", time.Hour),
		Approved:    act("two", 0),
		Cases:       certificate.Cases{Passed: 431},
		Replay: &certificate.Replay{From: approved.AddDate(-1, 0, 0).UTC(), To: approved.UTC(), Cases: 1000, More: 3, Fewer: 20,
			Other: 1},
		Circular: "府番第1号",
		Reason:   "<健康>の確認のため",
		From:     approved.Add(time.Hour).UTC(),
		Issuer:   "https://kosodate.example",
	}
}

func issue(t testing.TB, k *receipt.Keys, c certificate.Certificate) string {
	t.Helper()
	text, err := certificate.Issue(k, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatIsCertifiedIsRead(t *testing.T) {
	k := keys(t, 1)
	for name, signer := range map[string]*receipt.Keys{"signed": k, "without a key": nil} {
		text := issue(t, signer, local())
		c, err := certificate.Verify(k, text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Signed() != (signer != nil) || c.Cases.Passed != 431 || c.Replay.Fewer != 20 || !c.From.Equal(local().From) || c.Reason != local().Reason {
			t.Errorf("%s: read %+v", name, c)
		}
		unverified, err := certificate.Read(text)
		if err != nil || unverified.Edition != c.Edition || unverified.KeyID != c.KeyID {
			t.Errorf("%s: kept %+v, %v", name, unverified, err)
		}
		if again := issue(t, signer, local()); again != text || len(certificate.Digest(text)) != 64 {
			t.Errorf("%s: the same has two texts", name)
		}
		if got := certificate.Trim([]byte("\ufeff" + text + "\r\n")); got != text {
			t.Errorf("%s: saved, it is %q", name, got)
		}
	}
}

// leaves are the members of a tree that hold something, each with what puts another value there.
func leaves(tree map[string]any, at string, each func(at string, change func())) {
	for name, value := range tree {
		path := at + "/" + name
		switch v := value.(type) {
		case map[string]any:
			leaves(v, path, each)
		case string:
			each(path, func() { tree[name] = v + "0" })
		case float64:
			each(path, func() { tree[name] = v + 1 })
		}
	}
}

// TestEveryMemberIsSigned: whatever a certificate says, saying something else is found: by its signature, and by the digest that the
// receipt and the audit trail name, also of one that is not signed.
func TestEveryMemberIsSigned(t *testing.T) {
	k := keys(t, 1)
	signed, bare := issue(t, k, local()), issue(t, nil, local())
	parts := strings.Split(signed, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	tree := func(raw []byte) (out map[string]any) {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	written := func(tree map[string]any) []byte {
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		if err := e.Encode(tree); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(out.Bytes())
	}
	seen := 0
	one, other := tree(payload), tree([]byte(bare))
	if string(written(one)) != string(payload) || string(written(other)) != bare {
		t.Fatal("the test does not write what the certificate has")
	}
	var paths []string
	leaves(one, "", func(at string, _ func()) { paths = append(paths, at) })
	for _, path := range paths {
		one, other := tree(payload), tree([]byte(bare))
		for _, tree := range []map[string]any{one, other} {
			leaves(tree, "", func(at string, change func()) {
				if at == path {
					change()
				}
			})
		}
		seen++
		text := parts[0] + "." + base64.RawURLEncoding.EncodeToString(written(one)) + "." + parts[2]
		if _, err := certificate.Verify(k, text); !errors.Is(err, certificate.ErrAltered) {
			t.Errorf("%s, signed: %v", path, err)
		}
		if certificate.Digest(text) == certificate.Digest(signed) || certificate.Digest(string(written(other))) == certificate.Digest(bare) {
			t.Errorf("%s: another text has the same digest", path)
		}
	}
	if seen < 28 {
		t.Errorf("%d members only: %v", seen, paths)
	}
}

func TestWhatIsNoCertificateIsRefused(t *testing.T) {
	k := keys(t, 1)
	good := issue(t, k, local())
	parts := strings.Split(good, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	bare := issue(t, nil, local())
	asReceipt, err := k.SignAs("onestop-receipt-1", payload)
	if err != nil {
		t.Fatal(err)
	}
	unsigned, err := k.SignAs("onestop-certificate-1", []byte(bare))
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		text string
		want error
	}{
		"another key":                     {issue(t, keys(t, 2), local()), receipt.ErrUnknownKey},
		"signed as a receipt":             {asReceipt, certificate.ErrNotACertificate},
		"signed, but says that it is not": {unsigned, certificate.ErrAltered},
		"the signature taken away":        {string(payload), certificate.ErrAltered},
		"the signature altered":           {parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])), certificate.ErrAltered},
		"a member more":                   {strings.Replace(bare, `"base":`, `"also":1,"base":`, 1), certificate.ErrNotACertificate},
		"a member twice":                  {strings.Replace(bare, `"base":`, `"base":"","base":`, 1), certificate.ErrNotACertificate},
		"not canonical":                   {strings.Replace(bare, `:`, `: `, 1), certificate.ErrNotACertificate},
		"more after it":                   {bare + bare, certificate.ErrNotACertificate},
		"half":                            {good[:len(good)/2], certificate.ErrNotACertificate},
		"empty":                           {"", certificate.ErrNotACertificate},
	} {
		if got, err := certificate.Verify(k, one.text); !errors.Is(err, one.want) || got != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	// The other way round: a certificate is no receipt.
	if _, err := k.Verify(good); !errors.Is(err, receipt.ErrNotAReceipt) {
		t.Errorf("taken for a receipt: %v", err)
	}
	// It outlives the rotation of the key.
	if _, err := certificate.Verify(keys(t, 2, 1), good); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
}

func TestWhatIsNotWholeIsNotCertified(t *testing.T) {
	for name, spoil := range map[string]func(*certificate.Certificate){
		"edition":           func(c *certificate.Certificate) { c.Edition = "" },
		"base":              func(c *certificate.Certificate) { c.Base = "" },
		"scope":             func(c *certificate.Certificate) { c.Scope = "998011" },
		"circular":          func(c *certificate.Certificate) { c.Circular = "" },
		"one person":        func(c *certificate.Certificate) { c.Approved.Person = c.Proposed.Person },
		"nobody":            func(c *certificate.Certificate) { c.Uploaded.Person = "" },
		"no office":         func(c *certificate.Certificate) { c.Proposed.Office = "" },
		"a failed case":     func(c *certificate.Certificate) { c.Cases.Failed = 1 },
		"in force before":   func(c *certificate.Certificate) { c.From = approved.Add(-time.Second) },
		"a wrong replay":    func(c *certificate.Certificate) { c.Replay.More = 1001 },
		"a national office": func(c *certificate.Certificate) { c.Scope, c.Base = "*", "" },
	} {
		c := local()
		spoil(&c)
		if text, err := certificate.Issue(nil, c); err == nil {
			t.Errorf("%s: issued %s", name, text)
		}
	}
}

// TestAPseudonymIsOfOnePublication: nobody can tie one certificate's persons to another's, and who holds the id finds the person.
func TestAPseudonymIsOfOnePublication(t *testing.T) {
	one := certificate.Pseudonym("publication", "person")
	if one != certificate.Pseudonym("publication", "person") || one == certificate.Pseudonym("another", "person") ||
		one == certificate.Pseudonym("publication", "somebody") || len(one) != 32 {
		t.Error(one)
	}
}

// TestOneFamilyIsNotKnown: one is written as two, whatever is counted.
func TestOneFamilyIsNotKnown(t *testing.T) {
	got := certificate.Replay{Cases: 1, More: 1, Fewer: 0, Other: 3}.Veiled()
	if want := (certificate.Replay{Cases: 2, More: 2, Fewer: 0, Other: 3}); *got != want {
		t.Errorf("%+v", got)
	}
}
