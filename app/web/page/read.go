package page

import (
	"html"
	"html/template"
)

// read writes a text of the catalogue or of the pages as HTML.
func read(lang, text string) template.HTML {
	return template.HTML(html.EscapeString(text)) //nolint:gosec // escaped
}
