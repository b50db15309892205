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
	for rest := head; ; rest = rest[4:] {
		at := bytes.Index(rest, []byte("PK\x03\x04"))
		if at < 0 || len(rest)-at < fixed {
			return false
		}
		rest = rest[at:]
		body := fixed + int(binary.LittleEndian.Uint16(rest[26:])) + int(binary.LittleEndian.Uint16(rest[28:]))
		name := rest[fixed:min(len(rest), fixed+int(binary.LittleEndian.Uint16(rest[26:])))]
		if says(name) || body < len(rest) && string(name) == contentTypes && says(opened(rest[body:], binary.LittleEndian.Uint16(rest[8:]))) {
			return true
		}
	}
}

// says looks for the marks of macros.
func says(text []byte) bool {
	lower := bytes.ToLower(text)
	return bytes.Contains(lower, []byte("vbaproject")) || bytes.Contains(lower, []byte("macroenabled"))
}

// opened gives what a part begins with, as much as is there; the rest may lie behind the head.
func opened(body []byte, method uint16) []byte {
	if method == 0 {
		return body
	}
	text, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), 256<<10)) // torn at the end of the head
	return text
}
