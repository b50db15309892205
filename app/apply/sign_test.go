package apply_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// signing is a stage where ひなた市 asks for signatures (P3), with the cards' simulator.
type signing struct {
	*stage
	cards *simulator.Server
}

func setUpSigning(t testing.TB) *signing {
	t.Helper()
	s := &signing{stage: setUp(t)}
	var err error
	if s.cards, err = simulator.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.cards.Close)
	path := filepath.Join(t.TempDir(), "authorities.pem")
	if err := os.WriteFile(path, s.cards.Authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	with := options
	policy := sign.Policy{Digests: []string{"sha256"}, RSABits: 2048, Curves: []string{"P-256"}, AnswerAge: 24 * time.Hour}
	if with.Signatures, err = sign.Load(path, policy); err != nil {
		t.Fatal(err)
	}
	with.Revocation = sign.NewRevocation(time.Second, policy)
	s.service = apply.New(s.Dossiers, with)
	s.In(s.Person(t, "admin", models.RoleNational, ""), func(tx *postgres.Tx) error {
		return tx.PutOffering(&models.Offering{Municipality: hinata, Procedure: "child-allowance-claim", Signature: models.SignatureSignature})
	})
	return s
}

// draft is a claim with one file, and the manifest as a client gets it.
func (s *signing) draft(t testing.TB) (id string, manifest []byte) {
	t.Helper()
	v := s.create(t, s.Draft("child-allowance-claim", hinata))
	return v.ID, s.manifest(t, v.ID)
}

