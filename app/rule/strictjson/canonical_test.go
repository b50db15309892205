package strictjson_test

import (
	"testing"

	"kosodate.example/onestop/app/rule/strictjson"
)

type named struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// TestCanonicalIsOneText: members sorted, no white space, numbers and signs as they were written.
func TestCanonicalIsOneText(t *testing.T) {
	in := named{"<あ>&", 9007199254740993}
	raw, err := strictjson.Canonical(in)
	if err != nil || string(raw) != `{"count":9007199254740993,"name":"<あ>&"}` {
		t.Fatalf("%s, %v", raw, err)
	}
	var out named
	canonical := func() ([]byte, error) { return strictjson.Canonical(out) }
	if err := strictjson.ReadCanonical(raw, &out, canonical); err != nil || out != in {
		t.Errorf("%+v, %v", out, err)
	}
	for _, text := range []string{`{"name":"a","count":1}`, `{"count":1, "name":"a"}`, `{"count":1,"name":"a"}{}`, `{"count":1,"count":1,"name":"a"}`,
		`{"count":1,"more":1,"name":"a"}`, `{"count":1}`, `{"Count":1,"name":"a"}`, `{`} {
		out = named{}
		if err := strictjson.ReadCanonical([]byte(text), &out, canonical); err == nil {
			t.Errorf("%s is taken for the canonical form of %+v", text, out)
		}
	}
}
