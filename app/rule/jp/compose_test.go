package jp_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/rule/jp"
)

// TestEveryIdeographStaysAsItWasTyped: NFC makes others of 1,002 ideographs, among them those of people's names.
func TestEveryIdeographStaysAsItWasTyped(t *testing.T) {
	changed := 0
	for _, block := range [][2]rune{{0xf900, 0xfaff}, {0x2f800, 0x2fa1f}} {
		for r := block[0]; r <= block[1]; r++ {
			name := "か\u3099" + string(r) + "e\u0301" + string(r)
			if got := jp.NormaliseName(name); got != "が"+string(r)+"é"+string(r) {
				t.Errorf("%U: %q", r, got)
			}
			if norm.NFC.String(string(r)) != string(r) {
				changed++
			}
		}
	}
	if changed < 1000 {
		t.Errorf("NFC changes %d: the test looks at the wrong ones", changed)
	}
}

func FuzzCompose(f *testing.F) {
	for _, s := range []string{"", "神", "渚か\u3099", "e\u0301\ufa19\u0301", "\U0002f800\ufe00", "ｶﾞ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := jp.Compose(s)
		if again := jp.Compose(got); again != got {
			t.Errorf("%q becomes %q, then %q", s, got, again)
		}
		own := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f {
					return r
				}
				return -1
			}, s)
		}
		if own(got) != own(s) {
			t.Errorf("%q lost an ideograph: %q", s, got)
		}
		if norm.NFC.String(got) != norm.NFC.String(s) {
			t.Errorf("%q and %q are compared as different", s, got)
		}
	})
}
