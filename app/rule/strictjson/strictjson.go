// Package strictjson reads one JSON text into a tree that keeps what encoding/json forgets and the rules need:
// how a number was written (3.0 is not 3), members given twice, and names that differ only in case.
//
// The standard library judges whether the text is JSON at all; this package only walks what was judged well formed. It also has
// the one form in which JSON is signed (Canonical).
package strictjson

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds of RFC 8259; Absent is the zero Value, which stands for a member that is not there.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is one JSON value. Its strings share the memory of the text that was parsed.
type Value struct {
	Kind    Kind
	Raw     string   // the value as it was written
	Text    string   // String: its characters, escapes resolved
	Bool    bool     // Bool: which
	Items   []Value  // Array: the elements
	Members []Member // Object: the members in the order in which they were written, repeated ones too
}

// Member is a name and its value.
type Member struct {
	Name  string
	Value Value
}

// ErrNotJSON says that a text is not one JSON value in UTF-8.
var ErrNotJSON = errors.New("strictjson: not a JSON text in UTF-8")

// Parse reads text, which must hold exactly one JSON value in valid UTF-8, nested at most as deep as encoding/json
// allows (10,000). Anything else is ErrNotJSON.
func Parse(text []byte) (Value, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return Value{}, ErrNotJSON
	}
	w := walker{text: string(text)}
	return w.value(), nil
}

// Shallow is Parse, but the containers inside an object are left as they were written: they have only Kind and Raw.
// It is for a text of which a part is read by somebody else, or only if the rest is right.
func Shallow(text []byte) (Value, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return Value{}, ErrNotJSON
	}
	w := walker{text: string(text), shallow: true}
	return w.value(), nil
}

// Get gives the first member of that exact name, or an Absent value.
func (v *Value) Get(name string) *Value {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return &v.Members[i].Value
		}
	}
	return &absent
}

var absent Value

// Repeated gives the name of the first member that stands for a second time, if there is one.
// Objects here have few members, so comparing each with each before it beats a map.
func (v *Value) Repeated() (name string, found bool) {
	const few = 32
	if len(v.Members) <= few {
		for i := range v.Members {
			for j := range i {
				if v.Members[i].Name == v.Members[j].Name {
					return v.Members[i].Name, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]struct{}, len(v.Members))
	for i := range v.Members {
		if _, ok := seen[v.Members[i].Name]; ok {
			return v.Members[i].Name, true
		}
		seen[v.Members[i].Name] = struct{}{}
	}
	return "", false
}

// Twice gives the pointer below v, starting with a slash, to the first member at any depth that stands for a second time in its
// object; false if there is none.
func (v *Value) Twice() (pointer string, found bool) {
	if name, ok := v.Repeated(); ok {
		return "/" + Escape(name), true
	}
	for i := range v.Members {
		if rest, ok := v.Members[i].Value.Twice(); ok {
			return "/" + Escape(v.Members[i].Name) + rest, true
		}
	}
	for i := range v.Items {
		if rest, ok := v.Items[i].Twice(); ok {
			return "/" + strconv.Itoa(i) + rest, true
		}
	}
	return "", false
}

// Escape makes a member name safe inside a JSON Pointer (RFC 6901).
func Escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
