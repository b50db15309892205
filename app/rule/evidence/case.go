package evidence

import (
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Case is one line of `onestop evidence`, read so far as evidence.md reads it before the catalogue is asked: facts and
// phases are still JSON, since what is wrong with them counts only when nothing before them is wrong.
type Case struct {
	ID           string
	Procedure    string
	Municipality string
	FiledAt      time.Time
	Consents     []string

	idJSON string // as it was written; empty if it could not be read
	facts  strictjson.Value
	phases *strictjson.Value
}

// DecodeCase reads one line. Its error is invalid-case with a pointer to the first member at fault, in the order in
// which evidence.md lists them (the empty pointer: the line itself). The case still has its id if that could be read.
// Unknown members are ignored; a member given twice is a fault, since nobody can say which one was meant.
func DecodeCase(line []byte) (Case, error) {
	var c Case
	tree, err := strictjson.Shallow(line)
	if err != nil {
		return c, invalidCase("", "line-unreadable")
	}
	if tree.Kind != strictjson.Object {
		return c, invalidCase("", "line-unreadable")
	}
	r := members{tree: &tree}
	c.ID = r.text("id")
	if r.err == nil {
		c.idJSON = tree.Get("id").Raw
	}
	c.Procedure = r.text("procedure")
	c.Municipality = r.text("municipality")
	filedAt := r.text("filed_at")
	facts := r.member("facts", strictjson.Object, "named-values")
	c.Consents = r.texts("consents")
	c.phases = r.member("phases", strictjson.Array, "a-list")
	c.facts = r.once("facts", facts)
	r.once("phases", c.phases)
	if r.err != nil {
		return c, r.err
	}
	if c.FiledAt, err = phase.ParseInstant(filedAt); err != nil {
		return c, invalidCase("/filed_at", "not-a-time")
	}
	return c, nil
}

// Plan makes the plan of the case, with the errors of Make and then invalid-phase.
func (c *Case) Plan(cat *catalogue.Catalogue) (Plan, error) {
	plan, _, err := c.plan(cat)
	return plan, err
}

func (c *Case) plan(cat *catalogue.Catalogue) (Plan, *Needs, error) {
	v, filing, err := versionFor(cat, Input{Procedure: c.Procedure, Municipality: c.Municipality, FiledAt: c.FiledAt})
	if err != nil {
		return Plan{}, nil, err
	}
	facts, faults := v.CheckFacts(&c.facts, filing)
	if len(faults) > 0 {
		return Plan{}, nil, catalogue.InvalidFacts(faults)
	}
	rows, err := phase.DecodeRows([]byte(c.phases.Raw))
	if err != nil {
		return Plan{}, nil, err
	}
	needs, err := assess(v, facts, c.Municipality, filing, c.Consents)
	if err != nil {
		return Plan{}, nil, err
	}
	return needs.At(rows, c.FiledAt), needs, nil
}

// members reads members of an object and keeps the first thing that is wrong.
type members struct {
	tree *strictjson.Value
	err  error
}

func (m *members) fail(pointer string, reason fault.Reason) {
	if m.err == nil {
		m.err = invalidCase(pointer, reason)
	}
}

func (m *members) member(name string, kind strictjson.Kind, want fault.Reason) *strictjson.Value {
	v := m.tree.Get(name)
	switch {
	case v.Kind == strictjson.Absent:
		m.fail("/"+name, "value-missing")
	case v.Kind != kind:
		m.fail("/"+name, want)
	case m.twice(name):
		m.fail("/"+name, "value-twice")
	}
	return v
}

func (m *members) twice(name string) bool {
	n := 0
	for i := range m.tree.Members {
		if m.tree.Members[i].Name == name {
			n++
		}
	}
	return n > 1
}

// once reads what Shallow left unread, and holds that nothing stands twice in it.
func (m *members) once(name string, v *strictjson.Value) strictjson.Value {
	if v.Kind != strictjson.Object && v.Kind != strictjson.Array {
		return strictjson.Value{}
	}
	read, err := strictjson.Parse([]byte(v.Raw))
	if err != nil {
		m.fail("/"+name, "line-unreadable")
	} else if pointer, twice := read.Twice(); twice {
		m.fail("/"+name+pointer, "value-twice")
	}
	return read
}

func (m *members) text(name string) string {
	return m.member(name, strictjson.String, "a-text").Text
}

func (m *members) texts(name string) []string {
	list := m.member(name, strictjson.Array, "list-of-texts")
	if list.Kind != strictjson.Array {
		return nil
	}
	read, err := strictjson.Parse([]byte(list.Raw))
	if err != nil {
		m.fail("/"+name, "list-of-texts")
		return nil
	}
	list = &read
	out := make([]string, 0, len(list.Items))
	for i := range list.Items {
		if list.Items[i].Kind != strictjson.String {
			m.fail("/"+name+"/"+strconv.Itoa(i), "a-text")
			break
		}
		out = append(out, list.Items[i].Text)
	}
	return out
}

func invalidCase(pointer string, reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidCase, reason).With(fault.Detail{Code: fault.CodeInvalidCase, Reason: reason, Pointer: pointer})
}
