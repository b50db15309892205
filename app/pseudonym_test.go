package app

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/usecase"
)

// TestTheLogTellsPeopleApartForADay, on every node, and says neither who it is nor that it was the same person yesterday.
func TestTheLogTellsPeopleApartForADay(t *testing.T) {
	w := casetest.New(t, casetest.Hinata)
	node := func(d *dossier.Service) *App { return &App{Services: usecase.Services{Dossiers: d}} }
	one := node(w.Dossiers)
	today := jp.Date{Year: 2026, Month: 4, Day: 1}
	of := func(person string, day jp.Date) string { return pseudonymOn(t.Context(), one, person, day) }
	if first, again := of("a", today), of("a", today); first != again || len(first) != 2*pseudonymBytes {
		t.Errorf("%q, then %q", first, again)
	}
	if of("a", today) == of("b", today) || of("a", today) == of("a", today.AddDays(1)) {
		t.Error("two people, or two days, have one name")
	}
}
