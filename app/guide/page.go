package guide

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ProcedurePage is everything that the explanation page of a procedure says (R12), for one municipality or for the
// country, at one instant.
type ProcedurePage struct {
	At           time.Time
	Catalogue    *catalogue.Catalogue // in force there and then
	Version      *catalogue.Version
	Category     catalogue.Category
	Municipality *models.Municipality // nil: the country's view
	Offering     *models.Offering     // nil if none, or no municipality was asked about
	Open         bool                 // the municipality takes applications on that day
	Signature    string               // the municipality's level, else the catalogue's default (P3)
	Weeks        int                  // how long a decision usually takes: as the municipality says, else the catalogue; 0: nobody says
	Documents    []PageDocument       // in the order of the catalogue
	TrialNote    bool                 // the note of R8 belongs on the page
	Mine         *evidence.Foresight  // what the answers that were given say of the documents; nil without a municipality

	// A complete and valid case, with which a client can try the API as it stands.
	ExampleFacts json.RawMessage
	ExampleForm  map[string]any
}

// Keep is how long the page may be kept: at most longest, and not beyond the next switch that is known.
func (p *ProcedurePage) Keep(longest time.Duration) time.Duration {
	for _, d := range p.Documents {
		if d.ChangesAt != nil {
			longest = min(longest, d.ChangesAt.Sub(p.At))
		}
	}
	return max(0, longest)
}

// PageDocument is one document that the procedure may ask for, and what the phase makes of it.
type PageDocument struct {
	Rule         *catalogue.Rule
	Phase        string // of the item; empty for a document that nothing replaces
	Needed       bool   // it has to be brought by whom its condition meets; else the network is asked, or the own records (Rule.Waived)
	NeedsConsent bool   // it is omitted only for a person who consents (P6)

	// ChangesAt is when a switch that is known already changes this, and NeededThen what holds from then on (R8).
	ChangesAt  *time.Time
	NeededThen bool
}

// Procedure makes the page of a procedure at an instant, now if it is zero. Errors: not-found for an unknown procedure,
// or one without a version in force on that day; invalid-municipality with the name of the parameter.
func (s *Service) Procedure(ctx context.Context, code, municipalityCode string, at time.Time) (*ProcedurePage, error) {
	return s.explain(ctx, asked{code: code, municipality: municipalityCode, at: at})
}

// ProcedureFor makes the page as it is now for one person: Mine says which documents are certain by the answers (facts, of which any may be
// missing) and which questions decide about the others. Nothing of them is kept. Errors as of Procedure, and invalid-facts for what is no
// object.
func (s *Service) ProcedureFor(ctx context.Context, code, municipalityCode string, answers func(*catalogue.Version) json.RawMessage) (*ProcedurePage, error) {
	return s.explain(ctx, asked{code: code, municipality: municipalityCode, answers: answers})
}

// asked is what a page is made of.
type asked struct {
	by                 *catalogue.Catalogue // nil: that in force
	code, municipality string
	at                 time.Time
	answers            func(*catalogue.Version) json.RawMessage // nil: nobody's
}

// Preview makes the page as it would be now by a catalogue that is not in force: of an edition on its way. Errors as of Procedure.
func (s *Service) Preview(ctx context.Context, c *catalogue.Catalogue, code, municipalityCode string) (*ProcedurePage, error) {
	return s.explain(ctx, asked{by: c, code: code, municipality: municipalityCode})
}

