package document

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"path"
	"slices"
	"strings"
)

// macroEndings are what office programs call a document with macros.
var macroEndings = []string{".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam"}

// endsAsMacros says whether a name is one of a document with macros.
func endsAsMacros(name string) bool {
	return slices.Contains(macroEndings, strings.ToLower(path.Ext(name)))
}

// contentTypes is the part of an office document that says what each other part is: office programs run macros only of a document that says there that
// it has some.
const contentTypes = "[Content_Types].xml"

// hasMacros says whether an office document says in its head that it has macros: in its content types, or by the part that holds them. It is
// then refused, whatever it calls itself; what comes behind the head is the scanner's.
func hasMacros(head []byte) bool {
	const fixed = 30 // bytes of a part's header before its name
	budget := int64(256 << 10)
	for rest := head; ; rest = rest[4:] {
		at := bytes.Index(rest, []byte("PK\x03\x04"))
		if at < 0 || len(rest)-at < fixed {
			return false
		}
		rest = rest[at:]
		body := fixed + int(binary.LittleEndian.Uint16(rest[26:])) + int(binary.LittleEndian.Uint16(rest[28:]))
		name := rest[fixed:min(len(rest), fixed+int(binary.LittleEndian.Uint16(rest[26:])))]
		if says(name) {
			return true
		}
		if body < len(rest) && string(name) == contentTypes {
			text := opened(rest[body:], rest, budget)
			if budget -= int64(len(text)); says(text) {
				return true
			}
		}
	}
}

// says looks for the marks of macros.
func says(text []byte) bool {
	lower := bytes.ToLower(text)
	return bytes.Contains(lower, []byte("vbaproject")) || bytes.Contains(lower, []byte("macroenabled"))
}

// opened gives what a part begins with, as much as is there and no more than most bytes; the rest may lie behind the head. A head can name many parts
// that are said to lie at one place: all of them share most.
func opened(body, header []byte, most int64) []byte {
	const stored = 0
	if binary.LittleEndian.Uint16(header[8:]) == stored {
		size := int64(binary.LittleEndian.Uint32(header[18:])) // 0 where it stands behind the part
		if size == 0 {
			size = int64(len(body))
		}
		return body[:min(size, most, int64(len(body)))]
	}
	text, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), most)) // torn at the end of the head
	return text
}
