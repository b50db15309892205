package main

import (
	"errors"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/wording"
)

// explain says an error to a person at a terminal: a fault in it by its sentence, with each of its details on a line of its own
// and the cause.
func explain(err error) string {
	f := fault.As(err)
	if f == nil {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(f.Code + ": " + present.Fault(f, wording.English))
	for _, d := range f.Details {
		at := d.Pointer + d.Parameter
		if d.Document != "" {
			at = d.Document + "/" + d.Subject
		}
		b.WriteString("\n  " + at + ": " + sentence(d))
	}
	if cause := errors.Unwrap(f); cause != nil {
		b.WriteString("\n  " + cause.Error())
	}
	return strings.Replace(err.Error(), f.Error(), b.String(), 1)
}

// sentence says one thing that is wrong, for the terminal and for answers of the evidence command.
func sentence(d fault.Detail) string { return present.Detail(nil, d, wording.English) }
