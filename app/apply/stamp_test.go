package apply_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/app/task"
)

// setUpStamping is a stage where signatures are time-stamped, by the authority's simulator.
func setUpStamping(t testing.TB) (*signing, *simulator.Stamper) {
	t.Helper()
	s := setUpSigning(t)
	tsa, err := simulator.StartStamper("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tsa.Close)
	dir := t.TempDir()
	cards, stamps := filepath.Join(dir, "cards.pem"), filepath.Join(dir, "tsa.pem")
	if err := errors.Join(os.WriteFile(cards, s.cards.Authority.PEM(), 0o600), os.WriteFile(stamps, tsa.Authority.PEM(), 0o600)); err != nil {
		t.Fatal(err)
	}
	policy := sign.Policy{Digests: []string{"sha256"}, RSABits: 2048, Curves: []string{"P-256"}, AnswerAge: 24 * time.Hour}
	with := options
	if with.Signatures, err = sign.Load(cards, policy); err != nil {
		t.Fatal(err)
	}
	with.Revocation = sign.NewRevocation(time.Second, policy)
	with.Timestamps, err = sign.LoadStamps(sign.StampOptions{URL: tsa.URL(), Authorities: stamps, Timeout: time.Second, Clock: time.Minute, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	s.service = apply.New(s.Dossiers, with)
	return s, tsa
}

func (s *signing) stamp(id string, number int) (string, error) {
	return s.service.StampSignature(context.Background(), task.StampSignature{Municipality: hinata, Application: id, Number: number})
}

// Nobody's filing waits for the authority (P1): it arrives while that is down, and is stamped once it answers.
func TestASignatureIsStampedWhenTheAuthorityAnswers(t *testing.T) {
	s, tsa := setUpStamping(t)
	tsa.Switch(simulator.StampFault{Down: true})
	id, manifest := s.draft(t)
	if _, err := s.fileSigned(id, s.sign(t, "example", manifest)); err != nil {
		t.Fatal(casetest.Details(err))
	}
	if n := tsa.Asked(); n != 0 {
		t.Errorf("the filing asked %d times", n)
	}
	if n := casetest.Value[int](s.stage, `select count(*)::int from river_job where kind = 'stamp-signature'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
	for _, c := range []struct {
		fault simulator.StampFault
		why   sign.StampFailure
		asks  int
	}{{simulator.StampFault{Down: true}, sign.StampDown, 1}, {simulator.StampFault{Unknown: true}, sign.StampUntrusted, 2}} {
		tsa.Switch(c.fault)
		outcome, err := s.stamp(id, 1)
		var later task.Later
		if outcome != string(c.why) || !errors.As(err, &later) || later.After != time.Minute {
			t.Errorf("%+v: %q %v", c.fault, outcome, err)
		}
		want := fmt.Sprintf("%s %d", c.why, c.asks)
		if got := casetest.Value[string](s.stage, `select concat_ws(' ', failure, asks, stamped_at) from signature_timestamps`); got != want {
			t.Errorf("kept: %q", got)
		}
	}
	tsa.Switch(simulator.StampFault{})
	if outcome, err := s.stamp(id, 1); outcome != apply.OutcomeStamped || err != nil {
		t.Fatal(outcome, err)
	}
	if outcome, err := s.stamp(id, 1); outcome != "" || err != nil {
		t.Errorf("a second time: %q %v", outcome, err)
	}
	if n := casetest.Value[int](s.stage, `select count(*)::int from audit_entries where action = 'stamp-signature' and object_id = $1`, id); n != 1 {
		t.Errorf("%d entries say so", n)
	}
	proven, err := s.service.ProveSignatures(context.Background(), hinata, id)
	if err != nil || len(proven) != 1 || proven[0].Broken != nil || proven[0].Stamp == nil || proven[0].Failure != "" ||
		time.Since(proven[0].Stamp.At) > time.Minute {
		t.Errorf("%+v %v", proven, err)
	}
}

// A time stamp that is kept is of its signature and of an authority that is trusted today, or is said to be none.
func TestAKeptTimeStampIsVerifiedAnew(t *testing.T) {
	s, _ := setUpStamping(t)
	id, manifest := s.draft(t)
	if _, err := s.fileSigned(id, s.sign(t, "example", manifest)); err != nil {
		t.Fatal(casetest.Details(err))
	}
	if outcome, err := s.stamp(id, 1); outcome != apply.OutcomeStamped || err != nil {
		t.Fatal(outcome, err)
	}
	elsewhere, _ := setUpStamping(t)
	with := options
	other := filepath.Join(t.TempDir(), "other.pem")
	if err := os.WriteFile(other, elsewhere.cards.Authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	with.Timestamps, err = sign.LoadStamps(sign.StampOptions{URL: "http://127.0.0.1:9", Authorities: other, Timeout: time.Second, Clock: time.Minute,
		Policy: sign.Policy{Digests: []string{"sha256"}, RSABits: 2048, Curves: []string{"P-256"}, AnswerAge: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	proven, err := apply.New(s.Dossiers, with).ProveSignatures(context.Background(), hinata, id)
	var none *sign.NoStamp
	if err != nil || len(proven) != 1 || !errors.As(proven[0].Broken, &none) || none.Why != sign.StampUntrusted {
		t.Errorf("%+v %v", proven, err)
	}
	// Not even the program can take it away again.
	if _, err := s.Super().Exec(`update signature_timestamps set sealed = null, stamped_at = null where application_id = $1`, id); err == nil {
		t.Error("a time stamp was taken away")
	}
}
