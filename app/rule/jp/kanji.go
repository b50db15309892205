package jp

// Numeral is what a kanji counts, 10, 100 and 1000 included; -1 if it counts nothing.
func Numeral(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '零':
		return 0
	}
	for i, one := range []rune("〇一二三四五六七八九") {
		if r == one {
			return i
		}
	}
	return -1
}

// KanjiNumber reads a number of kanji that count, 二十四 and 二四.
func KanjiNumber(text string) int {
	total, current := 0, 0
	for _, r := range text {
		if n := Numeral(r); n < 10 {
			current = current*10 + n
		} else {
			total, current = total+max(current, 1)*n, 0
		}
	}
	return total + current
}
