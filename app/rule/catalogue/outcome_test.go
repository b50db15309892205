package catalogue_test

import (
	"errors"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
)

func yen(n int64) *int64 { return &n }

func sameOutcome(a, b catalogue.Outcome) bool {
	if (a.Amount == nil) != (b.Amount == nil) || a.Amount != nil && *a.Amount != *b.Amount {
		return false
	}
	return a.Eligible == b.Eligible && a.Category == b.Category
}

// TestOutcomeOfEachItem has an answer of each item, and what follows from it (R3).
func TestOutcomeOfEachItem(t *testing.T) {
	tests := map[string]struct {
		item   string
		answer map[string]any
		want   catalogue.Outcome
	}{
		"resident":          {"resident-record", map[string]any{"address": "ひなた市一丁目1番1号"}, catalogue.Outcome{Eligible: true}},
		"resident, removed": {"resident-record", map[string]any{"removed_on": "2026-03-31"}, catalogue.Outcome{}},
		"resident, blank":   {"resident-record", map[string]any{"removed_on": " "}, catalogue.Outcome{Eligible: true}},
		"resident, null":    {"resident-record", map[string]any{"removed_on": nil}, catalogue.Outcome{Eligible: true}},
		"tax": {"local-tax", map[string]any{"total_income": 3_200_000.0, "municipal_income_levy": 126_000.0}, catalogue.Outcome{Eligible: true,
			Category: "taxed", Amount: yen(126_000)}},
		"tax, none": {"local-tax", map[string]any{"total_income": 0, "municipal_income_levy": int64(0)}, catalogue.Outcome{Eligible: true,
			Category: "non-taxed", Amount: yen(0)}},
		"tax, income unknown": {"local-tax", map[string]any{"dependants": 2.0}, catalogue.Outcome{}},
		"pension": {"pension", map[string]any{"scheme": "employees", "pension_amount": 780_000.0}, catalogue.Outcome{Eligible: true,
			Category: "employees", Amount: yen(780_000)}},
		"pension, national":    {"pension", map[string]any{"scheme": "national"}, catalogue.Outcome{Category: "national"}},
		"allowance":            {"child-rearing-allowance", map[string]any{"certificate_number": "ひ-0001"}, catalogue.Outcome{Eligible: true, Category: "receiving"}},
		"disability":           {"disability", map[string]any{"grade": "2級"}, catalogue.Outcome{Eligible: true, Category: "2級"}},
		"assistance":           {"public-assistance", map[string]any{"started_on": "2022-07-01"}, catalogue.Outcome{Eligible: true, Category: "receiving"}},
		"assistance, ended":    {"public-assistance", map[string]any{"ended_on": "2023-07-01"}, catalogue.Outcome{Category: "ended"}},
		"register":             {"family-register", map[string]any{"guardian_since": "2023-05-01"}, catalogue.Outcome{Eligible: true}},
		"a field of no item":   {"resident-record", map[string]any{"vaccine": "MR"}, catalogue.Outcome{Eligible: true}},
		"nothing in an answer": {"local-tax", nil, catalogue.Outcome{}},
	}
	c, seen := load(t), map[string]bool{}
	for name, test := range tests {
		seen[test.item] = true
		got, err := c.Item(test.item).OutcomeOf(test.answer)
		if err != nil || !sameOutcome(got, test.want) {
			t.Errorf("%s: %+v %v, want %+v", name, got, err, test.want)
		}
	}
	for _, item := range c.Items() {
		if !seen[item] {
			t.Errorf("%s has no example", item)
		}
	}
}

// TestOutcomeOfAnAnswerThatMeansNothing: it is a person's to look at, and no fact is in the message.
func TestOutcomeOfAnAnswerThatMeansNothing(t *testing.T) {
	c := load(t)
	for name, test := range map[string]struct {
		item   string
		answer map[string]any
	}{
		"a part of a yen":    {"local-tax", map[string]any{"total_income": 1.0, "municipal_income_levy": 7654.5}},
		"an amount as text":  {"local-tax", map[string]any{"municipal_income_levy": "7654円"}},
		"beyond all money":   {"pension", map[string]any{"scheme": "employees", "pension_amount": 7654e300}},
		"a grade as number":  {"disability", map[string]any{"grade": 7654.0}},
		"a scheme as truth":  {"pension", map[string]any{"scheme": true}},
		"an amount as truth": {"pension", map[string]any{"scheme": "employees", "pension_amount": true}},
	} {
		out, err := c.Item(test.item).OutcomeOf(test.answer)
		if err == nil || strings.Contains(err.Error(), "7654") {
			t.Errorf("%s: %+v, error %v", name, out, err)
		}
	}
}

