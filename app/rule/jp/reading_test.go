package jp

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"
)

// What people type: each way of writing is read as meant or refused, never read as something else.

func TestPhonesAndPostalCodesAsTyped(t *testing.T) {
	for in, want := range map[string]string{"+81(0)90-1234-5678": "090-1234-5678", "+81 90 1234 5678": "09012345678", "0120-123-456": "0120-123-456",
		"0000000000": "", "1234567890": "", "+1-202-555-0100": "", "090-1234-567a": "", "": "", "-": "", "+81": ""} {
		if got, ok := NormalisePhone(in); got != want || ok != (want != "") {
			t.Errorf("phone %q: %q %v, want %q", in, got, ok, want)
		}
	}
	for in, want := range map[string]string{"998 0001": "998-0001", "〒 998-0001": "998-0001", "9980001": "998-0001", "９９８‐０００１": "998-0001",
		"1-2-3-4-5-6-7": "", "998-001": "", "998--0001": "", "": "", "99800011": ""} {
		if got, ok := NormalisePostalCode(in); got != want || ok != (want != "") {
			t.Errorf("postal code %q: %q %v, want %q", in, got, ok, want)
		}
	}
}

func TestDaysAsTyped(t *testing.T) {
	for in, want := range map[string]string{"㋿6年5月1日": "2024-05-01", "㍻元年1月8日": "1989-01-08", " 令和 8年 5月 1日 ": "2026-05-01", "2026ー5ー1": "2026-05-01",
		"2026-1 1-1": "", "R8.5.1 0": "", "明治5年12月1日": "", "明治45年7月29日": "1912-07-29", "明治45年7月30日": "1912-07-30", "2026-2-29": ""} {
		if got, err := ParseEraDate(in); (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: %v %v, want %q", in, got, err, want)
		}
	}
}

func dateGen(t *rapid.T) Date {
	return DateOf(time.Date(1873, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 80000).Draw(t, "days")))
}

func TestEraThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dateGen(t)
		if back, err := ParseEraDate(Era(d)); err != nil || back != d {
			t.Fatalf("%s is %s, read as %v %v", d, Era(d), back, err)
		}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s read as %v %v", d, back, err)
		}
	})
}

func TestAgeGrowsOnTheDayBeforeTheBirthday(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := dateGen(t)
		years := rapid.IntRange(1, 90).Draw(t, "years")
		birthday := Date{birth.Year + years, birth.Month, birth.Day}
		if DateOf(birthday.Time()) != birthday { // 29 February in a common year: reached at the end of 28 February
			birthday = Date{birthday.Year, time.March, 1}
		}
		if got := Age(birth, birthday.AddDays(-1)); got != years {
			t.Fatalf("born %s, on the day before %s: %d, want %d", birth, birthday, got, years)
		}
		if got := Age(birth, birthday.AddDays(-2)); got != years-1 {
			t.Fatalf("born %s, two days before %s: %d, want %d", birth, birthday, got, years-1)
		}
	})
}

func TestTermsEndOnOpenDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := dateGen(t)
		days := map[Date]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 20).Draw(t, "closed") {
			days[event.AddDays(n)] = true
		}
		closed := Closed(days)
		last := DeadlineDays(event, 15, closed)
		if closed(last) || last.Before(event.AddDays(15)) {
			t.Fatalf("15 days from %s end on %s", event, last)
		}
		for d := event.AddDays(15); d.Before(last); d = d.AddDays(1) {
			if !closed(d) {
				t.Fatalf("%s was open, the term ends on %s", d, last)
			}
		}
	})
	always := func(Date) bool { return true }
	if d := (Date{2026, 5, 1}); NextOpen(d, always) != d {
		t.Error("offices that never open take the day away")
	}
}

func TestHolders(t *testing.T) {
	for in, want := range map[string]string{"ヰセキ　スヱ": "ｲｾｷ ｽｴ", "ヲカダ": "ｵｶﾀﾞ", "カ）ヒナタ": "ｶ)ﾋﾅﾀ", "ゑみ": "ｴﾐ", "ヴィオラ": "ｳﾞｲｵﾗ", "Ａ．ミナト": "A.ﾐﾅﾄ"} {
		if got, ok := HalfWidthKanaHolder(in); !ok || got != want {
			t.Errorf("holder %q: %q %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", " ", "@ヒナタ", "ヒナタ!", "𠮷"} {
		if got, ok := HalfWidthKanaHolder(in); ok {
			t.Errorf("holder %q was taken as %q", in, got)
		}
	}
}

// FuzzNormalise: nothing typed makes a reader panic, and what was normalised once stays as it is.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"ﾔﾏﾀﾞ ﾊﾅｺ", "〒９９８ー０００１", "+81(0)90-1234-5678", "令和８年５月１日", "12340", "葛\U000e0100城", "AB2C-3D4E-F5GH", "\xff", "ﾞ",
		"+8110-0---000-0-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, normalise := range map[string]func(string) (string, bool){"kana": NormaliseKana, "holder": HalfWidthKanaHolder, "phone": NormalisePhone,
			"postal code": NormalisePostalCode, "receipt number": NormaliseReceiptNumber} {
			once, ok := normalise(s)
			if !ok {
				continue
			}
			if twice, ok := normalise(once); !ok || twice != once {
				t.Errorf("%s %q became %q, then %q %v", name, s, once, twice, ok)
			}
		}
		if d, err := ParseEraDate(s); err == nil && (d.IsZero() || strings.IndexFunc(s, unicode.IsNumber) < 0 && !strings.Contains(s, "元")) {
			t.Errorf("%q is the day %s", s, d)
		}
		if branch, account, err := JapanPost(s, s); err == nil && (!digits(branch, 3) || !digits(account, 7)) {
			t.Errorf("%q is the account %s %s", s, branch, account)
		}
		if name := NormaliseName(s); NormaliseName(name) != name {
			t.Errorf("the name %q changes again", name)
		}
	})
}
