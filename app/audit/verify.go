package audit

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// entriesAtOnce is how many entries one step of a verification checks, or that many checkpoints: about a second of work.
const entriesAtOnce = 200_000

// stepsAtOnce is how many steps of a whole verification run at a time.
const stepsAtOnce = 2

var sealsAtOnce = 500

// Finding is one thing wrong with the trail.
type Finding struct {
	// removed, changed, inserted, misdated, seal-missing, seal-changed, signature, not-sealed, cut, contradicted;
	// certificate-removed, -changed, -inserted
	Kind  string
	Seal  int64  // the checkpoint's number, where it is about what one covers
	Entry string // the entry's id, where it is about one; of a certificate that no entry names, its digest; of a kept checkpoint, Anchor.String
}

// String is a finding on one line.
func (f Finding) String() string {
	if f.Seal == 0 {
		return f.Kind + " " + f.Entry
	}
	return f.Kind + " seal " + strconv.FormatInt(f.Seal, 10) + " " + f.Entry
}

// Verified is what a verification found.
type Verified struct {
	Seals, Entries int
	Findings       []Finding
}

// Part is one step of a verification.
type Part struct {
	Verified
	First, Last int64      // the checkpoints that were checked; both 0 if there was none
	SealedAt    *time.Time // when the last of them was made
	Size        int64      // entries that it covers
	Next        int64      // after which checkpoint to go on; 0: everything that is sealed has been checked
}

// Check says what to verify.
type Check struct {
	Anchors []Anchor // beside those that the keepers have
	Begin   *Anchor  // trusted: what it covers is not looked at again
}

// ErrBegin means that no checkpoint of the trail ends where a verification was to begin.
var ErrBegin = errors.New("audit: the trail has no checkpoint of that size: verify from the beginning")

// Verify checks the trail against its checkpoints and what was kept of them outside: each checkpoint's signature, that each continues the
// one before, and each of its entries. It finds an entry that was removed, changed or put in, an end that was cut off, a trail that was
// emptied, and says which. What was written after the last checkpoint is not covered yet.
func (s *Sealer) Verify(ctx context.Context, c Check) (*Verified, error) {
	out := &Verified{}
	from := int64(0)
	if c.Begin != nil {
		begin, finding, err := s.begin(ctx, *c.Begin)
		if err != nil || finding != "" {
			out.Findings = append(out.Findings, Finding{finding, 0, c.Begin.String()})
			return out, err
		}
		from = begin
	}
	for more := true; more; {
		parts, next, err := s.steps(ctx, from, c.Anchors)
		for _, part := range parts {
			out.Seals, out.Entries = out.Seals+part.Seals, out.Entries+part.Entries
			out.Findings = append(out.Findings, part.Findings...)
		}
		if err != nil {
			return out, err
		}
		from, more = next, next != 0 // something was sealed meanwhile
	}
	return out, nil
}

// steps verifies everything after a checkpoint's number, some steps at a time: each begins at a checkpoint, and the one before has to lead to it.
func (s *Sealer) steps(ctx context.Context, from int64, given []Anchor) (parts []*Part, next int64, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(stepsAtOnce)
	for more := true; more; {
		w, seals, err := s.prepared(ctx, from, given)
		if err != nil {
			return parts, 0, errors.Join(err, group.Wait())
		}
		parts, from = append(parts, w.out), w.out.Next
		more = from != 0
		group.Go(func() error { return w.do(ctx, seals) })
	}
	err = group.Wait()
	return parts, parts[len(parts)-1].Next, err
}

// begin is the number of the checkpoint that an anchor is of; or what is found of the anchor already.
func (s *Sealer) begin(ctx context.Context, a Anchor) (number int64, finding string, err error) {
	err = s.db.InTx(ctx, models.System("", "verify-audit"), func(tx *postgres.Tx) error {
		found, err := tx.CheckpointOf(0, a.Size)
		if err != nil {
			return err
		}
		last, err := tx.LastCheckpoint()
		switch {
		case err != nil:
			return err
		case found != nil && string(found.Root) != string(a.Root):
			finding = "contradicted"
		case found != nil:
			number = found.Number
		case last == nil || last.Size < a.Size:
			finding = "cut"
		default:
			return ErrBegin
		}
		return nil
	})
	return number, finding, err
}

// VerifyPart checks one step of the trail after a checkpoint's number, 0 for the first: a page shows each. The step is an act of the
// auditor and leaves an entry. Errors: forbidden for anybody else, not-found, unavailable.
func (s *Sealer) VerifyPart(ctx context.Context, actor models.Actor, trail *Service, after int64) (*Part, error) {
	if actor.Role != models.RoleAuditor {
		return nil, fault.ErrForbidden
	}
	err := trail.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		return tx.AddAudit(&models.AuditEntry{Action: "verify-audit", ObjectKind: "audit"})
	})
	if err != nil {
		return nil, err
	}
	w, seals, err := s.prepared(ctx, after, nil)
	if err != nil {
		return nil, err
	}
	return w.out, w.do(ctx, seals)
}

// prepared is a step over the checkpoints after a number, so many as have entriesAtOnce. What is kept outside is read before the transaction.
func (s *Sealer) prepared(ctx context.Context, after int64, given []Anchor) (w *walk, seals []models.AuditCheckpoint, err error) {
	w = &walk{Sealer: s, out: &Part{}}
	err = s.db.InTx(ctx, models.System("", "verify-audit"), func(tx *postgres.Tx) (err error) {
		seals, err = w.prepare(tx, after)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	upTo := int64(math.MaxInt64)
	if w.out.Next != 0 {
		upTo = seals[len(seals)-1].Size
	}
	if w.anchors, err = s.kept(ctx, w.size, upTo); err != nil {
		return nil, nil, err
	}
	for _, a := range given {
		if a.Size > w.size && a.Size <= upTo {
			w.anchors = append(w.anchors, a)
		}
	}
	slices.SortFunc(w.anchors, func(a, b Anchor) int { return cmp.Compare(a.Size, b.Size) })
	return w, seals, nil
}

// do verifies the step.
func (w *walk) do(ctx context.Context, seals []models.AuditCheckpoint) error {
	return w.db.InTx(ctx, models.System("", "verify-audit"), func(tx *postgres.Tx) error { return w.run(tx, seals) })
}

// prepare finds where the step begins and what it covers.
func (w *walk) prepare(tx *postgres.Tx, after int64) ([]models.AuditCheckpoint, error) {
	if after > 0 {
		start, err := tx.CheckpointOf(after, 0)
		if err != nil {
			return nil, err
		}
		if start == nil {
			return nil, fault.ErrNotFound
		}
		_, _, latest, err := tx.LastAuditBatch(start.Size)
		if err != nil {
			return nil, err
		}
		w.number, w.size, w.latest = start.Number, start.Size, capped(latest, start)
		if w.tree = treeOf(start); w.tree == nil {
			w.out.Findings = append(w.out.Findings, Finding{"seal-changed", start.Number, ""})
		}
		w.since = w.latest
	} else {
		w.tree = treeOf(nil)
	}
	seals, err := tx.Checkpoints(after, sealsAtOnce)
	if err != nil {
		return nil, err
	}
	more := len(seals) == sealsAtOnce
	for i := range seals {
		if seals[i].Size-w.size >= entriesAtOnce && i+1 < len(seals) {
			seals, more = seals[:i+1], true
			break
		}
	}
	if more {
		w.out.Next = seals[len(seals)-1].Number
	}
	return seals, nil
}
