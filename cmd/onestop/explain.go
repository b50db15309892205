package main

import (
	"errors"
	"strings"

	"kosodate.example/onestop/app/fault"
)

// explain writes a fault with each of its details on a line of its own, for a person at a terminal.
func explain(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	var b strings.Builder
	b.WriteString(f.Code + ": " + f.Text)
	for _, d := range f.Details {
		b.WriteString("\n  " + d.Pointer + ": " + d.Text)
	}
	return errors.New(b.String())
}
