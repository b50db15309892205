package staff

import (
	"cmp"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
)

// documentRef names a document of a case.
type documentRef struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
}

func documentRefOf(r dossier.DocumentRef) documentRef { return documentRef(r) }

func (r documentRef) ref() dossier.DocumentRef { return dossier.DocumentRef(r) }

// outcome is what a case's item comes to (R3): Amount in whole yen.
type outcome struct {
	Eligible bool   `json:"eligible"`
	Category string `json:"category,omitempty"`
	Amount   *int64 `json:"amount,omitempty"`
}

// difference is one difference between the document and the answer.
type difference struct {
	Field    string `json:"field"`
	Kind     string `json:"kind"`
	Result   string `json:"result" enum:"written,unsure,different" doc:"written: the same in another writing. unsure: a person has to judge. else different."`
	Document any    `json:"document"`
	Answer   any    `json:"answer"` // nil: the answer does not have it
}

func differencesOf(all []discrepancy.Difference) []difference {
	return wire.Each(all, func(d discrepancy.Difference) difference {
		return difference{d.Field, d.Kind, cmp.Or(d.Result, discrepancy.Different), d.Document, d.Answer}
	})
}

// Concluded is what follows from a document: an object, or just whether the person is eligible.
type Concluded outcome

func (c Concluded) outcome() catalogue.Outcome { return catalogue.Outcome(c) }

// UnmarshalJSON takes {"eligible": …} or "eligible" or "not-eligible".
func (c *Concluded) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil {
		*c = Concluded{Eligible: word == "eligible"}
		return nil
	}
	return json.Unmarshal(b, (*outcome)(c))
}

// Schema says both.
func (Concluded) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "What follows from the document.", OneOf: []*huma.Schema{
		{Type: huma.TypeString, Enum: []any{"eligible", "not-eligible"}}, r.Schema(wire.TypeOf(outcome{}), true, "")}}
}
