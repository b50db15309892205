package review

import (
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// DecideOnce decides a case for a core system (基幹システム), by the rules by which a clerk decides and with the same letter: once for its key, whatever
// became of the case since. A case that has only arrived is taken into review first. Errors: those of Decide; conflict while a clerk has the case.
func (s *Service) DecideOnce(ctx context.Context, actor models.Actor, req dossier.Request, id string, in Verdict) (*Decision, error) {
	in = in.filled()
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	if f.Row.State == models.StateArrived {
		// In a transaction of its own: the steps of one instant have no order.
		err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			_, err := s.forMachine(tx, f, func(w *work) (*Decision, error) {
				return nil, s.dossiers.Move(w.tx, w.app, dossier.Step{Event: lifecycle.EventAccept})
			})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Decision, error) {
		return s.forMachine(tx, f, func(w *work) (*Decision, error) { return s.decide(w, in) })
	})
}

// forMachine writes to a case that nobody holds, and lets it go with the commit.
func (s *Service) forMachine(tx *postgres.Tx, f *dossier.File, fn func(w *work) (*Decision, error)) (*Decision, error) {
	app, release, err := s.dossiers.HoldForMachine(tx, f.Row.ID)
	if err != nil {
		return nil, err
	}
	w, err := s.begin(tx, f, app)
	if err != nil {
		return nil, err
	}
	out, err := fn(w)
	if err != nil {
		return nil, err
	}
	return out, release()
}

// CoreSaid is what a core system has said of a case.
type CoreSaid struct {
	System    string // its name
	State     models.CoreCaseState
	Reason    string // of a refusal
	Revision  int    // that it took or refused
	At        time.Time
	PaymentOn string // since when is paid; empty: not yet
}

func (l *look) coreSaid() ([]CoreSaid, error) {
	var out []CoreSaid
	for i := range l.core {
		row := &l.core[i]
		said := CoreSaid{State: row.State, Revision: row.Revision, At: inJapan(row.At), PaymentOn: dateText(row.PaymentOn)}
		if at := slices.IndexFunc(l.systems, func(s models.CoreSystem) bool { return s.ID == row.SystemID }); at >= 0 {
			said.System = l.systems[at].Name
		}
		if row.SealedReason != nil {
			plain, err := l.file.Key.Open(row.SealedReason, dossier.CoreCell(row.ApplicationID, row.SystemID))
			if err != nil {
				return nil, err
			}
			said.Reason = string(plain)
		}
		out = append(out, said)
	}
	return out, nil
}
