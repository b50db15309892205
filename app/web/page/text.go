package page

import (
	"errors"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// said is one text in the three languages. {name} stands for a value.
type said struct {
	Ja    string `yaml:"ja"`
	Plain string `yaml:"plain"`
	En    string `yaml:"en"`
}

func (t said) in(lang string) string {
	switch lang {
	case Plain:
		return t.Plain
	case English:
		return t.En
	}
	return t.Ja
}

// texts are all texts of the pages by their keys.
type texts map[string]said

var (
	placeholder = regexp.MustCompile(`\{[a-z_]+\}`)
	errText     = errors.New("page: texts")
)

// readTexts reads texts/*.yaml of every area: key: {ja: …, plain: …, en: …}. A language that is missing, a key that is
// there twice, or other placeholders in one language than in another refuse the whole.
func readTexts(areas []Area) (texts, error) {
	out := texts{}
	var faults []error
	for _, a := range areas {
		names, err := fs.Glob(a.Files, "texts/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			raw, err := fs.ReadFile(a.Files, name)
			if err != nil {
				return nil, err
			}
			var file texts
			decoder := yaml.NewDecoder(strings.NewReader(string(raw)))
			decoder.KnownFields(true)
			if err := decoder.Decode(&file); err != nil {
				return nil, fmt.Errorf("%w: %s/%s: %w", errText, a.Name, name, err)
			}
			for key, t := range file {
				if _, twice := out[key]; twice {
					faults = append(faults, fmt.Errorf("%w: %s/%s: %s is there twice", errText, a.Name, name, key))
				}
				if err := t.complete(); err != nil {
					faults = append(faults, fmt.Errorf("%w: %s/%s: %s: %w", errText, a.Name, name, key, err))
				}
				out[key] = t
			}
		}
	}
	return out, errors.Join(faults...)
}

func (t said) complete() error {
	want := placeholders(t.Ja)
	for _, lang := range Languages {
		text := t.in(lang)
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("no text in %s", lang)
		}
		if !slices.Equal(placeholders(text), want) {
			return fmt.Errorf("%s has other values than ja: %v, %v", lang, placeholders(text), want)
		}
	}
	return nil
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// plainText is a text with its values, as characters: for attributes, titles and mails of a page.
func (t texts) plainText(lang, key string, values ...any) (string, error) {
	text, ok := t[key]
	if !ok {
		return "", fmt.Errorf("page: no text %q", key)
	}
	out, err := fill(text.in(lang), values, fmt.Sprint)
	if err != nil {
		return "", fmt.Errorf("page: text %q: %w", key, err)
	}
	return out, nil
}

// markup is a text with its values as HTML; plain Japanese with the readings of its kanji. A value that is HTML already
// stays as it is, anything else is escaped.
func (t texts) markup(lang, key string, values ...any) (template.HTML, error) {
	text, ok := t[key]
	if !ok {
		return "", fmt.Errorf("page: no text %q", key)
	}
	out, err := fill(string(read(lang, text.in(lang))), values, func(v ...any) string {
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
		given["{"+fmt.Sprint(values[i])+"}"] = show(values[i+1])
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
