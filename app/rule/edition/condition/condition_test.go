package condition_test

import (
	"slices"
	"testing"

	"kosodate.example/onestop/app/rule/edition/condition"
)

func parse(t *testing.T, text string) condition.Expr {
	t.Helper()
	e, err := condition.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

func TestOneFormForAllWaysToWriteIt(t *testing.T) {
	for _, same := range [][2]string{
		{"facts.a && facts.b", "facts.b && (facts.a && facts.a)"},
		{"facts.need == 'x'", "facts.need in ['x', 'x']"},
		{"!(facts.a || facts.n < 3)", "facts.n >= 3 && facts.a == false"},
		{"facts.n > 2", "!(3 > facts.n)"},
		{"facts.a ? facts.b : facts.c", "!facts.a && facts.c || facts.a && facts.b"},
		{"facts.list.exists(c, c.a && c.b)", "facts.list.exists(c, c.b && c.a)"},
		{"facts.a != 'x'", "!(facts.a in ['x'])"},
	} {
		a, b := condition.Normal(parse(t, same[0])), condition.Normal(parse(t, same[1]))
		if a != b {
			t.Errorf("%s: %s\n%s: %s", same[0], a, same[1], b)
		}
	}
	if condition.Normal(nil) != "" {
		t.Error("what always holds has a form")
	}
}

func TestWhatFollows(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"facts.a && facts.b", "facts.a", true},
		{"facts.a", "facts.a && facts.b", false},
		{"facts.a", "facts.a || facts.b", true},
		{"facts.a || facts.b", "facts.a", false},
		{"facts.n >= 3", "facts.n >= 1", true},
		{"facts.n >= 1", "facts.n >= 3", false},
		{"facts.n < 3", "facts.n < 4", true},
		{"facts.k == 'a'", "facts.k in ['a', 'b']", true},
		{"facts.k in ['a', 'b']", "facts.k == 'a'", false},
		{"facts.k == 'a'", "facts.k != 'b'", true},
		{"facts.k != 'a'", "facts.k == 'b'", false},
		{"facts.k == 'a' && facts.n > 3", "facts.k in ['a', 'b'] && facts.n > 1", true},
		{"facts.a", "", true},
		{"", "facts.a", false},
		{"!facts.a", "facts.a", false},
	} {
		if got := condition.Implies(parse(t, c.a), parse(t, c.b)); got != c.want {
			t.Errorf("%q implies %q: %t", c.a, c.b, got)
		}
	}
}

func TestBranchesAreWhatACaseCanTake(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                nil,
		"facts.a && facts.b":              nil,
		"facts.a || facts.b":              {"facts.a", "facts.b"},
		"facts.x && (facts.a || facts.b)": {"facts.a", "facts.b"},
		"facts.a ? facts.b : facts.c":     {"facts.a", "!(facts.a)"},
		"facts.a ? (facts.b || facts.c) : facts.d": {"facts.a", "!(facts.a)", "facts.a && (facts.b)", "facts.a && (facts.c)"},
	} {
		if got := condition.Branches(parse(t, text)); !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
	if _, err := condition.Parse("facts.a &&"); err == nil {
		t.Error("half a condition was read")
	}
}
