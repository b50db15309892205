package condition

import (
	"encoding/json"
	"slices"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// Case is one situation on which conditions are tried: a row of a case table, or an application that was filed.
type Case struct {
	Procedure    string
	Municipality string
	Filed        jp.Date
	Facts        json.RawMessage
}

// Situation is a case as one version reads it.
type Situation struct {
	Version *catalogue.Version
	Facts   *catalogue.Facts
	Case    *Case
}

// Read gives the cases that a catalogue accepts, in the version that each was filed under. What it refuses tells nothing of
// its conditions and is left out.
func Read(c *catalogue.Catalogue, cases []Case) []Situation {
	var out []Situation
	for i := range cases {
		one := &cases[i]
		v := c.Version(one.Procedure, one.Filed)
		if v == nil {
			continue
		}
		if facts, faults := v.DecodeFacts(one.Facts, one.Filed); len(faults) == 0 {
			out = append(out, Situation{Version: v, Facts: facts, Case: one})
		}
	}
	return out
}

// Trials compiles conditions for the versions of situations, each once, and tries them.
type Trials struct {
	compilers map[*catalogue.Version]*catalogue.Conditions
	compiled  map[trial]*catalogue.Condition // nil: it does not compile
}

type trial struct {
	version       *catalogue.Version
	text, subject string
}

// NewTrials makes an empty one. One serves one goroutine.
func NewTrials() *Trials {
	return &Trials{compilers: map[*catalogue.Version]*catalogue.Conditions{}, compiled: map[trial]*catalogue.Condition{}}
}

// Holds says for each subject of a situation whether a condition holds; false where the version cannot read it.
func (t *Trials) Holds(s Situation, text, subject string) ([]bool, bool) {
	k := t.compile(trial{s.Version, text, subject})
	if k == nil {
		return nil, false
	}
	holds, err := k.Holds(s.Facts, s.Case.Municipality, s.Case.Filed)
	return holds, err == nil
}

func (t *Trials) compile(of trial) *catalogue.Condition {
	if k, ok := t.compiled[of]; ok {
		return k
	}
	compiler := t.compilers[of.version]
	if compiler == nil {
		var err error
		if compiler, err = of.version.Conditions(); err != nil {
			return nil
		}
		t.compilers[of.version] = compiler
	}
	k, err := compiler.Compile(of.text, of.subject)
	if err != nil {
		k = nil
	}
	t.compiled[of] = k
	return k
}

// Reached says whether a condition holds for some subject of some situation, and whether it fails for some.
func (t *Trials) Reached(situations []Situation, text, subject string) (holds, fails bool) {
	for _, s := range situations {
		each, _ := t.Holds(s, text, subject)
		holds, fails = holds || slices.Contains(each, true), fails || slices.Contains(each, false)
	}
	return holds, fails
}
