package publish

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// examination is what is found of an edition beside what is in force.
type examination struct {
	base      string // the national edition that a municipality's was laid over
	findings  []lint.Finding
	cases     cases.Result
	diff      []diff.Change
	conflicts []Conflict
}

// stored is what stands in editions.findings.
type stored struct {
	Findings  []lint.Finding
	Conflicts []Conflict
}

func (x *examination) store(e *models.Edition) error {
	e.Base = x.base
	for _, part := range []struct {
		of   any
		into *[]byte
	}{{stored{x.findings, x.conflicts}, &e.Findings}, {x.cases, &e.Cases}, {x.diff, &e.Diff}} {
		raw, err := json.Marshal(part.of)
		if err != nil {
			return err
		}
		*part.into = raw
	}
	return nil
}

// examine loads a bundle as it would be in force, and holds it to its case tables, to lint and to the edition in force. Its error
// is source.Faults for what cannot be loaded.
func (s *Service) examine(ctx context.Context, scope string, bundle *edition.Bundle) (*examination, error) {
	now := s.dossiers.DB.Now()
	x := &examination{}
	before := s.dossiers.Editions.At(scope, now)
	national := s.dossiers.Editions.At(National, now)
	after, err := s.dossiers.Editions.Worked(bundle, national)
	if err != nil {
		return nil, err
	}
	look := lint.Input{Catalogue: after, Files: bundle.FS(), Today: jp.DateIn(now), Unread: wording.Unread}
	if scope == National {
		if x.conflicts, err = s.conflicts(ctx, after, now); err != nil {
			return nil, err
		}
	} else {
		x.base, look.Base = national.Ref.National, national.Catalogue
	}
	table, err := cases.Read(bundle, after)
	if err != nil {
		return nil, err
	}
	x.cases = cases.Run(after, table)
	situations := situations(table)
	look.Cases = situations
	x.findings = lint.Check(look)
	held, err := s.casesHeld(scope, before)
	if err != nil {
		return nil, err
	}
	x.diff = append(diff.Compare(before.Catalogue, after, situations), diff.Tables(held, len(table))...)
	return x, nil
}

// casesHeld is how many cases hold the edition that is in force in a scope; 0 where it has none of its own.
func (s *Service) casesHeld(scope string, now *shelf.Current) (int, error) {
	digest := now.Ref.National
	if scope != National {
		digest = now.Ref.Local
	}
	if digest == "" {
		return 0, nil
	}
	files, err := s.dossiers.Editions.Files(digest)
	if err != nil {
		return 0, err
	}
	table, err := cases.Read(files, now.Catalogue)
	var faults source.Faults
	if errors.As(err, &faults) {
		return 0, nil // a table that was read with another national edition: nothing is known of it
	}
	return len(table), err
}

// situations are the cases of the tables as conditions are tried on them.
func situations(table []cases.Case) []condition.Case {
	out := make([]condition.Case, len(table))
	for i, c := range table {
		out[i] = condition.Case{Procedure: c.Procedure, Municipality: c.Municipality, Filed: jp.DateIn(c.FiledAt), Facts: c.Facts}
	}
	return out
}

// conflicts tries the editions of all municipalities over a national one that may come into force. What is read is short; what is
// compiled, one after the other, is in no transaction.
func (s *Service) conflicts(ctx context.Context, national *catalogue.Catalogue, now time.Time) ([]Conflict, error) {
	held, err := s.held(ctx, now)
	if err != nil {
		return nil, err
	}
	var out []Conflict
	for _, r := range held {
		bundle, err := s.dossiers.Editions.Files(r.Digest)
		if err != nil {
			return nil, err
		}
		faults, err := misfit(bundle, national)
		if err != nil {
			return nil, err
		}
		if len(faults) > 0 {
			out = append(out, Conflict{Municipality: r.Scope, Faults: faults})
		}
	}
	return out, nil
}

// examiner reads what is in force, which is public.
var examiner = models.Actor{Role: models.RolePublic, Purpose: "editions"}

// held are the rows of the municipalities that have an edition of their own in force.
func (s *Service) held(ctx context.Context, now time.Time) ([]edition.Row, error) {
	var out []edition.Row
	return out, s.dossiers.DB.InTx(ctx, examiner, func(tx *postgres.Tx) error {
		read, err := tx.AllEditionRows()
		rows := shelf.Rows(read)
		seen := map[string]bool{National: true}
		for i := range rows {
			scope := rows[i].Scope
			if r := edition.Latest(rows, scope, now); !seen[scope] && r != nil && r.Digest != "" {
				out = append(out, *r)
			}
			seen[scope] = true
		}
		return err
	})
}

// misfit says what of a municipality's edition does not fit a national one.
func misfit(bundle *edition.Bundle, national *catalogue.Catalogue) ([]Fault, error) {
	_, err := bundle.Load(national)
	var faults source.Faults
	if !errors.As(err, &faults) {
		return nil, err
	}
	out := make([]Fault, len(faults))
	for i, f := range faults {
		out[i] = Fault{f.File, f.Line, f.Text}
	}
	return out, nil
}
