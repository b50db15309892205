package discrepancy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	. "kosodate.example/onestop/app/rule/discrepancy"

	"kosodate.example/onestop/models"
)

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestClock(t *testing.T) {
	opened, step := instant(t, "2026-05-01T14:59:00Z"), instant(t, "2026-05-10T15:00:00Z") // 1 May 23:59 and 11 May 0:00 in Japan
	closed := instant(t, "2026-05-12T00:00:00Z")
	for _, test := range []struct {
		now            string
		open, inStep   int
		overdue, wants bool // with and without a limit on the step
	}{
		{"2026-05-01T14:59:30Z", 0, 0, false, false},
		{"2026-05-01T15:00:00Z", 1, 0, false, false},
		{"2026-05-11T14:59:59Z", 10, 0, false, false},
		{"2026-05-13T15:00:00Z", 13, 3, true, false},
		{"2026-05-31T15:00:00Z", 31, 21, true, true},
		{"2026-04-01T00:00:00Z", 0, 0, false, false}, // a clock that went back
	} {
		now := instant(t, test.now)
		c := Clock{OpenedAt: opened, StepAt: step}
		if c.DaysOpen(now) != test.open || c.DaysInStep(now) != test.inStep {
			t.Errorf("%s: open %d, in step %d", test.now, c.DaysOpen(now), c.DaysInStep(now))
		}
		if got := c.Overdue(now, Limits{Open: 30, InStep: 2}); got != test.overdue {
			t.Errorf("%s: overdue %v", test.now, got)
		}
		if got := c.Overdue(now, Limits{Open: 30}); got != test.wants {
			t.Errorf("%s: overdue by the opening alone %v", test.now, got)
		}
		c.ClosedAt = &closed
		if c.DaysOpen(now) != 11 || c.DaysInStep(now) != 1 || c.Overdue(now, Limits{Open: 1, InStep: 1}) {
			t.Errorf("%s: the days of a closed file run on", test.now)
		}
		if c.ClosedAt = nil; c.Overdue(now, Limits{}) {
			t.Errorf("%s: overdue without a limit", test.now)
		}
	}
}

func exampleCase(t testing.TB) Case {
	closed, similar := instant(t, "2026-05-12T00:00:00Z"), 3
	return Case{Municipality: "998010", Procedure: "支給認定の申請", Item: "地方税関係情報", Affair: "X-A-011", Kind: models.DiscrepancyFacts,
		Fields:   []string{"合計所得金額", "市町村民税所得割額"},
		OpenedAt: instant(t, "2026-05-01T15:00:00Z"), ClosedAt: &closed, Cause: CauseProvider, Provider: "998028", Similar: &similar,
		Steps:        []Taken{{StepOperationChecked, instant(t, "2026-05-02T00:00:00Z")}, {StepCorrected, instant(t, "2026-05-11T20:00:00Z")}},
		WhatHappened: "県民税の額が\n市町村民税の欄にあった", Basis: BasisAnswer}
}

func TestRow(t *testing.T) {
	got := Row(exampleCase(t))
	want := []string{"998010", "支給認定の申請", "地方税関係情報", "X-A-011", "記載内容の相違", "", "合計所得金額、市町村民税所得割額", "2026-05-02", "2026-05-12",
		"2026-05-02 自団体の操作を確認、2026-05-12 提供者が訂正", "提供者のデータ", "998028", "3", "県民税の額が\n市町村民税の欄にあった", "情報連携の回答"}
	if !slices.Equal(got, want) || len(got) != len(ReportHeader) {
		t.Errorf("got %q", got)
	}
	if got := Row(Case{Kind: models.DiscrepancyNoAnswer, Result: "timeout"}); got[4] != "回答なし" || got[5] != "timeout" || strings.Join(got[6:], "") != "" ||
		len(got) != len(ReportHeader) {
		t.Errorf("an open file: %q", got)
	}
	for _, s := range Steps {
		if row := Row(Case{Steps: []Taken{{Step: s}}}); strings.Contains(row[9], string(s)) || strings.TrimSpace(row[9]) == "" {
			t.Errorf("%s has no word: %q", s, row[9])
		}
	}
	for _, cause := range Causes {
		if row := Row(Case{Cause: cause}); row[10] == string(cause) {
			t.Errorf("%s has no word", cause)
		}
	}
}

// TestRowTellsNoNumber: what looks like an individual number never leaves in a report (P4).
func TestRowTellsNoNumber(t *testing.T) {
	c := exampleCase(t)
	c.WhatHappened = "番号 1234-5678-9018 を誤って入力"
	for _, cell := range Row(c) {
		if strings.Contains(cell, "5678") {
			t.Errorf("%q", cell)
		}
	}
}

func TestEncodeCP932(t *testing.T) {
	for text, want := range map[string]struct{ back, lost string }{
		"":            {"", ""},
		"ひなた市 ｱ 髙﨑①㈱": {"ひなた市 ｱ 髙﨑①㈱", ""},
		"1〜2−3—4‖5":   {"1～2－3―4∥5", ""}, // as Windows has them
		"a\u00a0b¥":   {"a b￥", ""},
		"か\u3099":     {"が", ""},
		"𠮷野家𠮷한":       {"〓野家〓〓", "𠮷한"},
		"辻\U000e0100": {"辻", "\U000e0100"},
		"a\u200bb":    {"ab", "\u200b"},
		"\xffa":       {"〓a", "\ufffd"},
		"😀\r\n":       {"〓\r\n", "😀"},
	} {
		encoded, lost := EncodeCP932(text)
		back, err := japanese.ShiftJIS.NewDecoder().Bytes(encoded)
		if err != nil || string(back) != want.back || string(lost) != want.lost {
			t.Errorf("%q: %q, lost %q, %v", text, back, lost, err)
		}
	}
}

func TestNeutralise(t *testing.T) {
	for cell, want := range map[string]bool{"=1+1": true, "+81": true, "-1": true, "@x": true, "\tx": true, "\rx": true, "\n": true, "＝1": true, "－1": true,
		"＠":   true,
		" =1": true, "\u200b=1": true, "\ufeff@": true, "\x00+": true, "\u00ad\t": true, "": false, "a=1": false, "1-1": false, "'=": false, "ひなた": false,
		"\xff": false} {
		got := Neutralise(cell)
		if (got != cell) != want || want && got != "'"+cell {
			t.Errorf("%q: %q", cell, got)
		}
	}
}

// TestNoCellIsAFormula: neither in UTF-8 nor in CP932 does a cell begin like a formula, and encoding never fails.
func TestNoCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("=+-@＝－\t\r\n \u200b\ufe0f\u3099あ한−\x00")), rapid.Rune())).Draw(t, "text")
		cell := Row(Case{WhatHappened: text})[13]
		encoded, _ := EncodeCP932(cell)
		back, err := japanese.ShiftJIS.NewDecoder().Bytes(encoded)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{cell, string(back)} {
			if s != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", []rune(s)[0]) {
				t.Fatalf("%q from %q", s, text)
			}
		}
	})
}

// A cell that a table program would take for a formula is text.
func TestRowHasNoFormula(t *testing.T) {
	c := exampleCase(t)
	c.WhatHappened = `=HYPERLINK("x"),"引用"`
	if got := Row(c)[13]; got != `'=HYPERLINK("x"),"引用"` {
		t.Errorf("%q", got)
	}
}
