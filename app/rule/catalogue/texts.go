package catalogue

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

var (
	textType  = reflect.TypeFor[Text]()
	namesType = reflect.TypeFor[Names]()
)

// texts finds every text that is missing in a language, and every reading that is not in hiragana, below a decoded
// file. It walks the types, so that a text added to the model later is asked for without another line here.
func (b *builder) texts(s *source, decoded any) {
	b.textsIn(s, reflect.ValueOf(decoded), nil)
}

func (b *builder) textsIn(s *source, v reflect.Value, path []any) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			b.textsIn(s, v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			b.textsIn(s, v.Index(i), step(path, i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			b.textsIn(s, v.MapIndex(key), step(path, key.String()))
		}
	case reflect.Struct:
		switch v.Type() {
		case textType:
			b.text(s, v.Interface().(Text), path)
		case namesType:
			n := v.Interface().(Names)
			b.text(s, Text{Ja: n.Ja, Plain: n.Plain, En: n.En}, path)
			if n.Kana == "" || !hiragana(n.Kana) {
				b.add(s.at(step(path, "kana")...), "%s.kana is missing or not in hiragana", pathName(path))
			}
		default:
			b.textsInStruct(s, v, path)
		}
	}
}

func (b *builder) textsInStruct(s *source, v reflect.Value, path []any) {
	// What uses a definition may leave its texts to it, and the element of a list may leave them to the list.
	f, isFact := v.Addr().Interface().(*Fact)
	inherits := isFact && (f.Use != "" || f.Name == "")
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if !field.IsExported() || key == "-" || key == "" || inherits && field.Type == textType && v.Field(i).IsZero() {
			continue
		}
		b.textsIn(s, v.Field(i), step(path, key))
	}
}

func (b *builder) text(s *source, t Text, path []any) {
	for _, l := range []struct{ lang, text string }{{Japanese, t.Ja}, {PlainJapanese, t.Plain}, {English, t.En}} {
		if strings.TrimSpace(l.text) == "" {
			b.add(s.at(path...), "%s.%s is missing: every text is needed in ja, plain and en", pathName(path), l.lang)
		}
	}
}

// step is a path one longer, with memory of its own.
func step(path []any, next any) []any { return append(slices.Clip(slices.Clone(path)), next) }

// pathName is the last named part of a path, enough beside file and line.
func pathName(path []any) string {
	for _, p := range slices.Backward(path) {
		if name, ok := p.(string); ok {
			return name
		}
	}
	return "text"
}

func hiragana(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Hiragana, r) && !strings.ContainsRune("ー・、 　／（）", r) && !(r >= '0' && r <= '9') {
			return false
		}
	}
	return true
}
