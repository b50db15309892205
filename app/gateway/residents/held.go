package residents

import (
	"slices"
	"time"
)

// Kinds of answer that hold no facts, as the network names them.
const (
	Answered      = "answered"
	noRecord      = "no-record"
	noLinkingCode = "no-linking-code"
)

// Provider is a body that holds facts. All are invented.
type Provider struct{ Code, Name, English string }

// Providers are all there are: the municipalities themselves, and national bodies.
var Providers = []Provider{
	{"998010", "ひなた市（架空）", "Hinata City (invented)"}, {"998028", "みなと町（架空）", "Minato Town (invented)"},
	{"998036", "もり村（架空）", "Mori Village (invented)"}, {"X-P-001", "年金機構役（架空）", "Pension service (invented)"},
	{"X-P-002", "私学共済役（架空）", "Private school mutual aid (invented)"}, {"X-P-006", "ひなた県（架空）", "Hinata Prefecture (invented)"},
	{"X-P-007", "福祉事務所役（架空）", "Welfare office (invented)"}, {"X-P-008", "戸籍管理役（架空）", "Family register authority (invented)"},
}

// Items are the linkage items that are held (configs/procedures/_common.yaml), and two that a person alone can ask for as
// own information (R14): vaccination, infant-checkup.
var Items = []string{"resident-record", "local-tax", "pension", "child-rearing-allowance", "disability", "public-assistance", "family-register",
	"vaccination", "infant-checkup"}

// Held is what the network has to say on a resident and an item.
type Held struct {
	Provider string         // who holds it; also where the result is another than answered
	Result   string         // answered, or one of the network's other kinds
	Facts    map[string]any // of answered: string (dates YYYY-MM-DD), int (yen, numbers), by the item's field names
}

// Holds says what the network answers; false for an item or a resident that does not exist.
func (g *Register) Holds(id, item string) (Held, bool) {
	r, ok := g.Resident(id)
	if !ok || !slices.Contains(Items, item) {
		return Held{}, false
	}
	h := Held{Provider: provider(r, item), Result: g.trouble(r, item)}
	if h.Result != Answered {
		return h, true
	}
	if h.Facts = differ(r, item, g.truth(r, item)); h.Facts == nil {
		h.Result = noRecord
	}
	return h, true
}

// DocumentSays are the facts on the paper that a resident would hand in: what the network answers, but for the residents
// about whom it is wrong. Nil if there is no such paper.
func (g *Register) DocumentSays(id, item string) map[string]any {
	r, ok := g.Resident(id)
	if !ok {
		return nil
	}
	return g.truth(r, item)
}

// Newborn says whether a resident was born less than 30 days ago.
func (g *Register) newborn(r Resident) bool { return r.BirthDate > g.day(-30) }

// trouble is the kind of answer on a resident's item.
func (g *Register) trouble(r Resident, item string) string {
	kinds := map[int]string{MovedIn: noLinkingCode, NotDisclosed: "not-disclosed", ManualAnswer: "manual-answer-pending", NotPermitted: "not-permitted",
		NoRecord: noRecord, TimedOut: "timeout", DuplicateInquiry: "duplicate"}
	switch kind, listed := kinds[r.number]; {
	case listed:
		return kind
	case g.newborn(r):
		return noLinkingCode
	case item == "local-tax" && r.Role != Child && (r.number == Undeclared || r.number <= Generated && spread("undeclared", r.ID)%100 == 0):
		return "undeclared"
	case item == "pension" && r.Role != Child && r.number <= Generated && spread("no-record", r.ID)%100 == 0:
		return noRecord
	}
	return Answered
}

// provider is who holds an item of a resident.
func provider(r Resident, item string) string {
	switch item {
	case "pension":
		if scheme(r) == "private-school-mutual" {
			return "X-P-002"
		}
		return "X-P-001"
	case "disability":
		return "X-P-006"
	case "public-assistance":
		return "X-P-007"
	case "family-register":
		return "X-P-008"
	case "local-tax", "child-rearing-allowance": // held where the person lived on 1 January
		next := 1
		if r.number <= Generated {
			next = spread("january", r.Municipality, (r.number-1)/householdSize) % len(Municipalities)
		}
		return Municipalities[(rank(r.Municipality)+next)%len(Municipalities)]
	}
	return r.Municipality
}

// wrong says whether the network is wrong on an item of a resident: the example applicant's pension in みなと町, and one in
// twenty of the generated residents, each on one item.
func wrong(r Resident, item string) bool {
	if r.number > Generated {
		return r.number == ExampleApplicant && r.Municipality == "998028" && item == "pension"
	}
	s := spread("wrong", r.ID)
	return s%20 == 0 && item == []string{"resident-record", "local-tax", "pension"}[s/20%3]
}

// differ changes a fact where the network is wrong.
func differ(r Resident, item string, facts map[string]any) map[string]any {
	if facts == nil || !wrong(r, item) {
		return facts
	}
	switch item {
	case "resident-record":
		facts["address"] = r.Address + "101号室"
	case "local-tax":
		facts["total_income"] = facts["total_income"].(int) + 100_000
		facts["municipal_income_levy"] = facts["municipal_income_levy"].(int) + 6_000
	case "pension":
		enrolled, err := time.Parse(time.DateOnly, facts["enrolled_on"].(string))
		if err == nil {
			facts["enrolled_on"] = enrolled.AddDate(1, 0, 0).Format(time.DateOnly)
		}
	}
	return facts
}
