package discrepancy

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
)

// maxCategory bounds the category of an outcome, in characters.
const maxCategory = 100

// CheckReading refuses what a reviewer typed from a document unless it can be compared: facts of the fields that the
// procedure compares and no other, each as its kind wants it, at least one of them; and an outcome with the category or the
// amount if that is what the item decides (kind, catalogue.Linkage.Outcome) and the document entitles. Without fields (a
// document that no other office can be asked for) there are no facts to give. An individual number in a text is the
// caller's to refuse (P4).
//
// Error: invalid-request with a detail for each thing that is wrong, by pointer (/facts/birth_date, /outcome/amount).
func CheckReading(fields []catalogue.ComparedField, kind string, facts map[string]any, outcome catalogue.Outcome) error {
	faults := checkFacts(fields, facts)
	fail := func(pointer, code string, reason fault.Reason) {
		faults = append(faults, fault.Detail{Code: code, Reason: reason, Pointer: pointer})
	}
	category := strings.TrimSpace(outcome.Category)
	switch {
	case kind == catalogue.OutcomeCategory && outcome.Eligible && category == "":
		fail("/outcome/category", "required", "which-category")
	case utf8.RuneCountInString(category) > maxCategory:
		fail("/outcome/category", codeLong, "category-too-long")
	}
	switch {
	case outcome.Amount == nil && kind == catalogue.OutcomeAmount && outcome.Eligible:
		fail("/outcome/amount", "required", "which-amount")
	case outcome.Amount != nil && (*outcome.Amount > maxAmount || *outcome.Amount < -maxAmount):
		fail("/outcome/amount", codeAmount, "not-an-amount")
	}
	if len(faults) > 0 {
		return unreadable(faults)
	}
	return nil
}

func checkFacts(fields []catalogue.ComparedField, facts map[string]any) []fault.Detail {
	var faults []fault.Detail
	var names []string
	given := false
	for _, f := range fields {
		names = append(names, f.Name)
		v := facts[f.Name]
		if blank(v) {
			continue
		}
		given = true
		if _, wrong := formOf(f.Compare, v); wrong != nil {
			faults = append(faults, wrong.at(factPointer(f.Name)))
		}
	}
	list := strings.Join(names, ", ")
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if slices.Contains(names, name) {
			continue
		}
		d := fault.Detail{Code: codeOther, Reason: "nothing-compared", Pointer: factPointer(name)}
		if len(names) > 0 {
			d.Reason, d.Params = "not-compared", []fault.Param{fault.Ref("fields", list)}
		}
		faults = append(faults, d)
	}
	if len(names) > 0 && !given {
		faults = append(faults, fault.Detail{
			Code:    codeNothing,
			Pointer: "/facts",
			Params:  []fault.Param{fault.Ref("fields", list)},
		})
	}
	return faults
}
