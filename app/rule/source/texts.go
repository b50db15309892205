package source

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

// Inheriting is what may leave its own texts to what it stands in or refers to.
type Inheriting interface{ Inherits() bool }

// Texts finds every text that is missing in a language, and every reading that is not in hiragana, below a decoded
// file. It walks the types, so that a text added to a model later is asked for without another line here. A text whose
// key says omitempty may be missing as a whole.
func (l *List) Texts(s *File, decoded any) { l.textsIn(s, reflect.ValueOf(decoded), nil) }

func (l *List) textsIn(s *File, v reflect.Value, path []any) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			l.textsIn(s, v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.textsIn(s, v.Index(i), step(path, i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			l.textsIn(s, v.MapIndex(key), step(path, key.String()))
		}
	case reflect.Struct:
		switch v.Type() {
		case textType:
			l.text(s, v.Interface().(Text), path)
		case namesType:
			n := v.Interface().(Names)
			l.text(s, Text{Ja: n.Ja, Plain: n.Plain, En: n.En}, path)
			if !Hiragana(n.Kana) {
				l.Add(s.At(step(path, "kana")...), "%s.kana is missing or not in hiragana", pathName(path))
			}
		default:
			l.textsInStruct(s, v, path)
		}
	default: // the others go on below
	}
}

func (l *List) textsInStruct(s *File, v reflect.Value, path []any) {
	inheriting, ok := v.Addr().Interface().(Inheriting)
	inherits := ok && inheriting.Inherits()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, option, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if !field.IsExported() || key == "-" || key == "" || (inherits || option == "omitempty") && field.Type == textType && v.Field(i).IsZero() {
			continue
		}
		l.textsIn(s, v.Field(i), step(path, key))
	}
}

func (l *List) text(s *File, t Text, path []any) {
	for _, one := range []struct{ lang, text string }{{Japanese, t.Ja}, {PlainJapanese, t.Plain}, {English, t.En}} {
		if strings.TrimSpace(one.text) == "" {
			l.Add(s.At(path...), "%s.%s is missing: every text is needed in ja, plain and en", pathName(path), one.lang)
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

// Hiragana says whether a text is a reading: in hiragana, and not empty.
func Hiragana(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Hiragana, r) && !strings.ContainsRune("ー・、 　／（）", r) && !(r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}
