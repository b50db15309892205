package office

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/jp"
)

// planted is how many papers of a hundred say something else than the register: their difference has to be found.
const planted = 20

// Kinds of answer beside the four of the comparison (P12).
const (
	Equal   = "equal"
	Refused = "refused" // what was typed cannot be read, and the page asks for it anew
)

// Tally counts what came out for one kind of paper or of planted difference.
type Tally map[string]int

// Sum is how many there were.
func (t Tally) Sum() (n int) {
	for _, one := range t {
		n += one
	}
	return n
}

// Report is what a trial found.
type Report struct {
	Same    map[string]Tally // papers that say the same as the register, by item: the least sure of their facts
	Planted map[string]Tally // papers that do not, by what is different
	Facts   map[string]Tally // of the papers that say the same: by kind of comparison
	Odd     []string         // every false difference, difference that was not found, and refusal, in words
	Doubts  []string         // what a person has to look at
}

// sheet is one paper: what the reader typed, what the network answers, and what is different on purpose.
type sheet struct {
	document, answer map[string]any
	plant            string
}

// items are what papers are about, as often as they come in a month of a hundred.
var items = []struct {
	name   string
	fields []string
	often  int
}{
	{"resident-record", []string{"family_name_kana", "birth_date", "address", "household_head", "resident_since"}, 50},
	{"local-tax", []string{"total_income", "deductions", "dependants", "municipal_income_levy"}, 25},
	{"family-register", []string{"registered_domicile", "head_of_register", "birth_date"}, 8},
	{"pension", []string{"enrolled_on", "pension_amount"}, 7},
	{"child-rearing-allowance", []string{"certificate_number", "entitled_from"}, 4},
	{"disability", []string{"certificate_kind", "grade", "issued_on"}, 3},
	{"public-assistance", []string{"started_on"}, 3},
}

// Trial compares so many papers, read as a clerk types them, with what the network answers about the same people, by the rules of the
// product and the fields of a catalogue. The same seed gives the same month.
func Trial(cat *catalogue.Catalogue, seed uint64, papers int) (Report, error) {
	c := newClerk(seed)
	out := Report{Same: map[string]Tally{}, Planted: map[string]Tally{}, Facts: map[string]Tally{}}
	for n := range papers {
		item := c.item()
		fields, err := compared(cat, items[item].name, items[item].fields)
		if err != nil {
			return out, err
		}
		s := c.paper(fields, n%100 < planted)
		result, found, err := s.result(fields)
		if s.plant != "" {
			add(out.Planted, s.plant, result)
			if result == Equal || result == discrepancy.Written {
				s.missed(&out)
			}
			continue
		}
		add(out.Same, items[item].name, result)
		s.count(&out, fields, found, err == nil)
	}
	return out, nil
}

func (c *clerk) item() int {
	n := c.IntN(100)
	for i, one := range items {
		if n -= one.often; n < 0 {
			return i
		}
	}
	return 0
}

