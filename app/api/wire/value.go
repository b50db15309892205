package wire

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// TypeOf is the type of a value, for a schema.
func TypeOf(v any) reflect.Type { return reflect.TypeOf(v) }

// Facts are a procedure's facts as they were sent: the number 3.0 must reach the rules as 3.0.
type Facts json.RawMessage

// MarshalJSON writes them as they are.
func (f Facts) MarshalJSON() ([]byte, error) {
	if len(f) == 0 {
		return []byte("{}"), nil
	}
	return f, nil
}

// UnmarshalJSON keeps them as they are.
func (f *Facts) UnmarshalJSON(b []byte) error {
	*f = append((*f)[:0:0], b...)
	return nil
}

// Schema says that each procedure has its own.
func (Facts) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:                 huma.TypeObject,
		AdditionalProperties: true,
		Description:          "The facts (前提事実), by the procedure's facts_schema; may be incomplete in a draft.",
	}
}

// Form are the answers of a form, with numbers as they were sent.
type Form map[string]any

// UnmarshalJSON keeps numbers as they were written.
func (f *Form) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode((*map[string]any)(f))
}

// Schema says that each procedure has its own.
func (Form) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:                 huma.TypeObject,
		AdditionalProperties: true,
		Description:          "The answers of the form, by the procedure's form_schema; may be incomplete in a draft.",
	}
}

// partly is the schema of an object of which a merge patch changes a part, or takes all away with null.
func partly(text string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Nullable: true, AdditionalProperties: true, Description: text}
}

// Patched is a member of a merge patch; what is applied is the body as it was sent, so nothing is decoded here.
type Patched struct{}

// UnmarshalJSON leaves the member to the merge.
func (*Patched) UnmarshalJSON([]byte) error { return nil }

// PatchedObject is an object of a merge patch.
type PatchedObject struct{ Patched }

// Schema is an object of which a part changes.
func (PatchedObject) Schema(huma.Registry) *huma.Schema {
	return partly("The members that change; null takes one away, a list is replaced as a whole.")
}

// PatchedConsents is the list of consents of a merge patch.
type PatchedConsents struct{ Patched }

// Schema is the whole list.
func (PatchedConsents) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:        huma.TypeArray,
		Nullable:    true,
		Items:       &huma.Schema{Type: huma.TypeString},
		Description: "All consents: item, or item/subject.",
	}
}

// PatchedDeclarations is the list of declarations of a merge patch.
type PatchedDeclarations struct{ Patched }

// Schema is the whole list.
func (PatchedDeclarations) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:        huma.TypeArray,
		Nullable:    true,
		Items:       r.Schema(TypeOf(Declaration{}), true, ""),
		Description: "All declarations.",
	}
}

// InLanguages is one text in each language.
type InLanguages struct {
	Ja    string `json:"ja" minLength:"1"`
	Plain string `json:"plain" minLength:"1" doc:"やさしい日本語"`
	En    string `json:"en" minLength:"1"`
}

// Declaration says why a document is not attached (P1).
type Declaration struct {
	Document string `json:"document" minLength:"1" maxLength:"100" example:"separate-custody-statement"`
	Subject  string `json:"subject" minLength:"1" maxLength:"40" example:"child-1"`
	Kind     string `json:"kind" enum:"will-follow,cannot-provide"`
	Reason   string `json:"reason" maxLength:"2000"`
	Due      string `json:"due,omitempty" doc:"YYYY-MM-DD, of will-follow; one is set if it is left out." example:"2026-12-24"`
}
