package document

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
)

func TestNamesThatAreTaken(t *testing.T) {
	for raw, want := range map[string]string{
		"証明書.pdf":                         "証明書.pdf",
		"か\u3099っこう.jpg":                  "がっこう.jpg", // as a Mac sends it
		"課税証明書 (1).PDF":                   "課税証明書 (1).PDF",
		"𠮷田.png":                          "𠮷田.png",
		"辻\U000E0100.png":                 "辻\U000E0100.png", // a variation selector
		"a..b.pdf":                        "a..b.pdf",
		strings.Repeat("あ", 251) + ".pdf": strings.Repeat("あ", 251) + ".pdf",
		"IMG_2026.jpg":                    "IMG_2026.jpg",
		// Twelve digits in a row with the check digit of an individual number, but from a machine: renamed.
		"1c604e08-5781-4326-90f2-e15b5a97c832.pdf":   "1c604e08_5781_4326_90f2_e15b5a97c832.pdf",
		"写真1C604E08-5781-4326-90F2-E15B5A97C832.JPG": "写真1C604E08_5781_4326_90F2_E15B5A97C832.JPG",
		"202605010000.pdf":                           "20260501_0000.pdf",
		"scan-20260501-0107.pdf":                     "scan-20260501_0107.pdf",
		"2026-05-01 02-04.png":                       "2026-05-01_02-04.png",
		"202605010001.pdf":                           "202605010001.pdf",                // no check digit
		strings.Repeat("か\u3099", 251) + ".pdf":      strings.Repeat("が", 251) + ".pdf", // 255 after normalisation
	} {
		if got, err := cleanName(raw); err != nil || got != want {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}

// A camera's or a scanner's time is renamed where it looks like an individual number, never refused; every digit stays.
func TestATimeIsNeverRefused(t *testing.T) {
	renamed := 0
	for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(7*time.Hour + 13*time.Minute + 11*time.Second) {
		for _, layout := range []string{"200601021504", "20060102-1504", "2006-01-02 15-04", "2006 01 02 15 04", "060102150405",
			"060102-150405", "06-01-02 15-04-05"} {
			taken := "IMG_" + at.Format(layout) + ".jpg"
			name, err := cleanName(taken)
			if err != nil {
				t.Fatalf("%s: %v", taken, err)
			}
			if name != taken {
				renamed++
			}
			if digitsOf(name) != digitsOf(taken) {
				t.Fatalf("%s became %s", taken, name)
			}
		}
	}
	if renamed < 500 {
		t.Errorf("only %d had the check digit", renamed)
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func TestNamesThatAreRefused(t *testing.T) {
	for raw, detail := range map[string]string{
		"":                                "name-empty",
		"../secret.pdf":                   "name-separator",
		`..\secret.pdf`:                   "name-separator",
		"/etc/passwd":                     "name-separator",
		"a/b.pdf":                         "name-separator",
		"..":                              "name-edge",
		".":                               "name-edge",
		".pdf":                            "name-edge",
		"a.pdf.":                          "name-edge",
		" a.pdf":                          "name-edge",
		"a.pdf ":                          "name-edge",
		"\u3000a.pdf":                     "name-edge",
		"a\x00.pdf":                       "name-control",
		"a\n.pdf":                         "name-control",
		"a\x7f.pdf":                       "name-control",
		"a\u0085.pdf":                     "name-control",
		"a\u202efdp.exe":                  "name-control",
		"a\u2028.pdf":                     "name-control",
		"a\xff.pdf":                       "name-encoding",
		strings.Repeat("あ", 252) + ".pdf": "name-too-long",
		strings.Repeat("a", 300):          "name-too-long",
		"1234 5678 9018.pdf":              fault.CodeIndividualNumber,
		"1234-5678-9018_1c604e08-5781-4326-90f2-e15b5a97c832.pdf": fault.CodeIndividualNumber,
		"１２３４５６７８９０１８.pdf":                                        fault.CodeIndividualNumber,
	} {
		_, err := cleanName(raw)
		code := fault.CodeInvalidFile
		if detail == fault.CodeIndividualNumber {
			code = detail
		}
		wantFault(t, raw, err, fault.Refused, code, detail)
	}
}

// Whatever is taken is a plain file name: normalised, not longer than it may be, and the same when it comes again.
func TestATakenNameIsPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ ./\\a-z\x{200b}-\x{202f}]{0,12}`)).Draw(t, "name")
		name, err := cleanName(raw)
		if err != nil {
			return
		}
		again, err := cleanName(name)
		if err != nil || again != name || !norm.NFC.IsNormalString(name) || utf8.RuneCountInString(name) > maxName ||
			strings.ContainsAny(name, "/\\\x00\r\n") || name == ".." || name != strings.TrimSpace(name) {
			t.Fatalf("%q became %q, %v", raw, name, err)
		}
	})
}