func (s *Service) explain(ctx context.Context, q asked) (*ProcedurePage, error) {
	out := &ProcedurePage{}
	var rows []phase.Row
	err := s.dossiers.DB.InTx(ctx, public("show-procedure"), func(tx *postgres.Tx) error {
		out.At = instant(tx, q.at)
		scope := cmp.Or(q.municipality, phase.Any)
		force, err := s.dossiers.Force(tx, q.code, scope, out.At)
		if err != nil {
			return err
		}
		out.Catalogue = cmp.Or(q.by, force.Catalogue)
		if out.Version = out.Catalogue.Version(q.code, jp.DateIn(out.At)); out.Version == nil {
			return fault.ErrNotFound
		}
		if err := s.place(tx, out, q.municipality); err != nil {
			return err
		}
		out.Documents, rows = documents(out.Version, force.Phases, scope, out.At), force.Phases
		return nil
	})
	if err != nil {
		return nil, err
	}
	if q.answers != nil && out.Municipality != nil {
		if out.Mine, err = s.foresee(out, rows, q.answers(out.Version)); err != nil {
			return nil, err
		}
	}
	out.Category, _ = out.Catalogue.Category(out.Version.Procedure.Category)
	out.TrialNote = out.Municipality != nil && out.Municipality.TrialNote && onTrial(out.Documents)
	out.ExampleFacts, out.ExampleForm, err = out.Version.ExampleCase(q.municipality, jp.DateIn(out.At))
	return out, err
}

// foresee says what the answers say of the documents. Who consents is asked when one applies: until then consent is taken for given, and
// the page says what it is needed for.
func (s *Service) foresee(out *ProcedurePage, rows []phase.Row, answers json.RawMessage) (*evidence.Foresight, error) {
	f, err := s.foreseers.get(out.Version, func() (*evidence.Foreseer, error) { return evidence.NewForeseer(out.Version) })
	if err != nil {
		return nil, fault.New(fault.Internal, fault.CodeInternal, "").Because(err)
	}
	return f.Foresee(evidence.Input{
		Procedure:    out.Version.Procedure.Code,
		Municipality: out.Municipality.Code,
		FiledAt:      out.At,
		JSON:         answers,
		Consents:     out.Version.Consents,
		Phases:       rows,
	})
}

// place fills in what the municipality says.
func (s *Service) place(tx *postgres.Tx, out *ProcedurePage, code string) error {
	out.Signature, out.Weeks = out.Version.Signature, out.Version.Procedure.Weeks
	if code == "" {
		return nil
	}
	m, err := municipality(tx, code)
	if err != nil {
		return err
	}
	m.WrappedKey = nil
	out.Municipality = m
	o, err := tx.Offering(code, out.Version.Procedure.Code)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil // the page explains what is not offered here too, and says so
		}
		return err
	}
	out.Offering, out.Signature, out.Open = o, o.Signature, openOn(o, jp.DateIn(out.At))
	out.Weeks = out.Version.Procedure.WeeksOf(o.Weeks)
	return nil
}

func documents(v *catalogue.Version, rows []phase.Row, municipality string, at time.Time) []PageDocument {
	out := []PageDocument{}
	for _, rule := range v.Documents {
		d := PageDocument{Rule: rule, Needed: rule.Waived == nil}
		if d.Needed && rule.Item != "" {
			procedure := v.Procedure.Code
			d.Phase = phase.InForce(rows, procedure, rule.Item, municipality, at).Phase
			d.Needed, d.NeedsConsent = d.Phase != phase.Full, v.NeedsConsent(rule.Item)
			if next, ok := nextNeed(rows, procedure, rule.Item, municipality, at, d.Needed); ok {
				d.ChangesAt, d.NeededThen = &next, !d.Needed
			}
		}
		out = append(out, d)
	}
	return out
}

// nextNeed is when a document that has to be brought need not be any more, or the other way round, by the rows known
// now: a change from trial to suspended is none for the person.
func nextNeed(rows []phase.Row, procedure, item, municipality string, at time.Time, needed bool) (time.Time, bool) {
	for {
		next, ok := phase.NextChange(rows, procedure, item, municipality, at)
		if !ok {
			return time.Time{}, false
		}
		if (phase.InForce(rows, procedure, item, municipality, next).Phase != phase.Full) != needed {
			return next, true
		}
		at = next
	}
}

func onTrial(documents []PageDocument) bool {
	for _, d := range documents {
		if d.Phase == phase.Trial {
			return true
		}
	}
	return false
}
