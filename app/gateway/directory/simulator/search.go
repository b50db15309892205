package simulator

import (
	"cmp"
	"io"
	"net/http"
	"slices"

	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/residents"
)

// query is a search on the wire.
type query struct {
	Municipality string `json:"municipality"`
	FamilyName   string `json:"family_name"`
	GivenName    string `json:"given_name"`
	FamilyKana   string `json:"family_kana"`
	GivenKana    string `json:"given_kana"`
	BirthDate    string `json:"birth_date"`
	Address      string `json:"address"`
}

type candidate struct {
	ResidentID string   `json:"resident_id"`
	Name       string   `json:"name"`
	Kana       string   `json:"kana"`
	BirthDate  string   `json:"birth_date"`
	Address    string   `json:"address"`
	Former     []string `json:"former_addresses,omitempty"`
	Protected  bool     `json:"protected"`

	marks int
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	var q query
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = mutual.Decode(text, &q)
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, mutual.Refusal{Code: "malformed"})
		return
	}
	if !slices.Contains(residents.Municipalities, q.Municipality) {
		writeJSON(w, http.StatusUnprocessableEntity, mutual.Refusal{Code: "unknown-municipality"})
		return
	}
	writeJSON(w, http.StatusOK, map[string][]candidate{"candidates": s.candidates(q)})
}

// candidates are those of whom enough agrees, the best first.
func (s *Server) candidates(q query) []candidate {
	list := []candidate{}
	for r := range s.o.Data.Family(q.Municipality, q.family) {
		if marks := q.marks(r); marks >= enough {
			list = append(list, candidate{
				ResidentID: r.ID,
				Name:       r.Name(),
				Kana:       r.Kana(),
				BirthDate:  r.BirthDate,
				Address:    r.Address,
				Former:     r.Former,
				Protected:  r.Protected,
				marks:      marks,
			})
		}
	}
	// Somebody of the same name with another birth date is offered only while nobody has the right one: a wrong date, not a brother.
	if slices.ContainsFunc(list, func(c candidate) bool { return c.BirthDate == q.BirthDate }) {
		list = slices.DeleteFunc(list, func(c candidate) bool { return c.BirthDate != q.BirthDate })
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.marks, a.marks), cmp.Compare(a.ResidentID, b.ResidentID))
	})
	return list[:min(len(list), directory.MaxCandidates)]
}

// enough is a family name with a given name and a birth date, or with a given name and an address, or with a birth date
// and an address; a given name alone where nothing else was asked.
const enough = 4

// family says whether a family name may be the one: as written, or by its reading, sound marks left out.
func (q query) family(name, kana string) bool {
	return q.FamilyName != "" && directory.Name(name) == directory.Name(q.FamilyName) ||
		q.FamilyKana != "" && directory.LooseReading(kana) == directory.LooseReading(q.FamilyKana)
}

// marks says how much of a query agrees with a resident whose family name does. What contradicts counts nothing.
func (q query) marks(r residents.Resident) int {
	marks := 0
	switch {
	case q.GivenKana == "" && q.GivenName == "" && r.GivenName == "": // who has one name only
		marks += 3
	case q.GivenKana != "" && directory.Reading(r.GivenKana) == directory.Reading(q.GivenKana):
		marks += 3
	case q.GivenKana != "" && directory.LooseReading(r.GivenKana) == directory.LooseReading(q.GivenKana),
		q.GivenName != "" && directory.Name(r.GivenName) == directory.Name(q.GivenName):
		marks += 2
	}
	if q.BirthDate != "" && q.BirthDate == r.BirthDate {
		marks += 2
	}
	if place := directory.Place(q.Address); place != "" {
		at := func(a string) bool { return directory.Place(a) == place }
		switch {
		case at(r.Address):
			marks += 2
		case slices.ContainsFunc(r.Former, at):
			marks++
		}
	}
	if q.BirthDate == "" && q.Address == "" && marks > 0 {
		marks += 2
	}
	return marks
}
