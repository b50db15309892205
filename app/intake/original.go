package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/strictjson"
	"kosodate.example/onestop/storage/seal"
)

// Problem is one reason why an application was not taken in.
type Problem struct {
	Field  string       `json:"field,omitempty"` // as the sender calls it; empty: of the application as a whole
	Detail fault.Detail `json:"detail"`
}

// Original is an application as it was sent, but for what may never be kept (P4), and what is wrong with it.
type Original struct {
	Application portal.Application `json:"application"`
	Broken      string             `json:"broken,omitempty"` // what was sent, if it is no application at all
	Problems    []Problem          `json:"problems,omitempty"`
}

// Withheld stands where an individual number (個人番号) may have stood.
const Withheld = "（個人番号と思われるため、保存していません）"

// masked is a text that may be kept.
func masked(text string) string {
	if individual.InText(text) {
		return Withheld
	}
	return text
}

func (a *foreign) fail(field string, reason fault.Reason, params ...fault.Param) {
	a.problems = append(a.problems, Problem{Field: field, Detail: fault.Detail{Code: "intake", Reason: reason, Params: params}})
}

// refused says in which field is what a use case refuses. What it cannot say is a trouble of ours: the application waits all the same, so that none is lost.
func (a *foreign) refused(err error) {
	f := fault.As(err)
	switch {
	case f != nil && f.Reason == "no-authority":
		a.fail("", "intake-no-authority")
		return
	case f == nil || f.Kind == fault.Internal:
		a.fail("", "intake-trouble")
	case len(f.Details) == 0:
		a.problems = append(a.problems, Problem{Detail: fault.Detail{Code: f.Code, Reason: f.Reason, Params: f.Params}})
	}
	if f == nil {
		return
	}
	for _, d := range f.Details {
		a.problems = append(a.problems, Problem{Field: a.mapped.FieldOf(d.Pointer), Detail: d})
	}
}

// decode reads an application strictly and gives its canonical form. A member that stands twice says two things, and nobody knows which.
func decode(raw []byte, to *portal.Application) ([]byte, error) {
	written, err := strictjson.Parse(raw)
	if err != nil {
		return nil, err
	}
	if pointer, twice := written.Twice(); twice {
		return nil, errors.New(pointer + " stands twice")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return nil, err
	}
	if canonical := canonicalOf(to); canonical != nil {
		return canonical, nil
	}
	return nil, errors.New("it has no canonical form")
}

// canonicalOf is one text of an application, however it was written; nil if there is none.
func canonicalOf(a *portal.Application) []byte {
	raw, err := strictjson.Canonical(a)
	if err != nil {
		return nil
	}
	return raw
}

// original is what is kept of what was sent.
func (a *foreign) original() Original {
	out := Original{Application: a.Application, Broken: masked(a.broken), Problems: a.problems}
	out.Application.Form, out.Application.ArrivedAt = masked(a.Form), masked(a.ArrivedAt)
	out.Application.Municipality = masked(a.Application.Municipality)
	fields := maps.Clone(a.Fields)
	for name, value := range a.Fields {
		if masked(name) != name || masked(value) != value {
			delete(fields, name)
			fields[masked(name)] = masked(value)
		}
	}
	out.Application.Fields, out.Application.Files = fields, make([]portal.File, len(a.Files))
	for i, f := range a.Files {
		out.Application.Files[i] = portal.File{Kind: masked(f.Kind), Name: masked(f.Name), Path: masked(f.Path), Sha256: f.Sha256}
	}
	return out
}

func itemCell(id, column string) seal.Cell {
	return seal.Cell{Table: "intake_items", Column: column, Row: id}
}

func sealItem(key seal.Key, id string, a *foreign) ([]byte, error) {
	plain, err := json.Marshal(a.original())
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, itemCell(id, "sealed"))
}

func openItem(key seal.Key, id string, sealed []byte) (*Original, error) {
	plain, err := key.Open(sealed, itemCell(id, "sealed"))
	if err != nil {
		return nil, err
	}
	out := &Original{}
	return out, json.Unmarshal(plain, out)
}

// contentOf is what was mapped, with its birth dates as days, by which people are recognised.
func contentOf(m *intake.Mapped) *dossier.Content {
	facts, form := days(m.Facts).(map[string]any), days(m.Form).(map[string]any)
	raw, err := json.Marshal(facts)
	if err != nil {
		return &dossier.Content{Form: form}
	}
	return &dossier.Content{Facts: raw, Form: form}
}

func days(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[name] = days(inner)
			if text, ok := inner.(string); ok && name == "birth_date" {
				if day, err := jp.ParseDate(text); err == nil {
					out[name] = day.String()
				}
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = days(v[i])
		}
		return out
	}
	return v
}
