package receipt

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// The marks in the page: which element holds the signed text, and which element shows a value that was signed. The values
// are compared as people read them, not in an attribute beside them.
const (
	// MarkText is the attribute of the element whose text is the signed statement.
	MarkText = "data-signed-receipt"
	// MarkValue is the attribute of an element that shows a signed value; it names the value (Shown).
	MarkValue = "data-signed"
)

// Shown are values as a page shows them, by their names in the page: "number", "arrived", …. A value that a page does not
// show is missing.
type Shown map[string]string

// Held is what a file held.
type Held struct {
	Text  string // the signed statement, for Keys.Verify
	Page  bool   // it was a page, with values shown beside
	Shown Shown  // of a page
}

// Difference is a value that a page shows otherwise than it was signed; an empty text is one that is not there.
type Difference struct{ Name, Shown, Signed string }

// Read finds the signed statement in a file: the bare text, in one line or several, or the page as a browser saved it
// (HTML in UTF-8). Errors: ErrEmpty, ErrTooLarge, ErrNotAReceipt, ErrSeveral.
func Read(raw []byte) (*Held, error) {
	if len(raw) > MaxSize {
		return nil, ErrTooLarge
	}
	raw = bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	switch {
	case len(raw) == 0:
		return nil, ErrEmpty
	case !utf8.Valid(raw):
		return nil, ErrNotAReceipt
	case raw[0] == '<':
		return readPage(raw)
	}
	h := &Held{Text: joined(string(raw))}
	if !strict(h.Text) {
		return nil, ErrNotAReceipt
	}
	return h, nil
}

func readPage(raw []byte) (*Held, error) {
	root, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrNotAReceipt
	}
	h, times := &Held{Page: true, Shown: Shown{}}, map[string]int{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case n.Type != html.ElementNode || a.Namespace != "":
			case a.Key == MarkText && h.Text != "":
				return nil, ErrSeveral
			case a.Key == MarkText:
				h.Text = joined(textOf(n, MaxSize))
			case a.Key == MarkValue:
				h.Shown.add(a.Val, spaced(textOf(n, longestValue)), times)
			}
		}
	}
	if !strict(h.Text) {
		return nil, ErrNotAReceipt
	}
	return h, nil
}

// longestValue is more than the service shows in one value, in bytes; what goes on after it differs anyhow.
const longestValue = 4096

// add keeps a value. One that is there twice is not what the service shows: both are kept, so that it differs; how often it
// comes after that says nothing more.
func (s Shown) add(name, value string, times map[string]int) {
	times[name]++
	switch times[name] {
	case 1:
		s[name] = value
	case 2:
		s[name] += " / " + value
	}
}

// textOf is the text in an element, cut off after the text with which it becomes longer than limit.
func textOf(n *html.Node, limit int) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data[:min(len(d.Data), limit+1)])
		}
		if b.Len() > limit {
			break
		}
	}
	return b.String()
}

// joined takes out the white space that saving, mailing and copying put into a long text.
func joined(s string) string { return strings.Join(strings.Fields(s), "") }

// spaced is a text as a browser shows it: white space is one space.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// Compare names every value that a page shows otherwise than signed, in the order of their names.
func Compare(shown, signed Shown) []Difference {
	all := map[string]bool{}
	for name := range shown {
		all[name] = true
	}
	for name := range signed {
		all[name] = true
	}
	var out []Difference
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if s := spaced(signed[name]); shown[name] != s {
			out = append(out, Difference{Name: name, Shown: shown[name], Signed: s})
		}
	}
	return out
}
