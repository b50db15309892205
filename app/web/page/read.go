package page

import (
	"html"
	"html/template"
	"strings"

	"kosodate.example/onestop/app/wording"
)

// read writes a text of the catalogue or of the pages as HTML; in plain Japanese with the readings of its kanji.
func read(lang, text string) template.HTML {
	if lang != Plain {
		return template.HTML(html.EscapeString(text)) //nolint:gosec // escaped
	}
	var out strings.Builder
	for _, s := range wording.Ruby(text) {
		if s.Reading == "" {
			out.WriteString(html.EscapeString(s.Text))
			continue
		}
		out.WriteString("<ruby>" + html.EscapeString(s.Text) + "<rp>（</rp><rt>" + html.EscapeString(s.Reading) + "</rt><rp>）</rp></ruby>")
	}
	return template.HTML(out.String()) //nolint:gosec // escaped
}

// Plaintext is a text that a person wrote, or a name, as HTML: every character as it is, lines kept, and never a reading.
func Plaintext(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")) //nolint:gosec // escaped
}
