package evidence_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/configs"
)

// load loads the catalogue that comes with the program.
func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// publishedCases are the files of published cases, and how many each has: of every rule, and real situations in trial and full
// operation.
var publishedCases = map[string]int{"catalogue2.jsonl": 428, "real2.jsonl": 60}

// vectors gives the lines of the published cases.
func vectors(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	for _, name := range slices.Sorted(maps.Keys(publishedCases)) {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
		if len(lines) != publishedCases[name] {
			t.Fatalf("%s: %d cases", name, len(lines))
		}
		out = append(out, lines...)
	}
	return out
}

// TestVectors holds the plan to every published case: what is expected is the answer without id, for an error only its code.
func TestVectors(t *testing.T) {
	c := load(t)
	for _, line := range vectors(t) {
		var want struct {
			ID     *string
			Expect map[string]any
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		evidence.Answer(c, named, line, &out)
		var got map[string]any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v", out.Bytes(), err)
		}
		id, _ := got["id"].(string)
		if want.ID == nil || id != *want.ID {
			t.Errorf("%s: id is %v", line, got["id"])
		}
		delete(got, "id")
		if e, ok := got["error"].(map[string]any); ok {
			got["error"] = e["code"]
		}
		if !reflect.DeepEqual(got, want.Expect) {
			t.Errorf("%s: got %v\nwant %v", id, got, want.Expect)
		}
	}
}
