package catalogue

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/traits"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue/strictjson"
	"kosodate.example/onestop/app/rule/jp"
)

// Facts are the answers of one case, decoded and checked against one version. They never change, so that one case can
// be planned many times (the preview of a switch plans every draft twice) and is decoded once.
type Facts struct {
	version *Version
	record  *record
	latest  jp.Date // the latest birth date; the zero date if there is none
	raw     string
}

// DecodeFacts reads a JSON object of facts and checks it strictly against the version (catalogue.md, "Facts"). filing
// is the filing date in Japan. The details are every fault found, in the order in which the facts are asked, each with
// a pointer below /facts, even to a missing member; with any, the facts are nil.
//
// The codes: required, unknown, repeated, not-applicable, wrong-type, wrong-choice, number-form, negative, bad-date,
// after-filing, bad-municipality, too-few.
func (v *Version) DecodeFacts(raw []byte, filing jp.Date) (*Facts, []fault.Detail) {
	tree, err := strictjson.Parse(raw)
	if err != nil {
		return nil, []fault.Detail{{Code: "wrong-type", Reason: fault.Answer("wrong-type").Reason(), Pointer: "/facts"}}
	}
	return v.checkTree(&tree, filing)
}

// checkTree is DecodeFacts for JSON that is parsed already.
func (v *Version) checkTree(tree *strictjson.Value, filing jp.Date) (*Facts, []fault.Detail) {
	c := checker{filing: filing}
	at := place{name: "facts"}
	c.numbers(tree, &at)
	r := c.object(v.facts, tree, &at)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return &Facts{version: v, record: r, latest: c.latest, raw: tree.Raw}, nil
}

// InvalidFacts is the error for the details of DecodeFacts.
func InvalidFacts(details []fault.Detail) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidFacts, "").With(details...)
}

// Version is the version that the facts were checked against; facts of another version are unknown.
func (f *Facts) Version() *Version { return f.version }

// JSON is the text that was decoded.
func (f *Facts) JSON() []byte { return []byte(f.raw) }

// HoldOn says whether the facts would be accepted for this version and filing date too: a draft moved to an earlier day
// may have a child who is not born yet.
func (f *Facts) HoldOn(v *Version, filing jp.Date) bool {
	return f.version == v && !f.latest.After(filing)
}

// Count is the number of elements of a list of the first level, 0 if there is no such list.
func (f *Facts) Count(list string) int {
	if l, ok := f.record.get(list).(traits.Lister); ok {
		return int(l.Size().(types.Int))
	}
	return 0
}

// Has says whether there is a member of the first level of that name; the spouse is there only with has_spouse.
func (f *Facts) Has(name string) bool { return f.record.get(name) != nil }
