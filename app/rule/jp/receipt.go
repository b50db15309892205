package jp

import (
	"crypto/rand"
	"strings"
)

// A receipt number (受付番号) is written AB2C-3D4E-F5GH: eleven random characters and a check character. Its alphabet of 31
// has no letters that look like digits or each other, and each group of four begins with a letter, so that no twelve
// digits ever stand together: it can never be taken for an individual number (P4). Thirty-one is prime, so a weighted sum
// finds every wrong character and every two neighbours that changed places.
const (
	receiptAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	receiptLetters  = 8 // where the letters begin
	receiptLength   = 12
)

// NewReceiptNumber makes a receipt number that cannot be guessed from another: about 52 random bits.
func NewReceiptNumber() string {
	var body [receiptLength]byte
	for i := range body[:receiptLength-1] {
		body[i] = randomCharacter(i%4 == 0)
	}
	body[receiptLength-1] = receiptCheck(body[:receiptLength-1])
	return group(string(body[:]))
}

// randomCharacter draws evenly from the alphabet, or from its letters alone.
func randomCharacter(letter bool) byte {
	from := receiptAlphabet
	if letter {
		from = receiptAlphabet[receiptLetters:]
	}
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		if n := int(b[0]); n < 256-256%len(from) {
			return from[n%len(from)]
		}
	}
}

// receiptCheck is the character that makes the sum of value × place, places from 1, divisible by 31.
func receiptCheck(body []byte) byte {
	const prime = len(receiptAlphabet)
	sum := 0
	for i, c := range body {
		sum += (i + 1) * strings.IndexByte(receiptAlphabet, c)
	}
	// 12 × 13 = 156 = 5 × 31 + 1: 13 is the inverse of the last place.
	return receiptAlphabet[(prime-sum%prime)*13%prime]
}

func group(s string) string { return s[:4] + "-" + s[4:8] + "-" + s[8:] }

// NormaliseReceiptNumber reads a receipt number as a person types it: any width and case, with or without hyphens. False
// if it is none.
func NormaliseReceiptNumber(s string) (string, bool) {
	s = strings.ToUpper(bare(s))
	if len(s) != receiptLength {
		return "", false
	}
	for i := range len(s) {
		at := strings.IndexByte(receiptAlphabet, s[i])
		if at < 0 || i%4 == 0 && at < receiptLetters {
			return "", false
		}
	}
	if receiptCheck([]byte(s[:receiptLength-1])) != s[receiptLength-1] {
		return "", false
	}
	return group(s), true
}

// ValidReceiptNumber says whether s is a receipt number exactly as it is written.
func ValidReceiptNumber(s string) bool {
	n, ok := NormaliseReceiptNumber(s)
	return ok && n == s
}
