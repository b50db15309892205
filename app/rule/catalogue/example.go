package catalogue

import (
	"encoding/json"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
)

// appliedTo stands in an example for the municipality applied to: whoever lives there needs the fewest papers.
const appliedTo = "{municipality}"

// exampleMunicipality is put in when nobody said which: ひなた市 of the demo, an invented one.
const exampleMunicipality = "998010"

// ExampleFacts gives the version's example as JSON, complete and valid, for somebody who lives in the municipality
// (a code that is not valid gets that of the demo's ひなた市).
func (v *Version) ExampleFacts(municipality string) json.RawMessage {
	if !jp.ValidMunicipality(municipality) {
		municipality = exampleMunicipality
	}
	text, err := json.Marshal(v.Example)
	if err != nil { // Load has marshalled the same value
		panic("catalogue: example of " + v.Procedure.Code + ": " + err.Error())
	}
	return json.RawMessage(strings.ReplaceAll(string(text), appliedTo, municipality))
}

// ExampleCase gives facts and a form that are complete and valid together, for somebody who lives in the municipality and
// files on that day. The error is one of a condition of the catalogue.
func (v *Version) ExampleCase(municipality string, filing jp.Date) (facts json.RawMessage, answers map[string]any, err error) {
	facts = v.ExampleFacts(municipality)
	f, faults := v.DecodeFacts(facts, filing)
	if len(faults) > 0 {
		return nil, nil, InvalidFacts(faults)
	}
	uses, err := v.FormGroups(f, municipality, filing)
	if err != nil {
		return nil, nil, err
	}
	active := func(u form.Use) bool { return slices.Contains(uses, u) }
	return facts, v.rules.Example(filing, active, f.Count), nil
}

// checkExample holds the example to its own version, and tries every condition on it.
func (b *builder) checkExample(d *draft) {
	at := d.line("example")
	if _, err := json.Marshal(d.Example); err != nil {
		b.Add(at, "example: %v", err)
		return
	}
	facts := d.ExampleFacts("")
	f, faults := d.DecodeFacts(facts, d.EffectiveFrom)
	for _, fault := range faults {
		b.Add(at, "example: %s: %s", fault.Pointer, fault.Code)
	}
	if f == nil {
		return
	}
	if _, err := d.Applicable(f, exampleMunicipality, d.EffectiveFrom); err != nil {
		b.Add(at, "example %s: %v", facts, err)
	}
	if _, err := d.FormGroups(f, exampleMunicipality, d.EffectiveFrom); err != nil {
		b.Add(at, "example %s: %v", facts, err)
	}
}
