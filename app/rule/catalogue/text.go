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
	Text   = source.Text
	Names  = source.Names
	Fault  = source.Fault
	Faults = source.Faults
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
