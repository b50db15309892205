package page

import (
	"errors"
	"fmt"
	"html"
	"html/template"
	"reflect"
	"regexp"

	"kosodate.example/onestop/app/wording"
)

// texts are all texts of the pages by their keys. What the service says everywhere (app/wording) is found by its name
// there: "state-draft".
type texts wording.Table

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// readTexts reads texts/*.yaml of every area: key: {ja: …, plain: …, en: …}. A language that is missing, a key that is
// there twice, or other placeholders in one language than in another refuse the whole.
func readTexts(areas []Area) (texts, error) {
	out := texts{}
	var faults []error
	for _, a := range areas {
		table, err := wording.Read(a.Files, "texts")
		if err != nil {
			faults = append(faults, fmt.Errorf("page: %s: %w", a.Name, err))
		}
		for key, t := range table {
			_, twice := out[key]
			_, everywhere := wording.Of(key)
			if twice || everywhere {
				faults = append(faults, fmt.Errorf("page: %s: the text %s is there twice", a.Name, key))
			}
			out[key] = t
		}
	}
	return out, errors.Join(faults...)
}

// find gives a text of the pages, else one of the service.
func (t texts) find(key string) (wording.Text, error) {
	text, ok := t[key]
	if !ok {
		text, ok = wording.Of(key)
	}
	if !ok {
		return text, fmt.Errorf("page: no text %q", key)
	}
	return text, nil
}

// plainText is a text with its values, as characters: for attributes, titles and mails of a page.
func (t texts) plainText(lang, key string, values ...any) (string, error) {
	text, err := t.find(key)
	if err != nil {
		return "", err
	}
	out, err := fill(text.In(lang), values, fmt.Sprint)
	if err != nil {
		return "", fmt.Errorf("page: text %q: %w", key, err)
	}
	return out, nil
}

// markup is a text with its values as HTML; plain Japanese with the readings of its kanji. A value that is HTML already
// stays as it is, anything else is escaped.
func (t texts) markup(lang, key string, values ...any) (template.HTML, error) {
	text, err := t.find(key)
	if err != nil {
		return "", err
	}
	out, err := fill(string(read(lang, text.In(lang))), values, func(v ...any) string {
		if h, ok := v[0].(template.HTML); ok {
			return string(h)
		}
		return html.EscapeString(fmt.Sprint(v...))
	})
	if err != nil {
		return "", fmt.Errorf("page: text %q: %w", key, err)
	}
	return template.HTML(out), nil //nolint:gosec // escaped above
}

// fill puts values, given as name, value, name, value …, into a text. Every value has to be wanted and every
// placeholder filled: a page that shows "{name}" is broken.
func fill(text string, values []any, show func(...any) string) (string, error) {
	if len(values)%2 != 0 {
		return "", errors.New("a name without a value")
	}
	given := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		value := values[i+1]
		if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && !v.IsNil() { // a number that may be missing, and is there
			value = v.Elem().Interface()
		}
		given["{"+fmt.Sprint(values[i])+"}"] = show(value)
	}
	var missing error
	out := placeholder.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := given[name]
		if !ok {
			missing = fmt.Errorf("nothing for %s", name)
		}
		return value
	})
	return out, missing
}
