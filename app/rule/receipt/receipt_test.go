package receipt_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
)

// private is a private key in PEM, another one for each number.
func private(t testing.TB, number byte) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{number}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der})
}

func keys(t testing.TB, raw ...[]byte) *receipt.Keys {
	t.Helper()
	k, err := receipt.ParseKeys(bytes.Join(raw, nil))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var arrived = time.Date(2026, 6, 1, 9, 30, 15, 123456000, jp.JST)

func statement() receipt.Statement {
	return receipt.Statement{
		Number:     jp.NewReceiptNumber(),
		ArrivedAt:  arrived,
		Late:       true,
		Procedure:  receipt.Named{Code: "child-allowance-claim", Name: "児童手当の<認定>請求"},
		Version:    "2024-10-01",
		ClaimOn:    "2026-06-01",
		DeadlineOn: "2026-05-31",
		Place:      receipt.Named{Code: "998010", Name: "ひなた市"},
		Files: []receipt.File{
			{Document: "separate-custody-statement", Subject: "child-1", Sha256: strings.Repeat("0a", 32), StoredAt: arrived.Add(-time.Hour).UTC()},
		},
		Editions: []receipt.Edition{
			{Scope: "*", Digest: strings.Repeat("1a", 32), From: arrived.AddDate(-9, 0, 0), Installed: true},
			{Scope: "998010", Digest: strings.Repeat("1b", 32), From: arrived.Add(-time.Hour).UTC(), Certificate: strings.Repeat("1c", 32)},
		},
		ManifestSha256: strings.Repeat("f0", 32),
		Revision:       1,
		Language:       "ja",
		IssuedAt:       arrived.Add(time.Hour),
		Issuer:         "https://kosodate.example",
	}
}

func sign(t testing.TB, k *receipt.Keys, s receipt.Statement) string {
	t.Helper()
	text, err := k.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatIsSignedIsRead(t *testing.T) {
	k, s := keys(t, private(t, 1)), statement()
	got, err := k.Verify(sign(t, k, s))
	if err != nil {
		t.Fatal(err)
	}
	if !got.ArrivedAt.Equal(s.ArrivedAt) || got.Number != s.Number || got.Procedure != s.Procedure || !got.Late || got.KeyID != k.Public().Keys[0].KeyID {
		t.Errorf("read %+v", got)
	}
	if len(got.Having(strings.Repeat("0a", 32))) != 1 || len(got.Having(strings.Repeat("0b", 32))) != 0 {
		t.Error("the files are not found by their digests")
	}
}

// The canonical form does not depend on the zone that an instant came in, and its members are sorted.
func TestTheCanonicalFormIsOne(t *testing.T) {
	s := statement()
	one, err := s.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	s.ArrivedAt, s.IssuedAt = s.ArrivedAt.UTC(), s.IssuedAt.UTC()
	two, err := s.Canonical()
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("%v\n%s\n%s", err, one, two)
	}
	if !bytes.HasPrefix(one, []byte(`{"arrived_at":"2026-06-01T09:30:15.123456+09:00","claim_on":"2026-06-01","deadline_on":`)) ||
		!bytes.Contains(one, []byte("<認定>")) {
		t.Errorf("%s", one)
	}
}

func TestRotation(t *testing.T) {
	older, newer := private(t, 1), private(t, 2)
	before, after := keys(t, older), keys(t, newer, older)
	for name, k := range map[string]*receipt.Keys{"before": before, "after": after} {
		if _, err := after.Verify(sign(t, k, statement())); err != nil {
			t.Errorf("signed %s: %v", name, err)
		}
	}
	if _, err := before.Verify(sign(t, after, statement())); !errors.Is(err, receipt.ErrUnknownKey) {
		t.Errorf("the newest does not sign: %v", err)
	}
	// Who has the public keys alone can verify, and not sign.
	raw, err := json.Marshal(after.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := keys(t, raw)
	if !reflect.DeepEqual(public.Public(), after.Public()) || public.CanSign() {
		t.Errorf("given out and read back: %+v", public.Public())
	}
	if _, err := public.Verify(sign(t, before, statement())); err != nil {
		t.Error(err)
	}
	if _, err := public.Sign(statement()); err == nil {
		t.Error("signed without a private key")
	}
}

// resigned is a text with another payload or header, signed with the same key as receipts are.
func resigned(t *testing.T, kind string, payload []byte) string {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	id := keys(t, private(t, 1)).Public().Keys[0].KeyID
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: key, KeyID: id}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(kind)),
	)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatIsNoReceiptIsRefused(t *testing.T) {
	k := keys(t, private(t, 1))
	good := sign(t, k, statement())
	parts := strings.Split(good, ".")
	s := statement()
	s.KeyID = k.Public().Keys[0].KeyID
	payload, err := s.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, replacement string) string {
		return base64.RawURLEncoding.EncodeToString(bytes.Replace(payload, []byte(old), []byte(replacement), 1))
	}
	other := statement()
	wrongNumber := bytes.Replace(payload, []byte(s.Number), []byte(s.Number[:13]+string("23"[map[bool]int{true: 1}[s.Number[13] == '2']])), 1)
	const kind = "onestop-receipt-1"
	if _, err := k.Verify(resigned(t, kind, payload)); err != nil {
		t.Fatalf("the test's own signature: %v", err)
	}
	for name, one := range map[string]struct {
		text string
		want error
	}{
		"the certificate":       {parts[0] + "." + edit(strings.Repeat("1c", 32), strings.Repeat("1d", 32)) + "." + parts[2], receipt.ErrAltered},
		"a value altered":       {parts[0] + "." + edit(`"late":true`, `"late":false`) + "." + parts[2], receipt.ErrAltered},
		"the instant altered":   {parts[0] + "." + edit(`09:30:15`, `08:30:15`) + "." + parts[2], receipt.ErrAltered},
		"another's signature":   {parts[0] + "." + parts[1] + "." + strings.Split(sign(t, k, other), ".")[2], receipt.ErrAltered},
		"the signature altered": {parts[0] + "." + parts[1] + "." + flip(parts[2]), receipt.ErrAltered},
		"another key":           {sign(t, keys(t, private(t, 2)), statement()), receipt.ErrUnknownKey},
		"empty":                 {"", receipt.ErrNotAReceipt},
		"two parts":             {parts[0] + "." + parts[1], receipt.ErrNotAReceipt},
		"no signature":          {parts[0] + "." + parts[1] + ".", receipt.ErrNotAReceipt},
		"no algorithm":          {base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".AA", receipt.ErrNotAReceipt},
		"another algorithm": {base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"`+kind+`"}`)) + "." + parts[1] + "." + parts[2],
			receipt.ErrNotAReceipt},
		"signed, of another type":  {resigned(t, "JWT", payload), receipt.ErrNotAReceipt},
		"signed, no statement":     {resigned(t, kind, []byte("hello")), receipt.ErrNotAReceipt},
		"signed, not canonical":    {resigned(t, kind, append([]byte(" "), payload...)), receipt.ErrNotAReceipt},
		"signed, a member twice":   {resigned(t, kind, bytes.Replace(payload, []byte(`"late":true`), []byte(`"late":false,"late":true`), 1)), receipt.ErrNotAReceipt},
		"signed, a member unknown": {resigned(t, kind, bytes.Replace(payload, []byte(`"late":true`), []byte(`"late":true,"later":1`), 1)), receipt.ErrNotAReceipt},
		"signed, wrong number":     {resigned(t, kind, wrongNumber), receipt.ErrNotAReceipt},
		"signed, another's key id": {resigned(t, kind, bytes.Replace(payload, []byte(s.KeyID), []byte("other"), 1)), receipt.ErrAltered},
	} {
		if got, err := k.Verify(one.text); !errors.Is(err, one.want) || got != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// Whatever one character of a receipt is changed to, it is no receipt any more.
func TestEveryCharacterIsSigned(t *testing.T) {
	k := keys(t, private(t, 1))
	good := sign(t, k, statement())
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(good)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte("ABCXYZabcxyz0189-_.=\n ")).Draw(t, "character")
		if good[at] == c {
			return
		}
		if _, err := k.Verify(good[:at] + string(c) + good[at+1:]); err == nil {
			t.Fatalf("%q at %d goes unseen", c, at)
		}
	})
}

func TestWhatIsNotWholeIsNotSigned(t *testing.T) {
	k := keys(t, private(t, 1))
	for name, spoil := range map[string]func(*receipt.Statement){
		"number":   func(s *receipt.Statement) { s.Number = "" },
		"instant":  func(s *receipt.Statement) { s.ArrivedAt = time.Time{} },
		"place":    func(s *receipt.Statement) { s.Place.Code = "" },
		"language": func(s *receipt.Statement) { s.Language = "fr" },
		"manifest": func(s *receipt.Statement) { s.ManifestSha256 = strings.Repeat("F0", 32) },
		"day":      func(s *receipt.Statement) { s.ClaimOn = "1 June" },
		"file":     func(s *receipt.Statement) { s.Files[0].Sha256 = "" },

		"edition":                      func(s *receipt.Statement) { s.Editions[0].Digest = "" },
		"certificate":                  func(s *receipt.Statement) { s.Editions[1].Certificate = "1" },
		"another's edition":            func(s *receipt.Statement) { s.Editions[1].Scope = "998028" },
		"no national edition":          func(s *receipt.Statement) { s.Editions = s.Editions[1:] },
		"installed with a certificate": func(s *receipt.Statement) { s.Editions[1].Installed = true },
	} {
		s := statement()
		spoil(&s)
		if _, err := k.Sign(s); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestBadKeys(t *testing.T) {
	secret, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{"empty": "", "text": "hello", "no set": `{"keys": 1}`, "an empty set": `{"keys": []}`,
		"a private key in a set": string(secret),
		"a broken block":         "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if k, err := receipt.ParseKeys([]byte(raw)); err == nil {
			t.Errorf("%s: %+v", name, k.Public())
		}
	}
	var none *receipt.Keys
	if none.CanSign() || none.Public().Keys == nil || len(none.Public().Keys) != 0 {
		t.Error("no keys are not an empty set")
	}
}

// TestAReceiptFromBeforeCertificates verifies as it did: it names no edition, and its text has no member for one.
func TestAReceiptFromBeforeCertificates(t *testing.T) {
	k := keys(t, private(t, 1))
	s := statement()
	s.Editions = nil
	text := sign(t, k, s)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	if err != nil || bytes.Contains(payload, []byte("edition")) {
		t.Errorf("%s, %v", payload, err)
	}
	const before = `{"arrived_at":"2026-06-01T09:30:15.123456+09:00","claim_on":"2026-06-01","deadline_on":"2026-05-31","files":[],` +
		`"issued_at":"2026-06-01T10:30:15+09:00","issuer":"https://kosodate.example","key_id":"KEY","language":"ja","late":true,` +
		`"manifest_sha256":"f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0","municipality":{"code":"998010","name":"ひなた市"},` +
		`"number":"NUMBER","procedure":{"code":"child-allowance-claim","name":"認定請求"},"revision":1,"version":"2024-10-01"}`
	old := strings.NewReplacer("KEY", k.Public().Keys[0].KeyID, "NUMBER", s.Number).Replace(before)
	got, err := k.Verify(resigned(t, "onestop-receipt-1", []byte(old)))
	if err != nil || got.Editions != nil || got.Number != s.Number {
		t.Errorf("%+v, %v", got, err)
	}
}