func (s *signing) manifest(t testing.TB, id string) []byte {
	t.Helper()
	m, err := s.service.Manifest(context.Background(), s.Parent, id)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (s *signing) sign(t testing.TB, card string, content []byte) []byte {
	t.Helper()
	der, _, err := s.cards.Card(card).Sign(simulator.PIN, content)
	if err != nil || der == nil {
		t.Fatal(err)
	}
	return der
}

func (s *signing) fileSigned(id string, signature []byte) (*apply.Filed, error) {
	return s.service.FileSigned(context.Background(), s.Parent, casetest.Once(), id, nil, signature, nil)
}

// check does the job that asks whether the certificate was revoked.
func (s *signing) check(id string, number int) error {
	return s.service.CheckSignature(context.Background(), task.CheckSignature{Municipality: hinata, Application: id, Number: number})
}

func reason(err error) string {
	if f := fault.As(err); f != nil && f.Code == fault.CodeInvalidSignature && f.Kind == fault.Refused {
		return cmp.Or(f.Extra["reason"], string(f.Reason))
	}
	return casetest.Details(err)
}

func TestP3ASignedFilingArrives(t *testing.T) {
	s := setUpSigning(t)
	id, manifest := s.draft(t)
	signature := s.sign(t, "example", manifest)
	if _, err := s.fileSigned(id, nil); reason(err) != "signature-required" {
		t.Errorf("unsigned: %v", reason(err))
	}
	whole := s.Draft("child-allowance-claim", hinata)
	whole.OnDuplicate = "separate"
	if _, err := s.whole(whole); reason(err) != "signature-required" {
		t.Errorf("whole: %v", reason(err))
	}
	filed, err := s.fileSigned(id, signature)
	if err != nil || filed.ReceiptNumber == "" {
		t.Fatal(casetest.Details(err))
	}
	if err := s.check(id, 1); err != nil {
		t.Fatal(err)
	}
	if got := casetest.Value[string](s, `select state || ' ' || source from signatures where application_id = $1`, id); got != "good ocsp" {
		t.Errorf("the signature is %q", got)
	}
	if got := s.Row(id).State; got != models.StateArrived {
		t.Errorf("the case is %s", got)
	}
	if raw := casetest.Value[[]byte](s.stage, `select manifest_sha256 from signatures`); len(raw) != 32 {
		t.Error("what was signed is not kept")
	}
}

// Each of these ends in a refusal that says why; the draft is kept as it was.
func TestP3WhatIsNoSignatureOfTheApplicant(t *testing.T) {
	s := setUpSigning(t)
	id, manifest := s.draft(t)
	for name, c := range map[string]struct {
		signature []byte
		reason    string
	}{
		"by another person": {s.sign(t, "parent-2", manifest), "signature-another-person"},
		"expired":           {s.sign(t, "expired", manifest), "signature-expired"},
		"of another text":   {s.sign(t, "example", []byte("{}")), "signature-changed"},
		"noise":             {[]byte("noise"), "signature-unreadable"},
	} {
		if _, err := s.fileSigned(id, c.signature); reason(err) != c.reason {
			t.Errorf("%s: %s, want %s", name, reason(err), c.reason)
		}
	}
	// Changed after signing: a file that came afterwards is not signed.
	signature := s.sign(t, "example", manifest)
	s.Attach(id, casetest.Statement, "later.pdf", models.ScanClean)
	if _, err := s.fileSigned(id, signature); reason(err) != "signature-changed" {
		t.Errorf("a file changed after signing: %s", reason(err))
	}
	if got := s.Row(id).State; got != models.StateDraft {
		t.Errorf("the draft is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from signatures`); n != 0 {
		t.Errorf("%d refused signatures are kept", n)
	}
	if _, err := s.fileSigned(id, s.sign(t, "example", s.manifest(t, id))); err != nil {
		t.Errorf("signed as it is now: %s", casetest.Details(err))
	}
}

// A revoked certificate is found after the arrival, since it needs the network; signing again keeps the arrival.
func TestP3ARevokedCertificateIsSignedAgain(t *testing.T) {
	s := setUpSigning(t)
	id, manifest := s.draft(t)
	s.cards.Authority.Revoke(s.cards.Card("example").Certificate()) // a minute ago
	filed, err := s.fileSigned(id, s.sign(t, "example", manifest))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	s.cards.Fault(true, true)
	var later task.Later
	if err := s.check(id, 1); !errors.As(err, &later) {
		t.Errorf("nobody answers: %v", err)
	}
	s.cards.Fault(true, false) // the list knows it too
	if err := s.check(id, 1); err != nil {
		t.Fatal(err)
	}
	if got := s.Row(id).State; got != models.StateSignatureInvalid {
		t.Fatalf("the case is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from river_job where kind = 'notify' and args->>'what' = 'signature-invalid'`); n != 1 {
		t.Errorf("%d messages", n)
	}
	if err := s.check(id, 1); err != nil { // the job ran twice
		t.Error(err)
	}
	again := func(card string) error {
		_, err := s.service.SignAgain(context.Background(), s.Parent, casetest.Once(), id, s.sign(t, card, s.manifest(t, id)), nil)
		return err
	}
	if err := again("parent-1"); reason(err) != "signature-another-person" {
		t.Errorf("another person signs again: %v", err)
	}
	now := time.Now()
	renewed, err := s.cards.Authority.NewCard("renewed", s.cards.Card("example").Holder, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	der, _, err := renewed.Sign(simulator.PIN, s.manifest(t, id))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.SignAgain(context.Background(), s.Parent, casetest.Once(), id, der, nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	row := s.Row(id)
	if row.State != models.StateArrived || !row.ArrivedAt.Equal(filed.ArrivedAt.Truncate(time.Microsecond)) || *row.ReceiptNumber != filed.ReceiptNumber {
		t.Errorf("%s, arrived %s, was %s", row.State, row.ArrivedAt, filed.ArrivedAt)
	}
	if err := s.check(id, 2); err != nil {
		t.Fatal(err)
	}
	if got := casetest.Value[string](s, `select string_agg(state, ' ' order by number) from signatures`); got != "revoked good" {
		t.Errorf("the signatures are %q", got)
	}
	if err := again("example"); fault.As(err) == nil || fault.As(err).Code != fault.CodeNotAllowedNow {
		t.Errorf("a good case is signed again: %v", err)
	}
}
