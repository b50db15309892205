package present_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
)

// TestACertificateInWords: who by role, when, how many cases agreed, what the replay counted, whether it is signed; in each language
// without a code.
func TestACertificateInWords(t *testing.T) {
	at := time.Date(2026, 6, 1, 14, 5, 0, 0, jp.JST)
	c := &certificate.Certificate{Scope: "998010", Edition: strings.Repeat("ab", 32), Cases: certificate.Cases{Passed: 431}, KeyID: "key",
		Proposed: certificate.Act{Person: "one", At: at}, Approved: certificate.Act{Person: "two", At: at.Add(time.Hour)},
		Replay: &certificate.Replay{From: at.AddDate(-1, 0, 0), To: at, Cases: 1000, More: 3, Fewer: 0, Other: 2}}
	for lang, want := range map[string][]string{
		wording.Japanese: {"ひなた市の管理者が2026年6月1日 14時05分に提案し、別の管理者が2026年6月1日 15時05分に承認しました。",
			"想定した事例431件が、すべて表のとおりの書類になりました。",
			"2025年6月1日から2026年6月1日までに届いた申請に当てはめました。申請：1000件、書類が増えるもの：3件、減るもの：0件、変わるもの：2件以下。",
			"この公開証明には電子署名があります。"},
		wording.English: {"An admin of ひなた市 proposed it on 1 June 2026, 14:05 (Japan time); another one approved it on 1 June 2026, 15:05 (Japan time).",
			"All of its 431 trial cases came out with the documents that they have to.",
			"It was tried on the applications filed from 1 June 2025 to 1 June 2026: 1000. With more documents: 3; with fewer: 0; with others: at most 2.",
			"Its publication certificate is signed."},
	} {
		if got := present.Publication(c, false, "ひなた市", lang); !slices.Equal(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
	c.Scope, c.Cases.Passed, c.Replay, c.KeyID = "*", 0, nil, ""
	got := strings.Join(present.Publication(c, false, "", wording.Japanese), "")
	for _, said := range []string{"国の管理者が", "想定した事例の表は付いていません", "電子署名がありません"} {
		if !strings.Contains(got, said) {
			t.Errorf("%s does not say %s", got, said)
		}
	}
	for _, installed := range []bool{true, false} {
		if got := present.Publication(nil, installed, "", wording.English); len(got) != 1 || strings.Contains(got[0], "No two persons") != installed {
			t.Errorf("installed %v: %q", installed, got)
		}
	}
}

// TestRulesOfAReceipt: by which edition, since when, and whether two persons published it.
func TestRulesOfAReceipt(t *testing.T) {
	at := time.Date(2026, 6, 1, 14, 5, 0, 0, jp.JST)
	for want, e := range map[string]receipt.Edition{
		"National rules (those that came with this service)":                                                {Scope: "*", From: at, Installed: true},
		"Rules of Hinata City (from 1 June 2026, 14:05 (Japan time); checked and published by two persons)": {Scope: "998010", From: at, Certificate: "c"},
		"National rules (from 1 June 2026, 14:05 (Japan time))":                                             {Scope: "*", From: at},
		"National rules": {Scope: "*"},
	} {
		if got := present.Rules(e, "Hinata City", wording.English); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
