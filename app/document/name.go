package document

import (
	"fmt"
	"iter"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
)

// maxName is the length of a file's name in characters, after normalisation.
const maxName = 255

// machineMade is what phones, scanners and messengers write into a name, where twelve digits in a row are no number of a person: a
// UUID, whose letters a hyphen may hide (…e08-5781-4326-90f…), and a time to the minute or, its year short, to the second (202605011234,
// 260501123456), with or without signs between. One in eleven of them has the check digit of an individual number, and on a phone hardly
// anybody can give a photo another name.
var machineMade = regexp.MustCompile(`([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})` +
	`|(20[0-9]{2}` + day + `)[- ]?(` + clock + `)|([23][0-9]` + day + `)[- ]?(` + clock + `[- ]?[0-5][0-9])`)

const (
	day   = `[- ]?(?:0[1-9]|1[0-2])[- ]?(?:0[1-9]|[12][0-9]|3[01])`
	clock = `(?:[01][0-9]|2[0-3])[- ]?[0-5][0-9]`
)

// renamed parts what machines made of a name with _, so that nobody takes it for an individual number: 20260501_1234.
func renamed(name string) string {
	return machineMade.ReplaceAllStringFunc(name, func(part string) string {
		m := machineMade.FindStringSubmatch(part)
		if m[1] != "" {
			return strings.ReplaceAll(part, "-", "_")
		}
		return m[2] + m[4] + "_" + m[3] + m[5]
	})
}

// cleanName normalises a file's name (jp.Compose, so that the same name typed on a phone and on a computer is the same) and
// refuses one that cannot be a plain file name everywhere: invalid-file with a detail that says why, or
// individual-number (P4). One that a machine made is changed rather than refused for that.
func cleanName(raw string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", badName("name-encoding")
	}
	name := jp.Compose(raw)
	if individual.InText(name) {
		name = renamed(name)
	}
	switch {
	case name == "":
		return "", badName("name-empty")
	case utf8.RuneCountInString(name) > maxName:
		return "", badName("name-too-long")
	case strings.ContainsAny(name, `/\`):
		return "", badName("name-separator")
	case strings.ContainsFunc(name, invisible):
		return "", badName("name-control")
	}
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	for _, end := range [...]rune{first, last} {
		if end == '.' || unicode.IsSpace(end) {
			return "", badName("name-edge")
		}
	}
	if individual.InText(name) {
		return "", fault.New(fault.Refused, fault.CodeIndividualNumber, "name-individual-number").
			With(fault.Detail{Code: fault.CodeIndividualNumber, Pointer: "/name"})
	}
	return name, nil
}

// invisible says whether a character could hide what a name really is: controls, line separators, and those that
// change the direction of the text ("gpj.exe" shown as "exe.jpg"). Joiners and variation selectors are part of names.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff', r == '\u200e', r == '\u200f', r == '\u061c',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

// counted is a name, without its ending, that has a number already.
var counted = regexp.MustCompile(`^(.+?) \(([1-9][0-9]{0,3})\)$`)

// names are those under which a file may stand beside others of its name, without end: its own, then image (2).jpg and so on; a
// name that has a number already goes on from there. One that would be too long loses the last characters before the number.
func names(name string) iter.Seq[string] {
	ending := path.Ext(name)
	stem, first := strings.TrimSuffix(name, ending), 1
	if m := counted.FindStringSubmatch(stem); m != nil {
		stem = m[1]
		first, _ = strconv.Atoi(m[2]) // four digits at most
	}
	return func(yield func(string) bool) {
		if !yield(name) {
			return
		}
		for n := first + 1; ; n++ {
			end := fmt.Sprintf(" (%d)%s", n, ending)
			short := []rune(stem)
			short = short[:min(len(short), max(1, maxName-utf8.RuneCountInString(end)))]
			if !yield(strings.TrimRightFunc(string(short), unicode.IsSpace) + end) {
				return
			}
		}
	}
}

func badName(reason fault.Reason) *fault.Error { return invalidFile(string(reason), reason, "/name") }

// invalidFile refuses a file with the reason as a detail.
func invalidFile(code string, reason fault.Reason, pointer string) *fault.Error {
	return fault.Detail{Code: code, Reason: reason, Pointer: pointer}.Alone(fault.Refused, fault.CodeInvalidFile)
}

// nameIndex is what the blind index is of by which the same name is found again.
const nameIndex = "file-name"

func (a *arrival) nameIndex() []byte { return a.key.BlindIndex(nameIndex, a.name) }
