package jp

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Compose brings the marks of kana and Latin letters to one form (NFC) and leaves every ideograph as it was typed: NFC replaces those
// that are registered as characters of their own (CJK compatibility ideographs) by others, so that a family name 神 (U+FA19) would
// come back as 神 (U+795E), which its bearer does not write. Two texts that are compared, not kept, are folded by NFC besides.
func Compose(s string) string {
	at := strings.IndexFunc(s, ownIdeograph)
	if at < 0 {
		return norm.NFC.String(s)
	}
	var out strings.Builder
	for ; at >= 0; at = strings.IndexFunc(s, ownIdeograph) {
		out.WriteString(norm.NFC.String(s[:at]))
		s = s[at:]
		end := strings.IndexFunc(s, func(r rune) bool { return !ownIdeograph(r) })
		if end < 0 {
			end = len(s)
		}
		out.WriteString(s[:end])
		s = s[end:]
	}
	out.WriteString(norm.NFC.String(s))
	return out.String()
}

// ownIdeograph says whether NFC would make another ideograph of one: the two blocks of compatibility ideographs.
func ownIdeograph(r rune) bool { return r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f }
