package residents

import (
	"fmt"
	"strings"
)

// foreign says whether a household is in no Japanese family register.
func foreign(household int) bool { return household%25 == 4 }

// register are the facts of a family register (戸籍), nil for a resident who is in none. A household is one register, with its
// head first, and the head of a household with one parent is divorced; the parents of its adults live elsewhere.
func register(r Resident) map[string]any {
	if r.number > Generated {
		return registerOfNamed(r)
	}
	household := (r.number - 1) / householdSize
	if foreign(household) {
		return nil
	}
	father, mother := parents(r)
	town, _, _ := strings.Cut(places[r.Municipality], "|")
	facts := map[string]any{
		"registered_domicile": fmt.Sprintf("%s大字%d番地", town, 1+spread("domicile", r.Municipality, household)%2_000),
		"head_of_register":    r.Head,
		"birth_date":          r.BirthDate,
		"father_name":         father,
		"mother_name":         mother,
	}
	if single(household) && r.Role == Parent {
		facts["divorced_on"] = date(2022, spread("divorced", r.ID)%(3*365))
	}
	return facts
}

// parents are the names of a generated resident's parents: a child's are the adults of the household, where both live there.
func parents(r Resident) (father, mother string) {
	household := (r.number - 1) / householdSize
	invented := func(side string, of any) string {
		return r.FamilyName + " " + givens[spread(side, r.Municipality, household, of)%len(givens)][0]
	}
	if r.Role != Child {
		return invented("father", r.number), invented("mother", r.number)
	}
	if single(household) {
		return invented("father", 0), r.Head
	}
	return generated(r.Municipality, household*householdSize+2).Name(), r.Head
}

// registerOfNamed is the register of a named resident: the example family's is that of the example forms, whose supporter is
// the applicant's father.
func registerOfNamed(r Resident) map[string]any {
	facts := map[string]any{"registered_domicile": r.Address, "head_of_register": r.Head, "birth_date": r.BirthDate,
		"father_name": r.FamilyName + " 登", "mother_name": r.FamilyName + " 里"}
	switch {
	case r.number == ExampleApplicant:
		facts["father_name"] = "日向 一郎"
	case example(r.number) && r.Role == Child:
		facts["father_name"], facts["mother_name"] = "日向 太郎", "日向 花子"
	case r.number == PersonaParent1Baby:
		facts["mother_name"] = r.Head
	}
	return facts
}
