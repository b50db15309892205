package residents

import "fmt"

// truth are the facts of a resident and an item as they are, or nil if there are none: a child pays no tax. The names are
// the item's fields in configs/procedures/_common.yaml. Each call makes a new map.
func (g *Register) truth(r Resident, item string) map[string]any {
	adult := r.Role != Child
	switch item {
	case "resident-record":
		facts := map[string]any{
			"family_name_kana": r.FamilyKana,
			"birth_date":       r.BirthDate,
			"address":          r.Address,
			"household_head":   r.Head,
			"resident_since":   r.Since,
		}
		if r.Removed != "" {
			facts["removed_on"] = r.Removed
		}
		return facts
	case "local-tax":
		if adult {
			return tax(r)
		}
	case "pension":
		if adult {
			return pension(r)
		}
	case "child-rearing-allowance", "disability", "public-assistance":
		return benefit(r, item)
	case "family-register":
		return register(r)
	case "vaccination":
		return map[string]any{"vaccine": "MR", "given_on": yearsAfter(r.BirthDate, 1), "doses": 1 + spread("doses", r.ID)%2}
	case "infant-checkup":
		if !adult {
			return map[string]any{"checkup": "18-months", "seen_on": yearsAfter(r.BirthDate, 2), "weight_g": 9_000 + spread("weight", r.ID)%3_000}
		}
	}
	return nil
}

// tax follows the shape of the real thing, in yen: 6 % of the taxable income go to the municipality, 4 % to the prefecture.
func tax(r Resident) map[string]any {
	income := 1_800_000 + spread("income", r.ID)%500*10_000
	deductions, dependants := 600_000+spread("deductions", r.ID)%80*10_000, 2
	switch r.number {
	case ExampleApplicant:
		income, deductions, dependants = 3_200_000, 1_100_000, 1
	case ExampleSpouse:
		income, deductions, dependants = 4_100_000, 1_350_000, 0
	}
	if r.Role == Elder {
		dependants = 0
	}
	taxable := (income - deductions) / 1_000 * 1_000
	return map[string]any{"total_income": income, "deductions": deductions, "dependants": dependants,
		"municipal_income_levy": taxable * 6 / 100 / 100 * 100, "prefectural_income_levy": taxable * 4 / 100 / 100 * 100}
}

// scheme is the pension scheme a resident is in, one of the values of the fact "pension".
func scheme(r Resident) string {
	switch s := spread("scheme", r.ID) % 10; {
	case r.number > Generated, s < 6:
		return "employees"
	case s < 9:
		return "national"
	}
	return "private-school-mutual"
}

func pension(r Resident) map[string]any {
	facts := map[string]any{"scheme": scheme(r), "enrolled_on": date(2010, spread("enrolled", r.ID)%(12*365)), "pension_kind": "なし", "pension_amount": 0}
	if example(r.number) {
		facts["enrolled_on"] = "2018-04-01"
	}
	if r.Role == Elder {
		facts["pension_kind"], facts["pension_amount"] = "老齢基礎年金", 780_000
	}
	return facts
}

// benefit are facts that only some residents have: the example family all of them, so that each procedure's example can be
// gone through to its end.
func benefit(r Resident, item string) map[string]any {
	household, member := (r.number-1)/householdSize, (r.number-1)%householdSize
	holds, number := example(r.number), r.number%1_000
	if r.number <= Generated {
		holds, number = map[string]bool{"child-rearing-allowance": single(household) && member == 0, "disability": household%12 == 5 && member == 0,
			"public-assistance": household%40 == 9}[item], r.number
	}
	if !holds {
		return nil
	}
	switch item {
	case "child-rearing-allowance":
		return map[string]any{"certificate_number": fmt.Sprintf("ひ-%04d", number), "entitled_from": "2024-04-01"}
	case "disability":
		return map[string]any{"certificate_kind": "身体障害者手帳", "grade": fmt.Sprintf("%d級", 1+number%6), "issued_on": "2019-10-01"}
	}
	return map[string]any{"started_on": "2022-07-01"}
}

// yearsAfter is the same day some years later, as text; 29 February becomes 1 March.
func yearsAfter(day string, years int) string {
	var y, m, d int
	if _, err := fmt.Sscanf(day, "%d-%d-%d", &y, &m, &d); err != nil {
		return day
	}
	if m == 2 && d == 29 {
		m, d = 3, 1
	}
	return fmt.Sprintf("%04d-%02d-%02d", y+years, m, d)
}
