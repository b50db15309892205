// Package address compares two Japanese addresses as papers and registers write them (P12): 1-2-3, 1丁目2番3号 and 一丁目２−３ are one
// place, with or without the prefecture, 大字, and the name of a building; another number never is. It is pure.
package address

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Result is what comparing two addresses gives.
type Result int

// From the surest to the least sure that both are one place.
const (
	Equal     Result = iota // the same characters
	Written                 // the same place, written in another way
	Unsure                  // nothing contradicts, but one says less, or says it in words that only a person can compare
	Different               // another place
)

// String is the result as stored and in tests.
func (r Result) String() string { return [...]string{"equal", "written", "unsure", "different"}[r] }

// Compare compares two addresses. It is symmetric, and an address is equal to itself. Two that have other numbers, or more of them,
// are never Equal or Written.
func Compare(a, b string) Result {
	a, b = norm.NFC.String(strings.TrimSpace(a)), norm.NFC.String(strings.TrimSpace(b))
	switch {
	case a == b:
		return Equal
	case a == "" || b == "":
		return Different
	}
	x, y := read(a), read(b)
	return max(Written, given(x.prefecture, y.prefecture), given(x.county, y.county), words(x.words, y.words), numbers(x, y), buildings(x.building, y.building))
}

// given compares what is often left out.
func given(a, b string) Result {
	if a == "" || b == "" || a == b {
		return Written
	}
	return Different
}

// words compares the names of municipality and town. One that is left out, or is written in kana, a person has to judge.
func words(a, b string) Result {
	if a == b {
		return Written
	}
	ra, rb := []rune(a), []rune(b)
	for len(ra) > 0 && len(rb) > 0 && ra[0] == rb[0] {
		ra, rb = ra[1:], rb[1:]
	}
	for len(ra) > 0 && len(rb) > 0 && ra[len(ra)-1] == rb[len(rb)-1] {
		ra, rb = ra[:len(ra)-1], rb[:len(rb)-1]
	}
	if len(ra) == 0 || len(rb) == 0 || spoken(ra) != spoken(rb) {
		return Unsure
	}
	return Different
}

// spoken says whether a name, or a piece of one, is written in kana alone.
func spoken(name []rune) bool {
	return !slices.ContainsFunc(name, func(r rune) bool { return !kana(r) })
}

// numbers compares 丁目, 番 and 号, and the numbers of rooms. What stands behind the last number of one may be the room of the other.
func numbers(a, b place) Result {
	if len(a.numbers) > len(b.numbers) {
		a, b = b, a
	}
	result := Written
	for i, n := range a.numbers {
		m := b.numbers[i]
		if n.value != m.value {
			return Different
		}
		if n.role != m.role && n.role != none && m.role != none {
			result = Unsure
		}
	}
	var rooms []string
	for _, n := range b.numbers[len(a.numbers):] {
		rooms = append(rooms, strconv.Itoa(n.value))
	}
	rooms = append(rooms, b.rooms...)
	switch {
	case slices.Equal(a.rooms, rooms):
		return result
	case ends(a.rooms, rooms), ends(rooms, a.rooms): // one leaves out the wing, or the room
		return Unsure
	}
	return Different
}

// ends says whether all that one says of a room is the end of what the other says.
func ends(all, tail []string) bool {
	return len(all) >= len(tail) && slices.Equal(all[len(all)-len(tail):], tail)
}

// buildings compares their names. A register often has none; one with a number in it has to be looked at then.
func buildings(a, b string) Result {
	if a == b || (a == "" || b == "") && !strings.ContainsFunc(a+b, digit) {
		return Written
	}
	return Unsure
}
