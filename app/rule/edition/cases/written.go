package cases

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/rule/source"
)

// writtenFile is a file of cases in YAML.
type writtenFile struct {
	Cases []writtenCase `yaml:"cases"`
}

// writtenCase is a case of `onestop evidence` with its name and what it has to give.
type writtenCase struct {
	Name         string         `yaml:"name"`
	Note         string         `yaml:"note"` // for people
	Procedure    string         `yaml:"procedure"`
	Municipality string         `yaml:"municipality"` // empty: the edition's own, or one of the demo
	FiledAt      string         `yaml:"filed_at"`     // an instant, or a day
	Facts        map[string]any `yaml:"facts"`
	Consents     []string       `yaml:"consents"` // not said: all that the procedure needs
	Phases       []any          `yaml:"phases"`   // not said: full operation for everybody
	Expect       writtenWant    `yaml:"expect"`
}

type writtenWant struct {
	Error     string         `yaml:"error"`
	Version   string         `yaml:"version"` // may stand there, as in an answer; the filing date decides it
	Documents []writtenPaper `yaml:"documents"`
}

// writtenPaper is a paper to be attached as text, or a requirement of the whole plan.
type writtenPaper struct {
	text string
	full Requirement
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *writtenPaper) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&p.text)
	}
	var full struct {
		Document, Subject, Item, Decision, Reason string
		Inquire                                   *bool
	}
	err := n.Decode(&full)
	p.full = Requirement(full)
	return err
}

func (r *reader) yaml(name string, text []byte) {
	in := &writtenFile{}
	s, ok := source.Read(name, text, in, &r.List)
	if !ok {
		return
	}
	for i := range in.Cases {
		r.written(s, i, &in.Cases[i])
	}
}

func (r *reader) written(s *source.File, i int, w *writtenCase) {
	before := len(r.Faults)
	at := func(path ...any) source.Position { return s.At(append([]any{"cases", i}, path...)...) }
	c := Case{File: s.Name, Line: at().Line, Name: w.Name, Procedure: w.Procedure, Municipality: w.Municipality, Consents: w.Consents}
	if c.Name == "" {
		r.Add(at(), "the case has no name")
	}
	if c.Municipality == "" {
		c.Municipality = r.municipality
	}
	var err error
	if c.FiledAt, err = filedAt(w.FiledAt); err != nil {
		r.Add(at("filed_at"), "filed_at: %v", err)
	}
	if c.Facts, err = json.Marshal(jsonable(w.Facts)); err != nil || w.Facts == nil {
		r.Add(at("facts"), "facts is a mapping of names to answers")
	}
	if c.Phases = everyday(phase.Full); w.Phases != nil {
		if c.Phases, err = phases(w.Phases); err != nil {
			r.Add(at("phases"), "phases: rows of procedure, item, municipality, phase and from (an instant)")
		}
	}
	r.expected(at, w, &c)
	if len(r.Faults) == before {
		r.cases = append(r.cases, c)
	}
}

// expected reads what the case has to give.
func (r *reader) expected(at func(path ...any) source.Position, w *writtenCase, c *Case) {
	c.Want.Error = w.Expect.Error
	p := r.catalogue.Procedure(w.Procedure)
	switch {
	case (w.Expect.Error == "") == (w.Expect.Documents == nil):
		r.Add(at("expect"), "expect has documents ([] for none) or an error")
		return
	case w.Expect.Error != "":
		return
	case p == nil:
		r.Add(at("procedure"), "there is no procedure %q", w.Procedure)
		return
	}
	v := p.At(jp.DateIn(c.FiledAt))
	if v == nil {
		r.Add(at("filed_at"), "the procedure is not in force on that day: no paper can be asked for")
		return
	}
	if c.Consents == nil {
		c.Consents = v.Consents
	}
	for i, d := range w.Expect.Documents {
		if d.text == "" {
			c.Want.Plan = append(c.Want.Plan, d.full)
			continue
		}
		name, err := paper(v, d.text)
		if err != nil {
			r.Add(at("expect", "documents", i), "%v", err)
		}
		c.Want.Attach = append(c.Want.Attach, name)
	}
	slices.Sort(c.Want.Attach)
	if len(c.Want.Plan) > 0 && len(c.Want.Attach) > 0 {
		r.Add(at("expect"), "documents are all texts (what has to be attached) or all requirements (the whole plan)")
	}
}

// filedAt reads an instant, or a day.
func filedAt(text string) (time.Time, error) {
	if !strings.Contains(text, "T") {
		day, err := jp.ParseEraDate(text)
		return filed(day), err
	}
	return phase.ParseInstant(text)
}

func phases(rows []any) ([]phase.Row, error) {
	text, err := json.Marshal(jsonable(rows))
	if err != nil {
		return nil, err
	}
	return phase.DecodeRows(text)
}

// jsonable is what YAML has read with days as they were written: YAML takes 2026-05-01 for an instant.
func jsonable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = jsonable(value)
		}
		return out
	case map[any]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[fmt.Sprint(key)] = jsonable(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = jsonable(v[i])
		}
		return out
	case time.Time:
		if v.Equal(v.Truncate(24*time.Hour)) && v.Location() == time.UTC {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339Nano)
	}
	return v
}
