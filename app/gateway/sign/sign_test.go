package sign_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/gateway/sign/simulator"
)

var manifest = []byte(`{"application":"a","files":[{"sha256":"00"}]}`)

var policy = sign.Policy{Digests: []string{"sha256", "sha384", "sha512"}, RSABits: 2048, Curves: []string{"P-256", "P-384", "P-521"}, AnswerAge: 24 * time.Hour}

func rig(t *testing.T) (*simulator.Server, *sign.Verifier) {
	t.Helper()
	s, err := simulator.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, s.Authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := sign.Load(path, policy)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func signed(t *testing.T, c *simulator.Card, content []byte) []byte {
	t.Helper()
	der, _, err := c.Sign(simulator.PIN, content)
	if err != nil || der == nil {
		t.Fatal(err)
	}
	return der
}

func TestASignatureNamesItsHolder(t *testing.T) {
	s, v := rig(t)
	got, err := v.Verify(manifest, signed(t, s.Card("example"), manifest), time.Now())
	if err != nil || got.Holder.Name != "日向 花子" || got.Holder.BirthDate != "1992-04-10" || got.Holder.Address == "" || got.Serial == "" {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestWhatIsNoSignature(t *testing.T) {
	s, v := rig(t)
	other, err := simulator.NewAuthority("another", "http://127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	now, holder := time.Now(), sign.Holder{Name: "日向 花子", BirthDate: "1992-04-10"}
	stranger, err := other.NewCard("stranger", holder, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := s.Authority.Issue(holder, simulator.ForSignIn, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	signIn, err := simulator.Sign(cert, key, manifest)
	if err != nil {
		t.Fatal(err)
	}
	good := signed(t, s.Card("example"), manifest)
	for name, c := range map[string]struct {
		signature []byte
		content   []byte
		at        time.Time
		reason    fault.Reason
	}{
		"nothing":              {nil, manifest, now, sign.ReasonUnreadable},
		"noise":                {[]byte("noise"), manifest, now, sign.ReasonUnreadable},
		"cut off":              {good[:len(good)/2], manifest, now, sign.ReasonUnreadable},
		"too long":             {bytes.Repeat([]byte{0x30}, 70<<10), manifest, now, sign.ReasonUnreadable},
		"another content":      {good, append([]byte(" "), manifest...), now, sign.ReasonChanged},
		"of another authority": {signed(t, stranger, manifest), manifest, now, sign.ReasonUntrusted},
		"expired":              {signed(t, s.Card("expired"), manifest), manifest, now, sign.ReasonExpired},
		"not valid yet":        {good, manifest, now.Add(-3 * 365 * 24 * time.Hour), sign.ReasonExpired},
		"of the sign-in's":     {signIn, manifest, now, sign.ReasonUsage},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(c.content, c.signature, c.at)
			if f := fault.As(err); f == nil || f.Code != fault.CodeInvalidSignature || f.Reason != c.reason || len(f.Details) != 1 ||
				f.Details[0].Code != string(c.reason) {
				t.Errorf("%v, want %s", err, c.reason)
			}
		})
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 1
	if _, err := v.Verify(manifest, flipped, now); fault.As(err) == nil {
		t.Errorf("a changed signature: %v", err)
	}
}

func TestRevocation(t *testing.T) {
	s, v := rig(t)
	got, err := v.Verify(manifest, signed(t, s.Card("example"), manifest), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r := sign.NewRevocation(0, policy)
	check := func(name string, ocspDown, crlDown bool, want sign.Status, unavailable bool) {
		t.Helper()
		s.Fault(ocspDown, crlDown)
		st, err := r.Check(t.Context(), got.Certificate, got.Issuer)
		if (fault.KindOf(err) == fault.Unavailable && err != nil) != unavailable || st.Revoked != want.Revoked || st.Source != want.Source ||
			want.Revoked == st.RevokedAt.IsZero() {
			t.Errorf("%s: %+v %v, want %+v", name, st, err, want)
		}
	}
	check("good", false, false, sign.Status{Source: "ocsp"}, false)
	check("good, by the list", true, false, sign.Status{Source: "crl"}, false)
	check("nobody answers", true, true, sign.Status{}, true)
	s.Authority.Revoke(s.Card("example").Certificate())
	check("revoked", false, false, sign.Status{Revoked: true, Source: "ocsp"}, false)
	check("revoked, by the list", true, false, sign.Status{Revoked: true, Source: "crl"}, false)
	// An answer that another authority signed is none.
	other, err := simulator.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	s.Fault(false, false)
	if _, err := r.Check(t.Context(), got.Certificate, mustDER(t, other)); err == nil {
		t.Error("another authority's word counts")
	}
}

// What could be forged is refused by name, whoever issued it.
func TestWeakSignatures(t *testing.T) {
	s, v := rig(t)
	now, holder := time.Now(), sign.Holder{Name: "日向 花子", BirthDate: "1992-04-10"}
	issue := func(key crypto.Signer) *x509.Certificate {
		t.Helper()
		cert, err := s.Authority.IssueFor(key, holder, simulator.ForSignatures, now.Add(-time.Hour), now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	rsaKey := func(bits int) crypto.Signer {
		t.Helper()
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	curve, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long := rsaKey(2048)
	for name, c := range map[string]struct {
		key    crypto.Signer
		digest asn1.ObjectIdentifier
		weak   bool
	}{
		"RSA of 2048 bits, SHA-256": {long, pkcs7.OIDDigestAlgorithmSHA256, false},
		"RSA of 2048 bits, SHA-512": {long, pkcs7.OIDDigestAlgorithmSHA512, false},
		"SHA-1":                     {long, pkcs7.OIDDigestAlgorithmSHA1, true},
		"RSA of 1024 bits":          {rsaKey(1024), pkcs7.OIDDigestAlgorithmSHA256, true},
		"P-224":                     {curve, pkcs7.OIDDigestAlgorithmSHA256, true},
	} {
		signature, err := simulator.SignWith(c.digest, issue(c.key), c.key, manifest)
		if err != nil {
			t.Fatal(name, err)
		}
		_, err = v.Verify(manifest, signature, now)
		if f := fault.As(err); (f != nil && f.Reason == sign.ReasonWeak) != c.weak || (err != nil) != c.weak {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer that somebody kept and sends again says nothing of today, though the authority signed it.
func TestAnOldAnswerIsNone(t *testing.T) {
	s, v := rig(t)
	got, err := v.Verify(manifest, signed(t, s.Card("example"), manifest), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.Fault(false, true)
	r := sign.NewRevocation(0, policy)
	for old, none := range map[time.Duration]bool{time.Minute: false, 23 * time.Hour: false, 25 * time.Hour: true} {
		s.Authority.Replay(old)
		if _, err := r.Check(t.Context(), got.Certificate, got.Issuer); (err != nil) != none {
			t.Errorf("an answer %s old: %v", old, err)
		}
	}
}

func TestPoliciesThatCannotBeMeant(t *testing.T) {
	for name, change := range map[string]func(*sign.Policy){
		"SHA-1":      func(p *sign.Policy) { p.Digests = []string{"sha1"} },
		"no digest":  func(p *sign.Policy) { p.Digests = nil },
		"short keys": func(p *sign.Policy) { p.RSABits = 1024 },
		"P-224":      func(p *sign.Policy) { p.Curves = []string{"P-224"} },
		"no age":     func(p *sign.Policy) { p.AnswerAge = 0 },
	} {
		p := policy
		if change(&p); p.Check() == nil {
			t.Error(name)
		}
	}
}

func mustDER(t *testing.T, s *simulator.Server) []byte {
	t.Helper()
	cert, _, err := s.Authority.Issue(sign.Holder{Name: "x", BirthDate: "2000-01-01"}, simulator.ForSignatures, time.Now(), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return cert.Raw
}

func TestACardLocksAfterFiveWrongPINs(t *testing.T) {
	s, _ := rig(t)
	post := func(path string, body any) (int, map[string]any) {
		raw, _ := json.Marshal(body)
		resp, err := http.Post(s.URL()+path, "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		out := map[string]any{}
		_ = json.NewDecoder(resp.Body).Decode(&out)
		return resp.StatusCode, out
	}
	type order struct {
		PIN     string `json:"pin"`
		Content []byte `json:"content"`
	}
	for left := simulator.Tries - 1; left >= 0; left-- {
		status, out := post("/cards/parent-1/sign", order{"wrong", manifest})
		if want := map[bool]int{true: http.StatusForbidden, false: http.StatusLocked}[left > 0]; status != want || out["tries_left"] != float64(left) {
			t.Errorf("%d %v, want %d and %d left", status, out, want, left)
		}
	}
	if status, _ := post("/cards/parent-1/sign", order{simulator.PIN, manifest}); status != http.StatusLocked {
		t.Errorf("a locked card signs: %d", status)
	}
	if resp, err := http.Post(s.URL()+"/control/cards/parent-1/unlock", "", nil); err != nil || resp.StatusCode >= 400 {
		t.Fatal(resp, err)
	}
	if status, out := post("/cards/parent-1/sign", order{simulator.PIN, manifest}); status != http.StatusOK || out["signature"] == "" {
		t.Errorf("%d %v", status, out)
	}
	if status, _ := post("/cards", map[string]string{"card": "new", "name": "青空 ゆい", "birth_date": "1991-07-07"}); status != http.StatusCreated {
		t.Error(status)
	}
	if status, out := post("/cards/new/sign", order{simulator.PIN, manifest}); status != http.StatusOK {
		t.Error(status, out)
	}
}
