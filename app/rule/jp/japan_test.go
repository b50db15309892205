package jp

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/individual"
)

// vectors are the published cases, a copy of which lies in testdata.
type vectors struct {
	Municipality []struct {
		Code  string
		Valid bool
	} `json:"municipality_code"`
	Individual []struct {
		Number string
		Valid  bool
	} `json:"individual_number"`
	Corporate []struct {
		Number string
		Valid  bool
	} `json:"corporate_number"`
	Age []struct {
		Birth, At string
		Age       int
	} `json:"age_on"`
	FiscalYear []struct {
		Date string
		Year int `json:"fiscal_year"`
	} `json:"fiscal_year"`
	Era []struct {
		Date, Ja string
	} `json:"era"`
	Deadline []struct {
		Event, Closed string
		LastDay       string `json:"last_day"`
	} `json:"deadline_15_days"`
}

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/japan.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Municipality {
		if got := ValidMunicipality(c.Code); got != c.Valid {
			t.Errorf("municipality %q: %v, want %v", c.Code, got, c.Valid)
		}
	}
	for _, c := range v.Individual {
		if got := individual.InText("番号は " + c.Number + " です"); got != c.Valid {
			t.Errorf("individual number %q in a text: %v, want %v", c.Number, got, c.Valid)
		}
	}
	for _, c := range v.Corporate {
		if got := ValidCorporateNumber(c.Number); got != c.Valid {
			t.Errorf("corporate number %q: %v, want %v", c.Number, got, c.Valid)
		}
	}
	for _, c := range v.Age {
		if got := Age(day(t, c.Birth), day(t, c.At)); got != c.Age {
			t.Errorf("born %s, on %s: %d, want %d", c.Birth, c.At, got, c.Age)
		}
	}
	for _, c := range v.FiscalYear {
		if got := FiscalYear(day(t, c.Date)); got != c.Year {
			t.Errorf("fiscal year of %s: %d, want %d", c.Date, got, c.Year)
		}
	}
	for _, c := range v.Era {
		if got := Era(day(t, c.Date)); got != c.Ja {
			t.Errorf("era of %s: %s, want %s", c.Date, got, c.Ja)
		}
		if back, err := ParseEraDate(c.Ja); err != nil || back.String() != c.Date {
			t.Errorf("%s: %v %v, want %s", c.Ja, back, err, c.Date)
		}
	}
	for _, c := range v.Deadline {
		days := map[Date]bool{}
		for _, word := range strings.Fields(strings.ReplaceAll(c.Closed, ",", " ")) {
			if d, err := ParseDate(word); err == nil {
				days[d] = true
			}
		}
		if got := DeadlineDays(day(t, c.Event), 15, Closed(days)); got.String() != c.LastDay {
			t.Errorf("15 days from %s: %s, want %s", c.Event, got, c.LastDay)
		}
	}
	if len(v.Municipality)+len(v.Individual)+len(v.Corporate)+len(v.Age)+len(v.FiscalYear)+len(v.Era)+len(v.Deadline) < 60 {
		t.Error("cases are missing from testdata/japan.json")
	}
}

func TestDatesThatDoNotExist(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "2026-1-1", "2026/01/01", "20260101",
		"２０２６-01-01", " 2026-01-01", "2026-01-01T00:00:00Z"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %v", s, d)
		}
	}
	for _, s := range []string{"平成47年5月1日", "令和元年4月30日", "昭和80年1月8日", "令和0年5月1日", "令和8年2月30日", "R8/13/1", "西暦2026年", "6/5/1", "昭和元年12月24日"} {
		if d, err := ParseEraDate(s); err == nil {
			t.Errorf("%q was read as %v", s, d)
		}
	}
	for in, want := range map[string]string{"R8.5.1": "2026-05-01", "令和８年５月１日": "2026-05-01", "2026/5/1": "2026-05-01", "2026年5月1日": "2026-05-01",
		"ｈ31.4.30": "2019-04-30", "令和元年5月1日": "2019-05-01", "2026-05-01": "2026-05-01", "大正15年12月24日": "1926-12-24", "平成31年6月1日": "2019-06-01",
		"昭和64年1月8日": "1989-01-08", "ﾚｲﾜ6年5月1日": "2024-05-01", "へいせい 元年 1月8日": "1989-01-08", "㋿6.5.1": "2024-05-01"} {
		if d, err := ParseEraDate(in); err != nil || d.String() != want {
			t.Errorf("%q: %v %v, want %s", in, d, err, want)
		}
	}
}

