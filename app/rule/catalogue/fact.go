package catalogue

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Fact is one answer that decides which documents are needed (前提事実), or an object or a list of such answers.
type Fact struct {
	Name  string `yaml:"name"` // the member's name; empty for the element of a list
	Type  string `yaml:"type"`
	Label Text   `yaml:"label"` // the question
	Help  Text   `yaml:"help"`  // how to answer it

	Choices []Choice `yaml:"choices"` // FactChoice: what may be answered
	Abroad  bool     `yaml:"abroad"`  // FactMunicipality: `abroad` may be answered too
	Fields  []*Fact  `yaml:"fields"`  // FactObject: its members
	Of      *Fact    `yaml:"of"`      // FactList: its elements
	Min     int      `yaml:"min"`     // FactList: how many at least
	When    string   `yaml:"when"`    // the boolean fact beside it that has to be true; then it is required, else it is refused

	// Use takes the definition of that name in _common.yaml; what is said here besides overrides it.
	Use string `yaml:"use"`

	at      position
	record  *recordType        // FactObject: how its values are kept
	answers map[string]ref.Val // FactChoice: each choice as a CEL value, made once
}

// The types of facts (catalogue.md, "Facts").
const (
	FactBoolean      = "boolean"
	FactInteger      = "integer" // 0 or more
	FactChoice       = "choice"
	FactDate         = "date"         // YYYY-MM-DD, not after the filing date in Japan
	FactMunicipality = "municipality" // a code with a right check digit
	FactObject       = "object"
	FactList         = "list"
)

// Abroad is the answer for a person who lived outside Japan.
const Abroad = "abroad"

// Choice is one possible answer.
type Choice struct {
	Value string `yaml:"value"`
	Label Text   `yaml:"label"`
}

// celType is the type that conditions see.
func (f *Fact) celType() *types.Type {
	switch f.Type {
	case FactBoolean:
		return types.BoolType
	case FactInteger:
		return types.IntType
	case FactDate:
		return dateType
	case FactObject:
		return f.record.celType
	case FactList:
		return types.NewListType(f.Of.celType())
	default:
		return types.StringType
	}
}

// prepare makes what checking and conditions need. typeName names the object types below it, for messages.
func (f *Fact) prepare(typeName string) {
	switch f.Type {
	case FactChoice:
		f.answers = make(map[string]ref.Val, len(f.Choices))
		for _, c := range f.Choices {
			f.answers[c.Value] = types.String(c.Value)
		}
	case FactObject:
		f.record = newRecordType(typeName, f.Fields)
	case FactList:
		f.Of.prepare(typeName)
	}
}
