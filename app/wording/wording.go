// Package wording has the texts of what the service says to people, in Japanese, plain Japanese (やさしい日本語) and English;
// app/present says things with them. The texts themselves are data, by subject, in texts/*.yaml; procedures, documents
// and forms bring their own with the catalogue. It is pure.
package wording

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/catalogue"
)

// The languages.
const (
	Japanese = catalogue.Japanese
	Plain    = catalogue.PlainJapanese
	English  = catalogue.English
)

// Languages are all of them, as a page offers them.
var Languages = []string{Japanese, Plain, English}

// Text is one text in the three languages; {name} in it stands for a value, the same ones in each language.
type Text = catalogue.Text

// Table has texts by their names.
type Table map[string]Text

//go:embed texts/*.yaml
var files embed.FS

// texts are this package's own. They are part of the program: one that is broken must not start.
var texts = func() Table {
	t, err := Read(files, "texts")
	if err != nil {
		panic(err)
	}
	return t
}()

// Read gives the texts of every YAML file in a folder: name → {ja, plain, en}. A name that stands in two files, a text that is
// missing in a language, and a placeholder that is not in all three are errors; all of them are named at once.
func Read(files fs.FS, folder string) (Table, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s: there is no text", folder))
	}
	all, wrong := Table{}, []error{}
	for _, name := range names {
		one, err := readFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, key := range slices.Sorted(maps.Keys(one)) {
			if _, twice := all[key]; twice {
				wrong = append(wrong, fmt.Errorf("%s: %s stands in another file too", name, key))
			}
			if err := check(one[key]); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %s: %w", name, key, err))
			}
			all[key] = one[key]
		}
	}
	return all, errors.Join(wrong...)
}

func readFile(files fs.FS, name string) (Table, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var one Table
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&one); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return one, nil
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func check(t Text) error {
	ja := placeholders(t.Ja)
	switch {
	case strings.TrimSpace(t.Ja) == "" || strings.TrimSpace(t.Plain) == "" || strings.TrimSpace(t.En) == "":
		return errors.New("a text is needed in ja, plain and en")
	case !slices.Equal(ja, placeholders(t.Plain)) || !slices.Equal(ja, placeholders(t.En)):
		return errors.New("the placeholders in {} differ between the languages")
	}
	return nil
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// In is a text in a language; any other language than plain and en gets Japanese. Empty for a name that the table does not have.
func (t Table) In(name, lang string) string { return t[name].In(lang) }

// In is a text of the service in a language: In("state-draft", Plain). Empty for a name that there is not.
func In(name, lang string) string { return texts.In(name, lang) }

// Of is a text of the service in all languages; false for a name that there is not.
func Of(name string) (Text, bool) {
	t, ok := texts[name]
	return t, ok
}

// Group gives all texts whose names begin with a prefix, by the rest of their names: Group("receipt-page-", lang)["title"].
func Group(prefix, lang string) map[string]string {
	out := map[string]string{}
	for name, t := range texts {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out[rest] = t.In(lang)
		}
	}
	return out
}

// Fill puts values into a text: Fill("{a}", "a", "x") is "x". What a value itself has in braces stays as it is.
func Fill(text string, pairs ...string) string {
	named := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		named = append(named, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(named...).Replace(text)
}
