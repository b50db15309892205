// Package office writes papers as the offices of the country write them, each with the answer that the network gives about the same
// person, and lays the two beside each other by the rules of the product (R3, P12): a month's trial without a month. It is pure and
// repeatable: one seed is one month. Names, towns and people are invented.
package office

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
)

// clerk draws what an office writes. Every choice is made by its generator alone.
type clerk struct{ *rand.Rand }

func newClerk(seed uint64) *clerk {
	return &clerk{rand.New(rand.NewPCG(seed, 0x0ff1ce))} //nolint:gosec // the same seed has to give the same month
}

// pick takes one of what there is.
func pick[T any](c *clerk, all ...T) T { return all[c.IntN(len(all))] }

// often says yes so many times of a hundred.
func (c *clerk) often(percent int) bool { return c.IntN(100) < percent }

// between is a number of a range, both ends included.
func (c *clerk) between(least, most int) int { return least + c.IntN(most-least+1) }

// wide writes ASCII in full width.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > ' ' && r <= '~':
			return r + 0xfee0
		case r == ' ':
			return '\u3000'
		}
		return r
	}, s)
}

// kanjiDigits are digits as they stand in a text that is written from top to bottom.
const kanjiDigits = "〇一二三四五六七八九"

// kanji writes a number in words: 二十三.
func kanji(n int) string {
	digits := []rune(kanjiDigits)
	out := ""
	for _, unit := range []struct {
		of   int
		word string
	}{{1000, "千"}, {100, "百"}, {10, "十"}} {
		if d := n / unit.of; d > 1 {
			out += string(digits[d%10]) + unit.word
		} else if d == 1 {
			out += unit.word
		}
		n %= unit.of
	}
	if n > 0 || out == "" {
		out += string(digits[n])
	}
	return out
}

// day writes a day in one of the ways of papers and of those who read them.
func (c *clerk) day(d jp.Date) string {
	y, m, n := strconv.Itoa(d.Year), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Day)
	two := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	era := jp.Era(d) // 令和元年5月1日
	name, rest := string([]rune(era)[:2]), string([]rune(era)[2:])
	year, _, _ := strings.Cut(rest, "年")
	letter := map[string]string{"令和": "R", "平成": "H", "昭和": "S", "大正": "T", "明治": "M"}[name]
	number := strings.Replace(year, "元", "1", 1)
	inWords := func() string {
		if year != "元" {
			n, _ := strconv.Atoi(year)
			return kanji(n)
		}
		return year
	}
	short := string([]rune(name)[:1]) // 令6.5.1
	switch c.IntN(20) {
	case 18:
		return short + number + pick(c, ".", "．", "・") + m + pick(c, ".", "．") + n
	case 19:
		return short + two(number) + "年" + two(m) + "月" + two(n) + "日"
	case 0, 1, 2, 3, 4:
		return era
	case 5, 6:
		return wide(era)
	case 7:
		return name + " " + number + "年 " + m + "月 " + n + "日"
	case 8:
		return letter + number + "." + m + "." + n
	case 9:
		return letter + two(number) + "." + two(m) + "." + two(n)
	case 10:
		return wide(letter + number + "." + m + "." + n)
	case 11:
		return strings.ToLower(letter) + number + "/" + m + "/" + n
	case 12:
		return y + "-" + two(m) + "-" + two(n)
	case 13:
		return y + "年" + m + "月" + n + "日"
	case 14:
		return pick(c, y+"/"+m+"/"+n, y+"."+m+"."+n)
	case 15:
		return y + two(m) + two(n)
	case 16:
		return name + inWords() + "年" + kanji(int(d.Month)) + "月" + kanji(d.Day) + "日"
	}
	spoken := map[string]string{"令和": "ﾚｲﾜ", "平成": "ﾍｲｾｲ", "昭和": "ｼｮｳﾜ", "大正": "ﾀｲｼｮｳ", "明治": "ﾒｲｼﾞ"}[name]
	return pick(c, spoken, spoken, name) + number + "年" + m + "月" + n + "日" + pick(c, "", "生")
}

// yen writes a sum as certificates print it and as people type it.
func (c *clerk) yen(n int) string {
	plain := strconv.Itoa(n)
	grouped := plain
	for at := len(grouped) - 3; at > 0; at -= 3 {
		grouped = grouped[:at] + "," + grouped[at:]
	}
	switch c.IntN(12) {
	case 0, 1, 2:
		return plain
	case 3, 4:
		return grouped
	case 5:
		return grouped + "円"
	case 6:
		return wide(grouped) + pick(c, "", "円")
	case 7:
		return wide(plain)
	case 8:
		return pick(c, "¥", "￥") + grouped + pick(c, "", "-", "−", "ー")
	case 9:
		return plain + pick(c, "円", " 円")
	case 10:
		return pick(c, "金", "金 ") + grouped + pick(c, "円", "円也", "円整")
	}
	return pick(c, "*", "**", "＊＊＊") + grouped // filled up, so that nothing can be written before it
}

// count writes how many people there are.
func (c *clerk) count(n int) string {
	plain := strconv.Itoa(n)
	return pick(c, plain, plain, plain+"人", wide(plain), wide(plain)+"人", plain+" 人", kanji(n)+"人", plain+"名")
}

// certificate writes the number of a certificate.
func (c *clerk) certificate(sign string, n int) string {
	plain := sign + strconv.Itoa(n)
	if c.often(5) {
		return sign + "00" + strconv.Itoa(n)
	}
	return pick(c, plain, plain, "第"+plain+"号", "第 "+plain+" 号", wide(plain), "第"+wide(plain)+"号", "No."+plain, "№ "+plain)
}

// grade writes a grade (等級).
func (c *clerk) grade(n int) string {
	return pick(c, strconv.Itoa(n)+"級", wide(strconv.Itoa(n))+"級", kanji(n)+"級", strconv.Itoa(n)+" 級", "第"+strconv.Itoa(n)+"級")
}
