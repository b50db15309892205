// Package publish is how officials change the catalogue (P8): an edition is uploaded, examined, proposed by one person, approved by
// another, and is then in force from its instant on every node. A municipality's admins do this for what lies over the national
// edition in their own municipality, national admins for the country.
package publish

import (
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// National is the scope of the edition for everybody.
const National = edition.National

// Lead is how far ahead of its commit an edition comes into force at least, as for phases (review.md, "Switching").
const Lead = time.Second

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB  // reads the cases of a replay, which an admin may not see
	keys     *receipt.Keys // sign certificates; nil: they are not signed
	issuer   string
	batch    int // cases of a replay that are read at once
}

// New makes the service. sweep connects as the sweep role.
func New(dossiers *dossier.Service, sweep *postgres.DB) *Service {
	return &Service{dossiers: dossiers, sweep: sweep, batch: replayBatch}
}

// The states of an edition as people see it: those of models.EditionState, and of an approved one what the clock has made of it.
const (
	StateInForce    = "in-force"
	StateSuperseded = "superseded"
)

// Edition is an edition on its way, with what was found when it was examined. It is also what is remembered as the answer to a
// request that may be sent again.
type Edition struct {
	ID        string
	Scope     string // National, or a municipality's code
	Digest    string
	State     string
	Base      string // the national edition that a municipality's was examined with
	Restores  string // the edition whose contents it brings back
	Findings  []lint.Finding
	Cases     cases.Result
	Diff      []diff.Change
	Conflicts []Conflict

	Certificate *Certified // nil while it is not approved

	Reason     string
	Circular   string
	From       *time.Time
	Raised     bool   // approval moved the instant to at least Lead from then
	UploadedBy string // person ids, shown to admins alone
	ProposedBy string
	DecidedBy  string
	UploadedAt time.Time
	ProposedAt *time.Time
	DecidedAt  *time.Time
	EndedAt    *time.Time
	Version    int64
}

// Conflict is a municipality's edition that does not fit a national one: what its admins have to mend before the instant.
type Conflict struct {
	Municipality string
	Faults       []Fault
}

// Fault is one thing wrong with a file of a bundle.
type Fault struct {
	File string
	Line int // from 1; 0 for the file as a whole
	Text string
}

// view turns the stored edition into what an admin sees. inForce is the row that holds in its scope now, nil if none does.
func view(e *models.Edition, inForce *edition.Row, now time.Time) (*Edition, error) {
	out := &Edition{
		ID:         e.ID,
		Scope:      e.Scope,
		Digest:     e.Digest,
		State:      stateOf(e, inForce, now),
		Base:       e.Base,
		Restores:   deref(e.RestoresID),
		Reason:     e.Reason,
		Circular:   e.Circular,
		From:       e.EffectiveFrom,
		UploadedBy: e.UploadedBy,
		ProposedBy: deref(e.ProposedBy),
		DecidedBy:  deref(e.DecidedBy),
		UploadedAt: e.UploadedAt,
		ProposedAt: e.ProposedAt,
		DecidedAt:  e.DecidedAt,
		EndedAt:    e.EndedAt,
		Version:    e.Version,
	}
	var found stored
	for _, part := range []struct {
		raw  []byte
		into any
	}{{e.Findings, &found}, {e.Cases, &out.Cases}, {e.Diff, &out.Diff}} {
		if len(part.raw) == 0 {
			continue
		}
		if err := json.Unmarshal(part.raw, part.into); err != nil {
			return nil, err
		}
	}
	out.Findings, out.Conflicts = found.Findings, found.Conflicts
	return out, nil
}

func stateOf(e *models.Edition, inForce *edition.Row, now time.Time) string {
	switch {
	case e.State != models.EditionApproved || e.EffectiveFrom.After(now):
		return string(e.State)
	case inForce != nil && inForce.Edition == e.ID:
		return StateInForce
	}
	return StateSuperseded
}

func deref(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

// mayWrite refuses editions outside the actor's reach: a municipal admin has the own municipality's, a national admin the national one.
func mayWrite(actor models.Actor, scope string) error {
	if actor.Role == models.RoleNational && scope == National ||
		actor.Role == models.RoleAdmin && actor.Municipality != "" && scope == actor.Municipality {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeForbidden, "other-editions")
}

// concerns says whether an edition is an admin's business: the country's is everybody's, a municipality's its own admins'.
func concerns(actor models.Actor, scope string) bool {
	return actor.Role != models.RoleAdmin || scope == National || scope == actor.Municipality
}

// notNow is the refusal of a step that the edition's state does not allow.
func notNow(reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason)
}
