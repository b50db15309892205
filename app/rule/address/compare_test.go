package address_test

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/address"
)

func lines(t testing.TB, name string) (out []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// places are the ways to write each place.
func places(t testing.TB) (out [][]string) {
	t.Helper()
	for block := range strings.SplitSeq(strings.TrimSpace(strings.Join(lines(t, "same.txt"), "\n")), "\n\n") {
		out = append(out, strings.Split(block, "\n"))
	}
	return out
}

// TestOnePlaceIsOnePlaceHoweverItIsWritten: every pair of a block, both ways round, and no pair of two blocks.
func TestOnePlaceIsOnePlaceHoweverItIsWritten(t *testing.T) {
	all, pairs := places(t), 0
	for i, one := range all {
		for j, a := range one {
			for k, b := range one {
				want := address.Written
				if j == k {
					want = address.Equal
				}
				if got := address.Compare(a, b); got != want {
					t.Errorf("%s | %s: %s, want %s", a, b, got, want)
				}
				pairs++
			}
			for _, other := range all[i+1:] {
				for _, b := range other {
					if got := address.Compare(a, b); got < address.Unsure {
						t.Errorf("%s | %s: %s", a, b, got)
					}
				}
			}
		}
	}
	if pairs < 300 {
		t.Errorf("%d pairs only", pairs)
	}
}

func TestPlacesThatAreNotOne(t *testing.T) {
	for _, line := range lines(t, "apart.txt") {
		part := strings.Split(line, "|")
		for _, pair := range [][]string{{part[0], part[1]}, {part[1], part[0]}} {
			if got := address.Compare(pair[0], pair[1]); got.String() != part[2] {
				t.Errorf("%s | %s: %s, want %s", pair[0], pair[1], got, part[2])
			}
		}
	}
}

// TestAnotherNumberIsAnotherPlace: with any number of any address changed, in any way of writing it.
func TestAnotherNumberIsAnotherPlace(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SampledFrom(all).Draw(t, "place")
		a, b := rapid.SampledFrom(one).Draw(t, "a"), []rune(rapid.SampledFrom(one).Draw(t, "b"))
		var digits []int
		for i, r := range b {
			if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
				digits = append(digits, i)
			}
		}
		if len(digits) == 0 {
			t.Skip("an address without a number: another one is drawn")
		}
		at := rapid.SampledFrom(digits).Draw(t, "at")
		b[at] = b[at] - b[at]%16 + (b[at]%16+rune(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got := address.Compare(a, string(b)); got < address.Unsure {
			t.Fatalf("%s | %s: %s", a, string(b), got)
		}
	})
}

// TestComparingIsSymmetric, and an address is itself, whatever is typed.
func TestComparingIsSymmetric(t *testing.T) {
	pieces := []string{"みなと町", "静岡県", "おか郡", "大字", "字", "あおば", "霞", "ヶ", "が", "丘", "一", "十", "三", "1", "23", "丁目", "番", "番地", "号", "の", "-", "ー", " ", "条",
		"甲", "ハイツ", "室", "棟", "A", "〜", "㈱", "\u200b"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 9).Draw(t, name), "")
		}
		a, b := draw("a"), draw("b")
		if x, y := address.Compare(a, b), address.Compare(b, a); x != y {
			t.Fatalf("%q | %q: %s and %s", a, b, x, y)
		}
		if got := address.Compare(a, a); got != address.Equal {
			t.Fatalf("%q is not itself: %s", a, got)
		}
	})
}

func FuzzCompare(f *testing.F) {
	f.Add("みなと町あおば1丁目2番3号", "みなと町あおば1-2-3")
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := address.Compare(a, b), address.Compare(b, a); x != y {
			t.Errorf("%q | %q: %s and %s", a, b, x, y)
		}
	})
}
