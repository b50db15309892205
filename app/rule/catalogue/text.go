package catalogue

import (
	"maps"
	"slices"

	"kosodate.example/onestop/app/rule/source"
)

// The languages in which every text for people is kept.
const (
	Japanese      = source.Japanese
	PlainJapanese = source.PlainJapanese
	English       = source.English
)

// What a catalogue has of its files: texts in every language, and what Load says is wrong.
type (
	// Text is one text in every language.
	Text = source.Text
	// Names is the name of a procedure in every language, with its kana.
	Names = source.Names
	// Fault is one thing wrong with a file: where, and what.
	Fault = source.Fault
	// Faults is all that Load found wrong.
	Faults = source.Faults
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
