package evidence_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
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

// vectors gives the lines of the published cases.
func vectors(t testing.TB) [][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(text), []byte("\n"))
}

// TestVectors holds the plan to all 300 published cases: what is expected is the answer without id, for an error only
// its code.
func TestVectors(t *testing.T) {
	c := load(t)
	lines := vectors(t)
	if len(lines) != 300 {
		t.Fatalf("%d cases", len(lines))
	}
	for _, line := range lines {
		var want struct {
			ID     string
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
		if got["id"] != want.ID {
			t.Errorf("%s: id is %v", want.ID, got["id"])
		}
		delete(got, "id")
		if e, ok := got["error"].(map[string]any); ok {
			got["error"] = e["code"]
		}
		if !reflect.DeepEqual(got, want.Expect) {
			t.Errorf("%s: got %v\nwant %v", want.ID, got, want.Expect)
		}
	}
}
