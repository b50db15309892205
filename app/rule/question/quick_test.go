package question

import (
	"encoding/json"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"pgregory.net/rapid"
)

// quickly are conditions that are decided without CEL, slowly those that are not.
var (
	quickly = []string{
		"facts.has_spouse", "facts.direction == 'increase'", "'decrease' == facts.direction", "facts.direction != 'increase'", "facts.spouse.works",
		"facts.spouse.municipality in ['998010', 'abroad']", "facts.spouse.municipality != place", "facts.spouse.municipality == place", "'foster' in facts.reasons",
		"has(facts.spouse)", "has(facts.spouse.municipality)", "facts.fee == 3", "guardian.main_earner",
		"guardian.relation in ['father', 'other']", "has(guardian.jan1)",
	}
	slowly = []string{
		"facts.fee > 2", "size(facts.guardians) == 1", "facts.reasons.exists(r, r == 'apart')", "facts.start_month == facts.start_month", "true",
		"facts.has_spouse == guardian.main_earner", "(facts.has_spouse ? facts.spouse.works : guardian.main_earner)", "facts.direction in [facts.note]",
	}
)

// TestQuickAgreesWithCEL: over conditions joined at random and answers of every kind, complete or not, what is decided quickly is what
// CEL says, and a condition of comparisons alone is always decided.
func TestQuickAgreesWithCEL(t *testing.T) {
	l := listOf(t, family)
	base, err := l.Env("facts")
	if err != nil {
		t.Fatal(err)
	}
	entry, _ := l.EntryType("guardians")
	env, err := base.Extend(cel.Variable("guardian", entry), cel.Variable("place", types.StringType))
	if err != nil {
		t.Fatal(err)
	}
	both := append(append([]string{}, quickly...), slowly...)
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SampledFrom([][]string{quickly, both}).Draw(t, "leaves")
		text := anyCondition(t, leaves, 3)
		tree, general, err := CompileCondition(env, text)
		if err != nil {
			t.Fatal(text, err)
		}
		q := l.Quick(tree, Names{Top: "facts", Entry: "guardian", List: "guardians", Place: "place"})
		top, guardian := anyFamily(t, l)
		place := types.String(rapid.SampledFrom([]string{"998010", "998020", ""}).Draw(t, "place"))
		want, _, err := general.Eval(map[string]any{"facts": top, "guardian": guardian, "place": place})
		if err != nil {
			t.Fatal(text, err)
		}
		holds, sure := q.Judge(top, guardian, place)
		if sure && holds != (want == types.True) {
			t.Fatalf("%s: quickly %v, by CEL %v", text, holds, want)
		}
		if !sure && len(leaves) == len(quickly) {
			t.Fatalf("%s is not decided", text)
		}
	})
}

func anyCondition(t *rapid.T, leaves []string, depth int) string {
	if kind := rapid.IntRange(0, 3).Draw(t, "kind"); depth > 0 && kind > 0 {
		if kind == 3 {
			return "!(" + anyCondition(t, leaves, depth-1) + ")"
		}
		return "(" + anyCondition(t, leaves, depth-1) + []string{"", " && ", " || "}[kind] + anyCondition(t, leaves, depth-1) + ")"
	}
	return rapid.SampledFrom(leaves).Draw(t, "leaf")
}

// anyFamily is a record of some of the answers of the family, and its one guardian.
func anyFamily(t *rapid.T, l *List) (*Record, ref.Val) {
	parts := map[string][]string{
		"direction": {`"increase"`, `"decrease"`}, "reasons": {`[]`, `["foster"]`, `["apart","foster"]`}, "has_spouse": {`true`, `false`},
		"spouse": {`{"municipality":"998010"}`, `{"municipality":"abroad","works":true}`, `{}`}, "fee": {`0`, `3`}, "start_month": {`"2024-04"`},
		"note": {`"increase"`, `"x"`},
	}
	guardians := []string{``, `"relation":"father"`, `"relation":"other","main_earner":true`, `"jan1":"abroad"`}
	members := []string{`"guardians":[{` + rapid.SampledFrom(guardians).Draw(t, "guardian") + `}]`}
	for _, q := range l.Questions {
		if n := rapid.IntRange(0, len(parts[q.Name])).Draw(t, q.Name); n > 0 {
			members = append(members, `"`+q.Name+`":`+parts[q.Name][n-1])
		}
	}
	var answers map[string]any
	if err := json.Unmarshal([]byte("{"+strings.Join(members, ",")+"}"), &answers); err != nil {
		t.Fatal(err)
	}
	r := l.record.read(answers, ^uint64(0))
	return r, r.Get("guardians").(traits.Lister).Get(types.IntZero)
}
