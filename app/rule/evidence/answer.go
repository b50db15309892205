package evidence

import (
	"bytes"
	"encoding/json"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
)

// answer is one line of output, with its members in the order of evidence.md.
type answer struct {
	ID        json.RawMessage `json:"id"`
	Version   string          `json:"version,omitempty"`
	Documents *[]document     `json:"documents,omitempty"` // a pointer, so that an empty list is written in an answer and none in an error
	Explain   *Explanation    `json:"explain,omitempty"`
	Error     *refusal        `json:"error,omitempty"`
}

type document struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Item     string `json:"item,omitempty"`
	Decision string `json:"decision"`
	Reason   string `json:"reason"`
	Inquire  bool   `json:"inquire"`
}

type refusal struct {
	Code    string `json:"code"`
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Say gives the sentence of what is wrong with a line, for the member detail. The rules know its name alone.
type Say func(d fault.Detail) string

// Answer reads one line, plans it by one catalogue for everybody, and appends the answer and a newline to out. Every line has an
// answer: what is wrong with it is said in the answer.
func Answer(c *catalogue.Catalogue, say Say, line []byte, out *bytes.Buffer) {
	Answerer{Say: say, Rules: func(string) (*catalogue.Catalogue, Editions) { return c, Editions{} }}.Answer(line, out)
}

// Answerer answers lines where municipalities have editions of their own.
type Answerer struct {
	Say     Say
	Rules   func(municipality string) (*catalogue.Catalogue, Editions) // by which a case of the municipality is decided
	Explain bool                                                       // each plan says why each document is asked for or not
}

// Answer is Answer by the catalogue of the municipality that the line names.
func (a Answerer) Answer(line []byte, out *bytes.Buffer) {
	read, err := DecodeCase(line)
	if err != nil {
		write(out, refused(read, a.Say, err))
		return
	}
	rules, editions := a.Rules(read.Municipality)
	plan, needs, err := read.plan(rules)
	if err != nil {
		write(out, refused(read, a.Say, err))
		return
	}
	documents := make([]document, len(plan.Requirements))
	for i, r := range plan.Requirements {
		documents[i] = document{
			Document: r.Document,
			Subject:  r.Subject,
			Item:     r.Item,
			Decision: r.Decision,
			Reason:   r.Reason,
			Inquire:  r.Inquire,
		}
	}
	said := answer{ID: read.id(), Version: plan.Version, Documents: &documents}
	if a.Explain {
		why := needs.Explain(rules, plan, editions)
		said.Explain = &why
	}
	write(out, said)
}

// AnswerTooLong is the answer to a line of which nobody has read the rest.
func AnswerTooLong(say Say, out *bytes.Buffer) {
	write(out, refused(Case{}, say, invalidCase("", "line-too-long")))
}

func (c *Case) id() json.RawMessage {
	if c.idJSON == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(c.idJSON)
}

func refused(c Case, say Say, err error) answer {
	f := fault.As(err)
	if f == nil {
		f = fault.New(fault.Internal, fault.CodeInternal, "")
	}
	d := fault.Detail{Code: f.Code, Reason: f.Reason, Params: f.Params}
	if len(f.Details) > 0 {
		d = f.Details[0]
	}
	return answer{ID: c.id(), Error: &refusal{Code: f.Code, Pointer: d.Pointer, Detail: say(d)}}
}

func write(out *bytes.Buffer, a answer) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(a); err != nil { // strings, booleans, and an id that was read as JSON
		panic("evidence: an answer cannot be written: " + err.Error())
	}
}