// compared are the fields by their names, as the catalogue compares them.
func compared(cat *catalogue.Catalogue, item string, names []string) ([]catalogue.ComparedField, error) {
	var out []catalogue.ComparedField
	for _, name := range names {
		i := slices.IndexFunc(cat.Item(item).Fields, func(f catalogue.ComparedField) bool { return f.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("the item %s has no field %s", item, name)
		}
		out = append(out, cat.Item(item).Fields[i])
	}
	return out, nil
}

// paper makes a paper about somebody. Of one with a difference, one fact is another.
func (c *clerk) paper(fields []catalogue.ComparedField, plant bool) sheet {
	s := sheet{document: map[string]any{}, answer: map[string]any{}}
	at := -1
	if plant {
		at = c.IntN(len(fields))
		where := slices.IndexFunc(fields, func(f catalogue.ComparedField) bool { return f.Compare == catalogue.CompareAddress })
		if where >= 0 && c.often(50) { // an address can differ in the most ways
			at = where
		}
	}
	for i, f := range fields {
		said, held, what := c.fact(f, i == at)
		s.document[f.Name], s.answer[f.Name] = said, held
		if i == at {
			s.plant = what
		}
	}
	return s
}

// fact is one fact as it was read from a paper, and as the register holds it; another one where they shall differ, and in what.
func (c *clerk) fact(f catalogue.ComparedField, differ bool) (said, held any, what string) {
	switch {
	case len(f.PartOf) > 0:
		return c.familyName(differ)
	case f.Compare == catalogue.CompareName:
		return c.wholeName(differ)
	case f.Compare == catalogue.CompareAddress:
		p := c.plot()
		q := p
		if differ {
			q, what = c.elsewhere(p)
		}
		return c.where(q), c.where(p), what
	case f.Compare == catalogue.CompareDate:
		d := jp.Date{Year: 1990, Month: time.January, Day: 1}.AddDays(c.IntN(36 * 365))
		other := d
		if differ {
			other, what = d.AddDays(pick(c, 1, -1, 10, 30, 31, 365, -365, 366)), "another date"
		}
		return c.day(other), d.String(), what
	case f.Compare == catalogue.CompareAmount:
		n := c.between(1, 9_000) * pick(c, 1, 10, 100, 1_000)
		other := n
		if differ {
			other, what = pick(c, n+1, n+100, n*10, n+9, n+90_000), "another amount"
		}
		return c.yen(other), float64(n), what
	case f.Name == "dependants":
		n := c.between(0, 5)
		other := n
		if differ {
			other, what = n+c.between(1, 2), "another count"
		}
		return c.count(other), float64(n), what
	case f.Name == "grade":
		n := c.between(1, 6)
		other := n
		if differ {
			other, what = n%6+1, "another grade"
		}
		return c.grade(other), strconv.Itoa(n) + "級", what
	case f.Name == "certificate_number":
		sign, n := pick(c, "", "", "ひ-"), c.between(1, 99_999)
		other := n
		if differ {
			other, what = n+pick(c, 1, 10, 900), "another certificate number"
		}
		return c.certificate(sign, other), pick(c, sign+strconv.Itoa(n), "第"+sign+strconv.Itoa(n)+"号"), what
	}
	kinds := []string{"身体障害者手帳", "療育手帳", "精神障害者保健福祉手帳"}
	n := c.IntN(len(kinds))
	other := n
	if differ {
		other, what = (n+1)%len(kinds), "another kind"
	}
	return pick(c, "", " ") + kinds[other], kinds[n], what
}

// familyName is typed whole or in part; the case knows the person by the name of the register, and takes the part out of the whole.
func (c *clerk) familyName(differ bool) (said, held any, what string) {
	p := c.person()
	q := p
	for differ && q.family == p.family {
		q, what = c.person(), "another family name"
	}
	return discrepancy.FirstPart(c.kana(q, c.often(60)), p.family, p.given), c.inRegister(p.family), what
}

func (c *clerk) wholeName(differ bool) (said, held any, what string) {
	p := c.person()
	q := p
	for differ && (q.foreign != p.foreign || q.family == p.family && q.given == p.given) {
		if q, what = c.person(), "another name"; !p.foreign && !q.foreign && c.often(50) {
			q, what = c.sibling(p, q), "another given name"
		}
	}
	return c.name(q), c.name(p), what
}

// result is the worst answer of a paper's facts, and its differences.
func (s sheet) result(fields []catalogue.ComparedField) (string, []discrepancy.Difference, error) {
	found, err := discrepancy.Compare(fields, s.document, s.answer)
	if err != nil {
		return Refused, nil, err
	}
	worst := Equal
	order := []string{Equal, discrepancy.Written, discrepancy.Unsure, discrepancy.Different}
	for _, d := range found {
		if slices.Index(order, d.Result) > slices.Index(order, worst) {
			worst = d.Result
		}
	}
	return worst, found, nil
}

// count counts the facts of a paper that says the same, and notes in words what is not seen to be.
func (s sheet) count(out *Report, fields []catalogue.ComparedField, found []discrepancy.Difference, readable bool) {
	for _, f := range fields {
		result := Equal
		if !readable {
			result = Refused
			if _, err := discrepancy.Compare([]catalogue.ComparedField{f}, s.document, s.answer); err == nil {
				continue
			}
		}
		if i := slices.IndexFunc(found, func(d discrepancy.Difference) bool { return d.Field == f.Name }); i >= 0 {
			result = found[i].Result
		}
		add(out.Facts, f.Compare, result)
		said := fmt.Sprintf("%s %s: %v | %v", f.Name, result, s.document[f.Name], s.answer[f.Name])
		switch result {
		case discrepancy.Different, Refused:
			out.Odd = append(out.Odd, said)
		case discrepancy.Unsure:
			out.Doubts = append(out.Doubts, said)
		}
	}
}

// missed notes a planted difference that was not found.
func (s sheet) missed(out *Report) {
	for _, name := range slices.Sorted(maps.Keys(s.document)) {
		out.Odd = append(out.Odd, fmt.Sprintf("missed: %s, %s: %v | %v", s.plant, name, s.document[name], s.answer[name]))
	}
}

func add(to map[string]Tally, kind, result string) {
	if to[kind] == nil {
		to[kind] = Tally{}
	}
	to[kind][result]++
}
