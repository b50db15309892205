package linkage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// protection is why the program reads cases here.
const protection = "protection"

// How many cases one sweep asks the directory about, and how long a job has before the sweep takes its case over.
const (
	lookedUpAtOnce = 500
	sweepAfter     = time.Minute
)

// LookUpJob is the job that asks the directory about a case that has arrived. While the directory is down it comes back later.
func (s *Service) LookUpJob(ctx context.Context, t task.LookUp) error {
	err := s.LookUp(ctx, t.Municipality, t.Application)
	if err != nil && fault.KindOf(err) == fault.Unavailable {
		return task.Later{After: s.opt.BreakFor}
	}
	return err
}

// LookUp asks the directory about the applicant and the children of a case, protects whom it flags (支援措置) over all their cases, and opens the case to
// staff if nobody in it is protected (P9). Without a directory it notes whom the case is about. Errors: unavailable while the directory is down.
func (s *Service) LookUp(ctx context.Context, municipality, id string) error {
	f, err := s.arrived(ctx, municipality, id)
	if err != nil || f == nil {
		return err
	}
	key, err := s.dossiers.MunicipalityKey(ctx, municipality)
	if err != nil {
		return err
	}
	people := dossier.People(key, f.Row, &f.Content)
	var found, flagged [][]byte
	for _, p := range people {
		candidates, err := s.candidates(ctx, query(municipality, &f.Content, p.Subject))
		if err != nil {
			return err
		}
		own, protected := recognised(key, p, candidates)
		if found = append(found, own...); protected {
			flagged = append(append(flagged, own...), p.Marks...)
		}
	}
	return s.dossiers.DB.InTx(ctx, models.System(municipality, protection), func(tx *postgres.Tx) error {
		return s.settle(tx, f, dossier.MarksOf(people), found, flagged)
	})
}

// arrived opens what was filed newest of a case; nil for one that was erased.
func (s *Service) arrived(ctx context.Context, municipality, id string) (*dossier.File, error) {
	var app *models.Application
	var rev *models.Revision
	err := s.dossiers.DB.InTx(ctx, models.System(municipality, protection), func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(id); err != nil {
			return err
		}
		rev, err = tx.FiledRevision(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := s.dossiers.Unseal(ctx, app, rev)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return f, err
}

// candidates asks the directory, unless it is known to be down. Whom it cannot be asked about is nobody it has.
func (s *Service) candidates(ctx context.Context, q directory.Query) ([]directory.Candidate, error) {
	if !s.connected {
		return nil, nil
	}
	done, closed := s.breakers.allow(ComponentDirectory)
	if !closed {
		return nil, fault.New(fault.Unavailable, fault.CodeUnavailable, "").Note("component", ComponentDirectory)
	}
	found, err := s.directory.Find(ctx, q)
	done(down(err))
	if err != nil && fault.KindOf(err) == fault.Refused {
		return nil, nil
	}
	return found, err
}

// recognised are the marks of the residents who are a person, and whether one who may be that person is protected. Somebody who fled writes another
// address than the directory has: for being protected, reading and birth date are enough.
func recognised(key seal.Key, p dossier.PersonOf, candidates []directory.Candidate) (marks [][]byte, protected bool) {
	for _, c := range candidates {
		same := c.Exact || c.BirthDate == p.Birth && dossier.WholeReading(c.Kana) == p.Reading
		if c.Exact || same && c.Protected {
			marks = append(marks, dossier.ResidentMark(key, c.ResidentID))
		}
		protected = protected || same && c.Protected
	}
	return marks, protected
}

// settle keeps what the directory answered of the people that a case named when it was read. If a correction has come meanwhile, which may
// name somebody else, the case stays hidden: it has a job of its own.
func (s *Service) settle(tx *postgres.Tx, f *dossier.File, form, residents, flagged [][]byte) error {
	tx.HoldProtections()
	if err := tx.Flush(); err != nil {
		return err
	}
	app, err := tx.LockApplication(f.Row.ID)
	if err != nil {
		return err
	}
	if newest, err := tx.FiledRevision(app.ID); err != nil || newest.Number != f.Revision.Number {
		return err
	}
	fresh, err := tx.NamePeople(app.ID, form, postgres.MarksOfForm)
	if err != nil {
		return err
	}
	if _, err := tx.NamePeople(app.ID, residents, postgres.MarksOfResident); err != nil {
		return err
	}
	if app.Protected && fresh == len(form) && fresh > 0 { // marked under a release before, when a mark was the case's
		if err := s.dossiers.ProtectCase(tx, app.ID, postgres.ProtectedByStaff); err != nil {
			return err
		}
	}
	if len(flagged) > 0 {
		if err := s.dossiers.ProtectPeople(tx, flagged, postgres.ProtectedByDirectory); err != nil {
			return err
		}
	}
	tx.SettleDirectory(app.ID)
	return nil
}

// lookUps asks the directory again about cases that still wait for it, and about those of a release before, as long as it answers. One that
// cannot be read keeps no other hidden.
func (s *Service) lookUps(ctx context.Context) error {
	var waiting, older []postgres.CaseOf
	err := s.sweep.InTx(ctx, models.System("", protection), func(tx *postgres.Tx) (err error) {
		if waiting, err = tx.DirectoryChecks(tx.Now.Add(-sweepAfter), lookedUpAtOnce); err != nil {
			return err
		}
		older, err = tx.DirectoryUnasked(lookedUpAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	_, failed := s.again(ctx, waiting)
	last, err := s.again(ctx, older)
	if last == "" {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, err, s.sweep.InTx(ctx, models.System("", protection), func(tx *postgres.Tx) error {
		tx.DirectoryAskedUpTo(last)
		return nil
	}))
}

// again looks cases up, which may be gone by now, until something is down; last is the one that it came to.
func (s *Service) again(ctx context.Context, cases []postgres.CaseOf) (last string, failed error) {
	for _, c := range cases {
		switch err := s.LookUp(ctx, c.Municipality, c.ID); {
		case err == nil, fault.KindOf(err) == fault.NotFound:
		case fault.KindOf(err) == fault.Unavailable, ctx.Err() != nil:
			return last, errors.Join(failed, err)
		default:
			failed = errors.Join(failed, fmt.Errorf("the directory about %s: %w", c.ID, err))
		}
		last = c.ID
	}
	return last, failed
}
