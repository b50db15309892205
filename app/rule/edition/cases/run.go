package cases

import (
	"fmt"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
)

// Result is what running the cases of an edition gave.
type Result struct {
	Passed int       `json:"passed"`
	Failed []Failure `json:"failed"`
}

// Failure is one case that gave something else than it has to.
type Failure struct {
	File      string `json:"file"` // and the sheet: cases/claim.xlsx [認定請求]
	Line      int    `json:"line"` // the row of a table
	Name      string `json:"name"`
	Procedure string `json:"procedure"`

	// What was expected, and what came: an error by its code, or papers as document/subject; of a case that says the whole plan,
	// with item, decision, reason and inquire behind it.
	ExpectedError string   `json:"expected_error,omitempty"`
	Expected      []string `json:"expected"`
	CameError     string   `json:"came_error,omitempty"`
	Came          []string `json:"came"`

	Text string `json:"text"` // the difference in words, for those who edit the tables

	Missing []string       `json:"-"` // expected, and did not come
	Extra   []string       `json:"-"` // came, and was not expected
	Details []fault.Detail `json:"-"` // of CameError
}

// String is the failure on one line: file, row, name, and what is different.
func (f Failure) String() string { return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Name, f.Text) }

// Run runs cases by a catalogue.
func Run(c *catalogue.Catalogue, list []Case) Result {
	out := Result{Failed: []Failure{}}
	for i := range list {
		if f := list[i].run(c); f != nil {
			out.Failed = append(out.Failed, *f)
			continue
		}
		out.Passed++
	}
	return out
}

// run is nil for a case that gives what it has to.
func (k *Case) run(c *catalogue.Catalogue) *Failure {
	plan, err := evidence.Make(c, k.Input())
	f := &Failure{File: k.File, Line: k.Line, Name: k.Name, Procedure: k.Procedure, ExpectedError: k.Want.Error, Expected: []string{}, Came: []string{}}
	if err != nil {
		refused := fault.As(err)
		if refused == nil {
			refused = fault.New(fault.Internal, fault.CodeInternal, "")
		}
		f.CameError, f.Details = refused.Code, refused.Details
		if f.CameError == f.ExpectedError {
			return nil
		}
	}
	f.Expected = append(f.Expected, k.expected()...)
	if err == nil {
		f.Came = append(f.Came, k.came(plan)...)
	}
	if f.ExpectedError == "" && f.CameError == "" {
		f.Missing, f.Extra = without(f.Expected, f.Came), without(f.Came, f.Expected)
		if len(f.Missing)+len(f.Extra) == 0 {
			return nil
		}
	}
	f.Text = k.words(c, f)
	return f
}

func (k *Case) expected() []string {
	if k.Want.Plan == nil {
		return k.Want.Attach
	}
	out := make([]string, len(k.Want.Plan))
	for i, r := range k.Want.Plan {
		out[i] = r.full()
	}
	return out
}

// came is a plan as the case says what it expects: each requirement with the members that the case names of it.
func (k *Case) came(plan evidence.Plan) []string {
	var out []string
	for _, r := range plan.Requirements {
		name := r.Name()
		if k.Want.Plan == nil {
			if r.Decision == evidence.Attach {
				out = append(out, name)
			}
			continue
		}
		got := Requirement{Document: r.Document, Subject: r.Subject, Item: r.Item, Decision: r.Decision, Reason: r.Reason, Inquire: &r.Inquire}
		for _, want := range k.Want.Plan {
			if want.Document == r.Document && want.Subject == r.Subject {
				got = got.as(want)
			}
		}
		out = append(out, got.full())
	}
	return out
}

// as leaves out what another one does not say.
func (r Requirement) as(said Requirement) Requirement {
	for _, m := range []struct {
		mine  *string
		other string
	}{{&r.Item, said.Item}, {&r.Decision, said.Decision}, {&r.Reason, said.Reason}} {
		if m.other == "" {
			*m.mine = ""
		}
	}
	if said.Inquire == nil {
		r.Inquire = nil
	}
	return r
}

func (r Requirement) full() string {
	parts := []string{r.Document + "/" + r.Subject}
	for _, text := range []string{r.Item, r.Decision, r.Reason} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if r.Inquire != nil {
		parts = append(parts, map[bool]string{true: "inquire", false: "no-inquiry"}[*r.Inquire])
	}
	return strings.Join(parts, " ")
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// words say what is different.
func (k *Case) words(c *catalogue.Catalogue, f *Failure) string {
	v := c.Version(k.Procedure, jp.DateIn(k.FiledAt))
	name := func(list []string) string {
		if v == nil {
			return strings.Join(list, ", ")
		}
		return said(v, list)
	}
	switch {
	case f.CameError != "" && f.ExpectedError != "":
		return fmt.Sprintf("the error %s is expected, and it is refused with %s%s", f.ExpectedError, f.CameError, k.details(v, f))
	case f.CameError != "":
		return fmt.Sprintf("it is refused with %s%s", f.CameError, k.details(v, f))
	case f.ExpectedError != "" && len(f.Came) == 0:
		return fmt.Sprintf("the error %s is expected, and it needs no paper", f.ExpectedError)
	case f.ExpectedError != "":
		return fmt.Sprintf("the error %s is expected, and it asks for %s", f.ExpectedError, name(f.Came))
	}
	var parts []string
	if len(f.Missing) > 0 {
		parts = append(parts, "expected and not asked for: "+name(f.Missing))
	}
	if len(f.Extra) > 0 {
		parts = append(parts, "asked for and not expected: "+name(f.Extra))
	}
	return strings.Join(parts, "; ")
}

// details say at which answers a case is refused, with the columns of its table.
func (k *Case) details(v *catalogue.Version, f *Failure) string {
	var parts []string
	for _, d := range f.Details {
		at := d.Pointer
		if v != nil {
			at = Place(v, d.Pointer)
		}
		if column := k.column(d.Pointer); column != "" {
			at += " (column " + column + ")"
		}
		parts = append(parts, at+": "+d.Code)
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// column is that of an answer, or the first of an object of answers; empty for what no column of the row answers.
func (k *Case) column(pointer string) string {
	first := ""
	for at, column := range k.columns {
		if at != pointer && !strings.HasPrefix(at, pointer+"/") {
			continue
		}
		if first == "" || len(column) < len(first) || len(column) == len(first) && column < first {
			first = column
		}
	}
	return first
}
