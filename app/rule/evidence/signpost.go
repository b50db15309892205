package evidence

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Told is a signpost that stands for a person, and the question beside which it does.
type Told struct {
	Signpost *catalogue.Signpost
	At       string // the JSON Pointer of the answer: /facts/children/0/birth_date
}

// Signposts are those of a version that stand for what is answered so far. One that reads an answer which is not there yet waits for it;
// what is wrong counts as not answered. They decide nothing (catalogue.Signpost).
func Signposts(v *catalogue.Version, facts json.RawMessage, form map[string]any, municipality string, filing jp.Date) []Told {
	if len(v.Signposts) == 0 {
		return nil
	}
	k, err := knownOf(v, Input{JSON: facts, Municipality: municipality}, filing)
	if err != nil {
		return nil
	}
	var out []Told
	for _, s := range v.Signposts {
		holds, err := s.Holds(v, k.facts, form, municipality, filing)
		if err != nil {
			continue // a fault of the catalogue, which no parent can mend
		}
		for n, stands := range holds {
			entry := strconv.Itoa(n)
			if stands && !slices.ContainsFunc(s.Reads(), func(path []string) bool {
				path = placed(path, entry)
				return len(path) > 0 && len(k.missing(path)) > 0
			}) {
				out = append(out, Told{s, pointerTo(s, entry)})
			}
		}
	}
	return out
}

// pointerTo is where a signpost stands for one of its subjects.
func pointerTo(s *catalogue.Signpost, entry string) string {
	path := strings.Split(s.Ask, ".")
	if list := catalogue.ListOf(s.Subject); list != "" && len(path) > 2 && path[1] == list {
		path = slices.Insert(path, 2, entry)
	}
	return question.Pointer(path...)
}