func TestReceiptNumbers(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		n := NewReceiptNumber()
		if seen[n] || !ValidReceiptNumber(n) || individual.InText(n) || individual.InText("123456789018"[:rapid.IntRange(0, 11).Draw(t, "before")]+n+"0123") {
			t.Fatalf("%s: repeated, not valid, or like an individual number", n)
		}
		seen[n] = true
		if back, ok := NormaliseReceiptNumber(strings.ToLower(strings.ReplaceAll(n, "-", " "))); !ok || back != n {
			t.Fatalf("%s typed in lower case: %s %v", n, back, ok)
		}
		body := []byte(strings.ReplaceAll(n, "-", ""))
		i := rapid.IntRange(0, 11).Draw(t, "place")
		c := receiptAlphabet[rapid.IntRange(0, 30).Draw(t, "character")]
		if old := body[i]; c != old {
			body[i] = c
			if ValidReceiptNumber(group(string(body))) {
				t.Fatalf("%s with %c at %d is accepted", n, c, i)
			}
			body[i] = old
		}
		if i < 11 && body[i] != body[i+1] {
			body[i], body[i+1] = body[i+1], body[i]
			if ValidReceiptNumber(group(string(body))) {
				t.Fatalf("%s with %d and %d exchanged is accepted", n, i, i+1)
			}
		}
	})
}

func TestNamesKeepEveryCharacter(t *testing.T) {
	for _, s := range []string{"𠮷田", "葛\U000e0100城", "渡邉", "髙橋", "Ａｎｎａ"} {
		if got := NormaliseName(" " + s + "\u3000"); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	for in, want := range map[string]string{"やまだ": "ヤマダ", "ﾔﾏﾀﾞ ﾊﾅｺ": "ヤマダ　ハナコ", "ヤマダ": "ヤマダ", "じょん・すみす": "ジョン・スミス", "ラーメン": "ラーメン"} {
		if got, ok := NormaliseKana(in); !ok || got != want {
			t.Errorf("kana %q: %q %v, want %q", in, got, ok, want)
		}
	}
	for _, s := range []string{"山田", "Yamada", "", "ヤマダ1"} {
		if got, ok := NormaliseKana(s); ok {
			t.Errorf("kana %q was taken as %q", s, got)
		}
	}
	for in, want := range map[string]string{"ヤマダ　ハナコ": "ﾔﾏﾀﾞ ﾊﾅｺ", "しょうじ": "ｼﾖｳｼﾞ", "ﾔﾏﾀﾞ ﾊﾅｺ": "ﾔﾏﾀﾞ ﾊﾅｺ", "yamada": "YAMADA", "パーク": "ﾊﾟ-ｸ"} {
		if got, ok := HalfWidthKanaHolder(in); !ok || got != want {
			t.Errorf("holder %q: %q %v, want %q", in, got, ok, want)
		}
	}
	if _, ok := HalfWidthKanaHolder("山田"); ok {
		t.Error("a holder in kanji was taken")
	}
}

func TestCodesThatPeopleType(t *testing.T) {
	if branch, account, err := JapanPost("１２３４０", "12345671"); err != nil || branch != "238" || account != "1234567" {
		t.Errorf("JapanPost: %s %s %v", branch, account, err)
	}
	for _, c := range [][2]string{{"22340", "12345671"}, {"1234", "11"}, {"12340", "12345678"}, {"12340", "1"}} {
		if _, _, err := JapanPost(c[0], c[1]); err == nil {
			t.Errorf("JapanPost(%s, %s) was taken", c[0], c[1])
		}
	}
	if got, ok := NormalisePostalCode("〒９９８ー０００１"); !ok || got != "998-0001" {
		t.Errorf("postal code: %q %v", got, ok)
	}
	for in, want := range map[string]string{"０９０-1234-5678": "090-1234-5678", "+81-90-1234-5678": "090-1234-5678", "03(1234)5678": "03-1234-5678",
		"0312345678": "0312345678"} {
		if got, ok := NormalisePhone(in); !ok || got != want {
			t.Errorf("phone %q: %q %v, want %q", in, got, ok, want)
		}
	}
	if _, ok := NormalisePhone("123"); ok {
		t.Error("123 was taken as a phone")
	}
}

func TestSchoolYearsAndMonths(t *testing.T) {
	for _, x := range []struct {
		birth Date
		end   string
		month string
	}{
		{Date{2021, 4, 1}, "2024-03-31", "2024-04"}, {Date{2021, 4, 2}, "2025-03-31", "2024-05"},
		{Date{2018, 8, 1}, "2022-03-31", "2021-08"}, {Date{2018, 8, 2}, "2022-03-31", "2021-09"},
		{Date{2020, 2, 29}, "2023-03-31", "2023-03"}, {Date{2021, 1, 1}, "2024-03-31", "2024-01"}, {Date{}, "0000-00-00", ""},
	} {
		if end, month := SchoolYearEnd(x.birth, 3), MonthAfterAge(x.birth, 3); end.String() != x.end || month != x.month {
			t.Errorf("%s: %s and %s", x.birth, end, month)
		}
	}
	if got := SchoolYearEnd(Date{2020, 2, 29}, 4).String(); got != "2024-03-31" { // reached on 28 February of a leap year
		t.Error(got)
	}
}