// TestOutcomesThatDoNotLoad: each is a clear error with file and line.
func TestOutcomesThatDoNotLoad(t *testing.T) {
	const shared, levy = "_common.yaml", `has(answer.municipal_income_levy) ? answer.municipal_income_levy : null`
	for name, test := range map[string]struct{ old, replacement, want string }{
		"unknown key": {"      eligible: has(answer.total_income)", "      eligable: has(answer.total_income)", `_common.yaml:39: unknown key "eligable"`},
		"does not compile": {"eligible: has(answer.total_income)", "eligible: has(answer.total_income",
			"_common.yaml:39: item local-tax: outcome eligible: does not compile: "},
		"another variable": {"eligible: has(answer.total_income)", "eligible: has(facts.total_income)",
			"_common.yaml:39: item local-tax: outcome eligible: does not compile: "},
		"unknown field": {"eligible: has(answer.total_income)", "eligible: has(answer.total_incomes)",
			`_common.yaml:39: item local-tax: outcome eligible: the item has no field "total_incomes"`},
		"unknown, in":       {"eligible: has(answer.total_income)", "eligible: \"'income' in answer\"", `the item has no field "income"`},
		"unknown, by index": {"has(answer.total_income)", "has(answer.total_income) && answer['income'] == 1", `the item has no field "income"`},
		"not a boolean": {"eligible: has(answer.total_income)", "eligible: size(answer)",
			"_common.yaml:39: item local-tax: outcome eligible: gives int, not bool"},
		"not a text":    {`"has(answer.scheme) ? answer.scheme : ''"`, "has(answer.scheme)", "item pension: outcome category: gives bool, not string"},
		"not an amount": {levy, "'' + 'x'", "item local-tax: outcome amount: gives string, not int"},
		"no guard":      {levy, "answer.municipal_income_levy", "_common.yaml:41: item local-tax: outcome amount: fails on an answer without its fields"},
		"none":          {"eligible: has(answer.total_income)", "eligible: ''", "_common.yaml:39: item local-tax: outcome.eligible is missing"},
	} {
		_, err := catalogue.Load(changed(t, shared, test.old, test.replacement))
		var faults catalogue.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestWhatAVersionAsksAnItemToDecide: a version cannot compare an outcome that its item does not have.
func TestWhatAVersionAsksAnItemToDecide(t *testing.T) {
	const change = "child-allowance-change.yaml"
	_, err := catalogue.Load(changed(t, change, "outcome: eligibility", "outcome: amount"))
	if want := change + ":121: item resident-record decides no amount"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	item := load(t).Item("disability")
	for kind, want := range map[string]bool{catalogue.OutcomeEligibility: true, catalogue.OutcomeCategory: true, catalogue.OutcomeAmount: false, "maybe": false} {
		if item.Decides(kind) != want {
			t.Errorf("disability decides %s: %v", kind, !want)
		}
	}
}

// What entitles is the procedure's where it says so: a pension of another scheme for single parents, a record that was
// removed for one who died.
func TestAProcedureSaysWhatEntitles(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	kind := map[string]any{"scheme": "national", "pension_kind": "老齢基礎年金", "pension_amount": 780000.0}
	alive := map[string]any{"address": "ひなた市", "birth_date": "1985-02-03"}
	dead := map[string]any{"address": "ひなた市", "birth_date": "1985-02-03", "removed_on": "2026-11-01"}
	for _, x := range []struct {
		procedure, item string
		answer          map[string]any
		eligible        bool
	}{
		{"single-parent-annual", "pension", kind, true}, {"child-allowance-claim", "pension", kind, false},
		{"child-allowance-unpaid", "resident-record", dead, true}, {"child-allowance-unpaid", "resident-record", alive, false},
		{"child-allowance-claim", "resident-record", dead, false}, {"child-allowance-claim", "resident-record", alive, true},
	} {
		got, err := c.OutcomeOf(c.Procedure(x.procedure).Latest(), x.item, x.answer)
		if err != nil || got.Eligible != x.eligible {
			t.Errorf("%s, %s: %+v %v, want eligible %v", x.procedure, x.item, got, err, x.eligible)
		}
	}
}
