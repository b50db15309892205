package individual

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestWhatLooksLikeOne(t *testing.T) {
	for text, want := range map[string]bool{
		"123456789018": true, "1234-5678-9018": true, "1234 5678 9018": true, "１２３４５６７８９０１８": true, "1234ー5678ー9018": true, "①②③④⑤⑥⑦⑧9018": true,
		"1234\u200b56789018": true, "x123456789018y": true, "IMG_123456789018.jpg": true, "個人番号１２３４５６７８９０１８です": true,
		"1️⃣2️⃣3️⃣456789018": true, "1234─5678─9018": true, "1234━5678━9018": true, "1234\u18065678\u18069018": true, "1234—5678—9018": true,
		"1234−5678−9018": true, "１２３４－５６７８－９０１８": true, "1234ｰ5678ｰ9018": true, "1234\u00ad56789018": true, "1234\u30005678\u00a09018": true,
		"𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟖": true, "1-23456789018": true,
		// An unbroken run decides by itself, and so does a line's end.
		"123456789018 5月生": true, "090-1234-5678 123456789018": true, "123456789018-1": true, "090-1234-5678\n1234-5678-9018": true, "3\n123456789018\n4": true,
		"1234 5678 9018\r\n090": true,
		// Longer runs, other check digits, other signs between, more than one of them.
		"": false, "12345678901": false, "1123456789018": false, "1234567890189": false, "1234-5678-9019": false, "000000000000": false,
		"090-1234-5678": false, "1234x5678x9018": false, "12345678-9018-1": false, "1234\n5678\n9018": false, "1234  5678  9018": false,
		"1234〜5678〜9018": false, "1234,5678,9018": false, "1234/5678/9018": false, "1234\t5678\t9018": false, "090-1234-5678 1234-5678-9018": false,
	} {
		if got := InText(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// slow is the rule by the letter: NFKC, then every chain of groups.
func slow(text string) bool {
	kept := strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		if r != '\n' && joins(r) {
			return '-'
		}
		return r
	}, norm.NFKC.String(text))
	for _, chain := range regexp.MustCompile(`[0-9]+(?:-[0-9]+)*`).FindAllString(kept, -1) {
		groups := strings.Split(chain, "-")
		for _, digits := range append(groups, strings.Join(groups, "")) {
			if len(digits) == length && digits != "000000000000" && string('0'+rune(check([length]byte(minusZero(digits))))) == digits[length-1:] {
				return true
			}
		}
	}
	return false
}

func minusZero(digits string) []byte {
	out := []byte(digits)
	for i := range out {
		out[i] -= '0'
	}
	return out
}

func TestByTheLetter(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"1234", "5678", "9018", "123456789018", "621498320257", "0", "７", "①", " ", "-", "ー", "\u200b", "\n", "\t", "a", "〜", "年",
		"\u20e3", "  "})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
		if got, want := InText(text), slow(text); got != want {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}

// generated makes eleven digits and the right last one.
func generated(r *rand.Rand) string {
	var d [length]byte
	for i := range length - 1 {
		d[i] = byte(r.IntN(10))
	}
	d[0] = byte(1 + r.IntN(9))
	d[length-1] = check(d)
	for i := range d {
		d[i] += '0'
	}
	return string(d[:])
}

func one(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// Ten thousand numbers as people write them, between what people write beside them.
func TestTenThousandAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		n := generated(r)
		sep := one(r, "-", " ", "　", "－", "ー", "—", "‐")
		grouped := one(r, n[:4]+sep+n[4:8]+sep+n[8:], n[:3]+sep+n[3:6]+sep+n[6:9]+sep+n[9:], n[:6]+sep+n[6:])
		before := one(r, "", "個人番号 ", "個人番号：", "私のは", "電話は090-1234-5678です。", "生年月日 令和6年5月1日\n", "2026-05-01\n", "No.")
		after := one(r, "", "です", "\n090-1234-5678", "（5月生）", "、よろしく", ".jpg")
		if r.IntN(2) == 0 { // unbroken, whatever stands beside it but a digit
			grouped = one(r, n, wide(n), n[:5]+"\u200b"+n[5:])
			before, after = one(r, before, "IMG_", "090-1234-5678 ", "2026-05-01 "), one(r, after, " 5月生", "-1", "_01.pdf")
		}
		if text := before + grouped + after; !InText(text) {
			t.Fatalf("%q is not found", text)
		}
	}
}

func wide(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}

// Ten thousand that are none: another check digit, another length, other signs between, and what is written every day.
func TestTenThousandAreLeftAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 10_000 {
		n := generated(r)
		wrong := n[:11] + string('0'+(n[11]-'0'+byte(1+r.IntN(9)))%10)
		text := one(r,
			wrong, wrong[:4]+"-"+wrong[4:8]+"-"+wrong[8:], n[:11], "1"+n, n+"0", n[:4]+"/"+n[4:8]+"/"+n[8:], n[:4]+"〜"+n[4:], n[:6]+"\n"+n[6:], n[:4]+" - "+n[4:],
			n[:4]+"円、"+n[4:8]+"円、"+n[8:]+"円", fmt.Sprintf("090-%s-%s", n[:4], n[4:8]), fmt.Sprintf("〒%s-%s %d番地", n[:3], n[3:7], r.IntN(999)),
			fmt.Sprintf("20%02d-%02d-%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28)),
			fmt.Sprintf("普通 %s", n[:7]), fmt.Sprintf("%s-%s-%s と %s", n[:3], n[3:6], n[6:10], n[10:]),
		)
		if InText(text) {
			t.Fatalf("%q is taken for one", text)
		}
	}
}

// What encoding/json makes of an answer from outside is looked at to its last leaf.
func TestValues(t *testing.T) {
	for text, want := range map[string]bool{
		`"123456789018"`: true, `123456789018`: true, `1.23456789018e11`: true, `{"a":[1,{"b":"1234 5678 9018"}]}`: true, `{"123456789018":1}`: true,
		`[123456789018]`: true, `12345678901.8`: false, `-5`: false, `123456789019`: false, `null`: false, `true`: false, `{"a":["x",2026]}`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if got := In(v); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if !In(json.Number("123456789018")) {
		t.Error("a number that was left as it stood")
	}
}

func FuzzInText(f *testing.F) {
	f.Add("1234-5678-9018")
	f.Add("１２３４ー５６７８\u200b９０１８")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		if found := InText(text); InText("a"+text+"\n") != found && !startsWithMark(text) {
			t.Errorf("%q: %v, but not so between other signs", text, found)
		}
	})
}

// startsWithMark: a mark at the head goes to the letter before it, and both become another character.
func startsWithMark(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.Is(unicode.M, r)
}

// Time a byte must not grow with the length.
func BenchmarkInText(b *testing.B) {
	for name, size := range map[string]int{"1KB": 1 << 10, "1MB": 1 << 20} {
		text := strings.Repeat("1 2-3ー4", size/9)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				InText(text)
			}
		})
	}
}
