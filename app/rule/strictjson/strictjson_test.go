package strictjson_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/strictjson"
)

func TestParseKeepsHowItWasWritten(t *testing.T) {
	v, err := strictjson.Parse([]byte(` { "a" : 3.0 , "A":[ 1 , "x\u0041\"" , null,true,false,{} , [] ], "a": -0 } `))
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Get("a").Raw; got != "3.0" {
		t.Errorf("number was written %q", got)
	}
	if name, ok := v.Repeated(); !ok || name != "a" {
		t.Errorf("repeated %q %v", name, ok)
	}
	list := v.Get("A")
	if list.Kind != strictjson.Array || len(list.Items) != 7 || list.Items[1].Text != `xA"` {
		t.Errorf("list is %+v", list)
	}
	if v.Get("b").Kind != strictjson.Absent {
		t.Error("a member that is not there is not absent")
	}
}

func TestShallowLeavesContainersUnread(t *testing.T) {
	v, err := strictjson.Shallow([]byte(`{"a":{"b":["}\\\""]},"c":[{}],"d":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	if a := v.Get("a"); a.Raw != `{"b":["}\\\""]}` || a.Members != nil || a.Kind != strictjson.Object {
		t.Errorf("a is %+v", a)
	}
	if c, d := v.Get("c"), v.Get("d"); c.Raw != "[{}]" || c.Items != nil || d.Text != "x" {
		t.Errorf("c is %+v, d is %+v", c, d)
	}
}

func TestRepeatedInALargeObject(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 100 {
		b.WriteString(`"m` + strconv.Itoa(i) + `":1,`)
	}
	v, err := strictjson.Parse([]byte(b.String() + `"m7":2}`))
	if err != nil {
		t.Fatal(err)
	}
	if name, ok := v.Repeated(); !ok || name != "m7" {
		t.Errorf("repeated %q %v", name, ok)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", " ", "{", "[1,]", "{}{}", "NaN", "01", "\"\xff\"", "\ufeff{}", `{"a":1,}`, "'a'", strings.Repeat("[", 20000)} {
		if _, err := strictjson.Parse([]byte(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestEscape(t *testing.T) {
	if got := strictjson.Escape("a/b~c"); got != "a~1b~0c" {
		t.Error(got)
	}
}

// plain turns a tree into what encoding/json would have made.
func plain(v strictjson.Value) any {
	switch v.Kind {
	case strictjson.Bool:
		return v.Bool
	case strictjson.Number:
		return json.Number(v.Raw)
	case strictjson.String:
		return v.Text
	case strictjson.Array:
		out := []any{}
		for _, item := range v.Items {
			out = append(out, plain(item))
		}
		return out
	case strictjson.Object:
		out := map[string]any{}
		for _, m := range v.Members {
			out[m.Name] = plain(m.Value)
		}
		return out
	default:
		return nil
	}
}

// FuzzParse holds the walker to the standard library: it accepts the same texts and sees the same values.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e-3,"\u3042𠮷"],"b":{"c":null}}`, `[]`, `"\\\""`, `-1`, ` true `, `{"":{"":[[],{}]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := strictjson.Parse(text)
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("accepted %q: %v", text, err)
		}
		shallow, err := strictjson.Shallow(text)
		if err != nil || shallow.Raw != v.Raw || len(shallow.Members) != len(v.Members) {
			t.Fatalf("%q: shallow is %+v, %v", text, shallow, err)
		}
		for i, m := range shallow.Members {
			if m.Name != v.Members[i].Name || m.Value.Raw != v.Members[i].Value.Raw || m.Value.Kind != v.Members[i].Value.Kind {
				t.Fatalf("%q: shallow member %d is %+v", text, i, m)
			}
		}
		if got := plain(v); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
	})
}
