package strictjson

import "encoding/json"

// walker goes once through a text that json.Valid accepted; it therefore has no error states of its own.
type walker struct {
	text string
	pos  int

	shallow bool // skip the containers inside an object
	inside  bool // an object is open

	// Values and members of the containers still open; copied to exactly sized slices when their container closes.
	items   []Value
	members []Member
}

func (w *walker) space() {
	for w.pos < len(w.text) {
		switch w.text[w.pos] {
		case ' ', '\t', '\r', '\n':
			w.pos++
		default:
			return
		}
	}
}

func (w *walker) value() Value {
	w.space()
	start := w.pos
	var v Value
	switch w.text[w.pos] {
	case '{':
		if v.Kind = Object; w.skipped() {
			break
		}
		v = w.object()
	case '[':
		if v.Kind = Array; w.skipped() {
			break
		}
		v = w.array()
	case '"':
		v = Value{Kind: String, Text: w.str()}
	case 't':
		w.pos += len("true")
		v = Value{Kind: Bool, Bool: true}
	case 'f':
		w.pos += len("false")
		v = Value{Kind: Bool}
	case 'n':
		w.pos += len("null")
		v = Value{Kind: Null}
	default:
		w.number()
		v = Value{Kind: Number}
	}
	v.Raw = w.text[start:w.pos]
	return v
}

// skipped goes past a container that is not wanted; false if it is.
func (w *walker) skipped() bool {
	if !w.shallow || !w.inside {
		return false
	}
	for depth := 0; ; w.pos++ {
		switch w.text[w.pos] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				w.pos++
				return true
			}
		case '"':
			for w.pos++; w.text[w.pos] != '"'; w.pos++ {
				if w.text[w.pos] == '\\' {
					w.pos++
				}
			}
		}
	}
}

func (w *walker) number() {
	for w.pos < len(w.text) {
		switch c := w.text[w.pos]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			w.pos++
		default:
			return
		}
	}
}

// str reads a string token. Only one with an escape in it needs the standard library and memory of its own.
func (w *walker) str() string {
	start := w.pos
	escaped := false
	for w.pos++; ; w.pos++ {
		switch w.text[w.pos] {
		case '\\':
			escaped = true
			w.pos++
		case '"':
			w.pos++
			token := w.text[start:w.pos]
			if !escaped {
				return token[1 : len(token)-1]
			}
			var s string
			if err := json.Unmarshal([]byte(token), &s); err != nil {
				panic("strictjson: the standard library refused a token that it had accepted: " + err.Error())
			}
			return s
		}
	}
}

func (w *walker) array() Value {
	base := len(w.items)
	for w.pos++; ; w.pos++ {
		w.space()
		if w.text[w.pos] == ']' { // only an empty array gets here with its bracket still to read
			break
		}
		v := w.value()
		w.items = append(w.items, v)
		w.space()
		if w.text[w.pos] == ']' {
			break
		}
	}
	w.pos++
	out := Value{Kind: Array}
	if n := len(w.items) - base; n > 0 {
		out.Items = append(make([]Value, 0, n), w.items[base:]...)
		w.items = w.items[:base]
	}
	return out
}

func (w *walker) object() Value {
	base := len(w.members)
	w.inside = true
	for w.pos++; ; w.pos++ {
		w.space()
		if w.text[w.pos] == '}' {
			break
		}
		name := w.str()
		w.space()
		w.pos++ // the colon
		v := w.value()
		w.members = append(w.members, Member{Name: name, Value: v})
		w.space()
		if w.text[w.pos] == '}' {
			break
		}
	}
	w.pos++
	out := Value{Kind: Object}
	if n := len(w.members) - base; n > 0 {
		out.Members = append(make([]Member, 0, n), w.members[base:]...)
		w.members = w.members[:base]
	}
	return out
}
