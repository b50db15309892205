package edition

import (
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// National is the scope of the edition for everybody.
const National = catalogue.National

// ScopeOf says whose edition a bundle is: National, or a municipality's code. Its error is source.Faults.
func (b *Bundle) ScopeOf() (string, error) {
	m, err := catalogue.ReadManifest(b.FS())
	if err != nil {
		return "", err
	}
	if m.Scope != National && !jp.ValidMunicipality(m.Scope) {
		return "", source.Faults{{File: catalogue.ManifestFile, Text: "scope is \"*\" for the whole country, or the six digits of a municipality"}}
	}
	return m.Scope, nil
}

// Load makes the catalogue of a bundle: a national one by itself, a municipality's over the national one in force with it. With
// anything wrong it is nil and the error source.Faults.
func (b *Bundle) Load(base *catalogue.Catalogue) (*catalogue.Catalogue, error) {
	scope, err := b.ScopeOf()
	if err != nil {
		return nil, err
	}
	if scope == National {
		return catalogue.Load(b.FS())
	}
	return catalogue.Overlay(base, b.FS())
}

// Ref names what a case was decided by: the digests of the national edition and of the municipality's, which is empty where it
// had none in force.
type Ref struct{ National, Local string }

// Row says from when an edition is in force in its scope. Rows are only ever added.
type Row struct {
	ID      string
	Scope   string // National, or a municipality's code
	Digest  string // empty: the municipality has no edition of its own from then on
	From    time.Time
	Edition string // the proposal that put it there; empty for imported history
	Cancels bool   // takes back what Edition said, as if it had never been said
}

// InForce is what holds in a municipality, or with National in the country, at an instant: of each scope what Latest gives. false
// while there is no national one.
func InForce(rows []Row, municipality string, at time.Time) (Ref, bool) {
	var ref Ref
	national, local := Latest(rows, National, at), Latest(rows, municipality, at)
	if national == nil {
		return ref, false
	}
	ref.National = national.Digest
	if local != nil && municipality != National {
		ref.Local = local.Digest
	}
	return ref, true
}

// Latest is the row of a scope that holds at an instant: of those that were not taken back the one with the latest From not after it,
// and of two with the same the one that stands later in the list. nil if none does.
func Latest(rows []Row, scope string, at time.Time) *Row {
	return latest(rows, at, func(r *Row) bool { return r.Scope == scope })
}

// LatestOf is Latest among the rows of one edition: how it came into force that decided a case at an instant, whatever was told of
// the past since.
func LatestOf(rows []Row, scope, digest string, at time.Time) *Row {
	return latest(rows, at, func(r *Row) bool { return r.Scope == scope && r.Digest == digest })
}

func latest(rows []Row, at time.Time, counts func(*Row) bool) *Row {
	var found *Row
	for i := range rows {
		if r := &rows[i]; counts(r) && !r.From.After(at) && (found == nil || !r.From.Before(found.From)) && r.Stands(rows) {
			found = r
		}
	}
	return found
}

// Stands says whether a row says something among all rows: it was not taken back, and takes nothing back itself.
func (r *Row) Stands(rows []Row) bool {
	return !r.Cancels && !slices.ContainsFunc(rows, func(o Row) bool { return o.Cancels && o.Edition == r.Edition })
}

// NextChange is the next instant after at from which another edition is in force in a municipality; false if none is known.
func NextChange(rows []Row, municipality string, at time.Time) (time.Time, bool) {
	now, _ := InForce(rows, municipality, at)
	later := slices.SortedFunc(func(yield func(time.Time) bool) {
		for i := range rows {
			if r := &rows[i]; (r.Scope == National || r.Scope == municipality) && r.From.After(at) && !yield(r.From) {
				return
			}
		}
	}, time.Time.Compare)
	for _, from := range later {
		if then, _ := InForce(rows, municipality, from); then != now {
			return from, true
		}
	}
	return time.Time{}, false
}
