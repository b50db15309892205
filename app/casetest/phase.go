package casetest

import (
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// The days on which the network began, on trial and in full operation.
var (
	TrialFrom = time.Date(2017, 7, 18, 0, 0, 0, 0, jp.JST)
	FullFrom  = time.Date(2017, 11, 13, 0, 0, 0, 0, jp.JST)
)

// Trial puts an item in a municipality, "*" for all, on trial since the network began.
func (w *World) Trial(item, municipality string) {
	w.T.Helper()
	w.Phase("*", item, municipality, "trial", TrialFrom)
}

// Full puts an item in a municipality, "*" for all, into full operation since it began.
func (w *World) Full(item, municipality string) {
	w.T.Helper()
	w.Phase("*", item, municipality, "full", FullFrom)
}

// Suspended takes an item in a municipality off the network since an instant.
func (w *World) Suspended(item, municipality string, from time.Time) {
	w.T.Helper()
	w.Phase("*", item, municipality, "suspended", from)
}

// Phase adds a row as imported history, which may begin at any instant, past ones too.
func (w *World) Phase(procedure, item, municipality, phase string, from time.Time) {
	w.T.Helper()
	w.Exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, $2, $3, $4, $5, $6, true)`,
		models.NewID(), procedure, item, municipality, phase, from)
}
