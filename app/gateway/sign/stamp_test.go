package sign_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/gateway/sign/simulator"
)

func stamping(t *testing.T, change func(*sign.StampOptions)) (*simulator.Stamper, *sign.Stamps) {
	t.Helper()
	tsa, err := simulator.StartStamper("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tsa.Close)
	path := filepath.Join(t.TempDir(), "tsa.pem")
	if err := os.WriteFile(path, tsa.Authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := sign.StampOptions{URL: tsa.URL(), Authorities: path, Timeout: 2 * time.Second, Clock: time.Minute, Policy: policy}
	change(&opt)
	s, err := sign.LoadStamps(opt)
	if err != nil {
		t.Fatal(err)
	}
	return tsa, s
}

func why(err error) sign.StampFailure {
	var none *sign.NoStamp
	if errors.As(err, &none) {
		return none.Why
	}
	return ""
}

func TestATimeStampIsOfItsSignature(t *testing.T) {
	cards, _ := rig(t)
	_, stamps := stamping(t, func(*sign.StampOptions) {})
	signature, other := signed(t, cards.Card("example"), manifest), signed(t, cards.Card("parent-2"), manifest)
	before := time.Now().Add(-time.Second)
	got, err := stamps.Ask(t.Context(), signature)
	if err != nil || got.At.Before(before) || got.At.After(time.Now().Add(time.Second)) || got.Authority != "時刻認証局役（架空）" {
		t.Fatalf("%+v %v", got, err)
	}
	if again, err := stamps.Verify(signature, got.Token); err != nil || !again.At.Equal(got.At) {
		t.Errorf("what was kept: %+v %v", again, err)
	}
	if _, err := stamps.Verify(other, got.Token); why(err) != sign.StampAnother {
		t.Errorf("of another signature: %v", err)
	}
	flipped := bytes.Clone(got.Token)
	flipped[len(flipped)-1] ^= 1
	if _, err := stamps.Verify(signature, flipped); why(err) == "" {
		t.Errorf("changed: %v", err)
	}
	if _, err := stamps.Verify(signature, nil); why(err) != sign.StampRefused {
		t.Errorf("nothing: %v", err)
	}
	if err := stamps.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoTimeStamp(t *testing.T) {
	cards, _ := rig(t)
	tsa, stamps := stamping(t, func(o *sign.StampOptions) { o.Timeout = 500 * time.Millisecond })
	signature := signed(t, cards.Card("example"), manifest)
	for name, c := range map[string]struct {
		fault simulator.StampFault
		why   sign.StampFailure
	}{
		"down":                {simulator.StampFault{Down: true}, sign.StampDown},
		"slow":                {simulator.StampFault{Slow: time.Minute}, sign.StampDown},
		"it says no":          {simulator.StampFault{Status: true}, sign.StampRefused},
		"a sign-in page":      {simulator.StampFault{Noise: true}, sign.StampRefused},
		"another nonce":       {simulator.StampFault{Nonce: true}, sign.StampAnother},
		"another imprint":     {simulator.StampFault{Imprint: true}, sign.StampAnother},
		"another authority":   {simulator.StampFault{Unknown: true}, sign.StampUntrusted},
		"expired":             {simulator.StampFault{Expired: true}, sign.StampRefused},
		"not for stamps":      {simulator.StampFault{Usage: true}, sign.StampUntrusted},
		"without certificate": {simulator.StampFault{Certificate: true}, sign.StampUntrusted},
		"a clock ahead":       {simulator.StampFault{Ahead: 10 * time.Minute}, sign.StampClock},
		"a clock behind":      {simulator.StampFault{Ahead: -10 * time.Minute}, sign.StampClock},
		"a clock nearly so":   {simulator.StampFault{Ahead: 20 * time.Second}, ""},
	} {
		tsa.Switch(c.fault)
		if got, err := stamps.Ask(t.Context(), signature); why(err) != c.why || (err == nil) != (c.why == "") {
			t.Errorf("%s: %+v %v, want %q", name, got, err, c.why)
		}
	}
	tsa.Close()
	if _, err := stamps.Ask(t.Context(), signature); why(err) != sign.StampDown {
		t.Errorf("gone: %v", err)
	}
	if err := stamps.Ready(context.Background()); err == nil {
		t.Error("an authority that is gone is ready")
	}
}

// What a policy does not accept any more is refused by name: the simulator signs with SHA-256 and P-256.
func TestWeakTimeStamps(t *testing.T) {
	cards, _ := rig(t)
	signature := signed(t, cards.Card("example"), manifest)
	for name, change := range map[string]func(*sign.StampOptions){
		"the digest": func(o *sign.StampOptions) { o.Policy.Digests = []string{"sha512"} },
		"the key":    func(o *sign.StampOptions) { o.Policy.Curves = []string{"P-384"} },
	} {
		_, stamps := stamping(t, change)
		if _, err := stamps.Ask(t.Context(), signature); why(err) != sign.StampWeak {
			t.Errorf("%s: %v", name, err)
		}
	}
}
