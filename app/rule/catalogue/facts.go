package catalogue

import (
	"encoding/json"

	"cel.dev/cel-go/common/types"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Facts are the answers of one case, decoded and checked against one version. They never change, so that one case can
// be planned many times (the preview of a switch plans every draft twice) and is decoded once.
type Facts struct {
	version *Version
	record  *question.Record
	latest  jp.Date // the latest birth date; the zero date if there is none
	raw     []byte
}

// DecodeFacts reads a JSON object of facts and checks it strictly against the version (catalogue.md, "Facts"): nothing is
// coerced. filing is the filing date in Japan. The details are every fault found, in the order in which the facts are asked,
// each with a pointer below /facts, even to a missing member; with any, the facts are nil. The codes are those of
// app/rule/question.
func (v *Version) DecodeFacts(raw []byte, filing jp.Date) (*Facts, []fault.Detail) {
	f, faults := v.read(raw, question.Options{FiledOn: filing, Exact: true, Final: true})
	if len(faults) > 0 {
		return nil, faults
	}
	f.raw = raw
	return f, nil
}

// CheckFacts is DecodeFacts for facts that were parsed already.
func (v *Version) CheckFacts(tree *strictjson.Value, filing jp.Date) (*Facts, []fault.Detail) {
	f, faults := v.check(tree, question.Options{FiledOn: filing, Exact: true, Final: true})
	if len(faults) > 0 {
		return nil, faults
	}
	f.raw = []byte(tree.Raw)
	return f, nil
}

// TakeFacts reads facts as they come in, from a page or a client of the API, and brings them to their normal form: a date in
// the western or the Japanese era, digits of any width. It stands at the door of a draft and nowhere deeper: what is saved is
// what DecodeFacts takes, so that a plan, today's or one made again in years, reads one form alone. normal is what is saved,
// also while facts are missing; facts are nil while any fault is there, faults as DecodeFacts gives them.
func (v *Version) TakeFacts(raw []byte, filing jp.Date) (facts *Facts, normal json.RawMessage, faults []fault.Detail) {
	f, faults := v.read(raw, question.Options{FiledOn: filing, Final: true})
	if f == nil {
		return nil, nil, faults
	}
	normal, err := json.Marshal(f.record.Plain())
	if err != nil {
		panic("catalogue: facts of " + v.Procedure.Code + ": " + err.Error()) // texts, numbers and lists of them
	}
	if len(faults) > 0 {
		return nil, normal, faults
	}
	f.raw = normal
	return f, normal, nil
}

// PartFacts reads facts of which not everything is answered, as TakeFacts reads them: what is missing is no fault, and what is wrong is
// left out of the facts besides being named. They are nil for what is no object.
func (v *Version) PartFacts(raw []byte, filing jp.Date) (*Facts, []fault.Detail) {
	return v.read(raw, question.Options{FiledOn: filing})
}

// Plain are the answers in their normal form, as encoding/json takes them.
func (f *Facts) Plain() map[string]any { return f.record.Plain() }

// read checks facts; nil if they are no object.
func (v *Version) read(raw []byte, opt question.Options) (*Facts, []fault.Detail) {
	tree, err := strictjson.Parse(raw)
	if err != nil {
		return nil, []fault.Detail{question.Fault("wrong-type", "/facts")}
	}
	return v.check(&tree, opt)
}

func (v *Version) check(tree *strictjson.Value, opt question.Options) (*Facts, []fault.Detail) {
	c := question.Checker{Options: opt}
	at := question.At(varFacts)
	c.Numbers(tree, at)
	r := c.Record(v.facts, tree, at)
	if r == nil {
		return nil, c.Faults
	}
	return &Facts{version: v, record: r, latest: c.Latest}, c.Faults
}

// InvalidFacts is the error for the details of DecodeFacts.
func InvalidFacts(details []fault.Detail) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidFacts, "").With(details...)
}

// WithoutLocal takes the answers to a municipality's own questions out of an object of facts; anything else stays as it is.
func WithoutLocal(raw json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members[LocalFacts] == nil {
		return raw
	}
	delete(members, LocalFacts)
	out, err := json.Marshal(members)
	if err != nil {
		return raw
	}
	return out
}

// Version is the version that the facts were checked against; facts of another version are unknown.
func (f *Facts) Version() *Version { return f.version }

// JSON is the text that was decoded.
func (f *Facts) JSON() []byte { return f.raw }

// HoldOn says whether the facts would be accepted for this version and filing date too: a draft moved to an earlier day
// may have a child who is not born yet.
func (f *Facts) HoldOn(v *Version, filing jp.Date) bool {
	return f.version == v && !f.latest.After(filing)
}

// Count is the number of elements of a list of the first level, 0 if there is no such list.
func (f *Facts) Count(list string) int {
	if l := f.record.Entries(list); l != nil {
		return int(l.Size().(types.Int))
	}
	return 0
}

// Has says whether there is a member of the first level of that name; the spouse is there only with has_spouse.
func (f *Facts) Has(name string) bool { return f.record.Get(name) != nil }

// FactsSchema gives the facts of the version as JSON Schema 2020-12, with titles, help and choices in lang (question.List).
func (v *Version) FactsSchema(lang string) question.Schema {
	s := v.facts.Schema(lang, true)
	s["$schema"] = question.Draft
	s["$id"] = "urn:onestop:facts:" + v.Procedure.Code + ":" + v.Effective + ":" + lang
	s["title"] = v.Name.In(lang)
	return s
}
