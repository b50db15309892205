// Package postal finds the places of a postal code (郵便番号), so that a parent does not type what the code says already
// (web.md). It reads the postal service's own table, which every deployment puts beside its configuration.
package postal

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
)

// Table is the places by their codes. The zero value, and a nil one, know none.
type Table struct{ places map[string][]place }

// place is one town of a code: its prefecture and municipality, and its name, which may be empty.
type place struct{ area, town string }

// The columns of the table (住所の郵便番号, UTF-8): municipality's code, old code, postal code, three readings, then
// prefecture, municipality, town, and six marks that are not needed here.
const (
	columnCode         = 2
	columnPrefecture   = 6
	columnMunicipality = 7
	columnTown         = 8
	columns            = 9 // at least
)

// mostPlaces is how many places of one code are kept apart; a code of more says only its municipality.
const mostPlaces = 20

// Read reads the table: CSV in UTF-8, a byte order mark is allowed. Error: which line cannot be read.
func Read(r io.Reader) (*Table, error) {
	t := &Table{places: map[string][]place{}}
	lines := csv.NewReader(r)
	lines.FieldsPerRecord, lines.ReuseRecord, lines.LazyQuotes = -1, true, true
	for n := 1; ; n++ {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("postal: %w", err)
		}
		if len(row) < columns {
			return nil, fmt.Errorf("postal: line %d has %d columns, fewer than %d", n, len(row), columns)
		}
		code, ok := jp.NormalisePostalCode(strings.TrimPrefix(row[columnCode], "\ufeff"))
		if !ok {
			return nil, fmt.Errorf("postal: line %d: %q is no postal code", n, row[columnCode])
		}
		one := place{row[columnPrefecture] + row[columnMunicipality], strings.Clone(town(row[columnTown]))}
		if one.area != "" && len(t.places[code]) <= mostPlaces && !slices.Contains(t.places[code], one) {
			t.places[code] = append(t.places[code], one)
		}
	}
}

// town is the name of a town as it stands in an address: what the table adds for those who sort letters is left out.
func town(name string) string {
	if before, _, found := strings.Cut(name, "（"); found { // 一部、丁目、番地
		name = before
	}
	switch {
	case name == "以下に掲載がない場合", strings.HasSuffix(name, "の次に番地がくる場合"):
		return ""
	case name != "一円" && strings.HasSuffix(name, "一円"):
		return ""
	}
	return name
}

// Address is how far a code, written in any way that a person may write it, says an address: prefecture, municipality and
// town; without the town where a code has several, so that nobody's address begins with a neighbour's; empty where it has
// several municipalities, and for a code that the table does not have.
func (t *Table) Address(code string) string {
	normal, ok := jp.NormalisePostalCode(code)
	if t == nil || !ok || len(t.places[normal]) == 0 {
		return ""
	}
	first, rest := t.places[normal][0], t.places[normal][1:]
	if slices.ContainsFunc(rest, func(p place) bool { return p.area != first.area }) {
		return ""
	}
	if len(rest) > 0 {
		return first.area
	}
	return first.area + first.town
}
