package queue

import (
	"context"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Entry is one case in the queue. It has no address.
type Entry struct {
	ID, ReceiptNumber, Procedure string
	Municipality                 string
	State                        models.ApplicationState
	Version                      int64
	ArrivedAt                    time.Time
	ClaimOn, DeadlineOn          string // YYYY-MM-DD; DeadlineOn may be empty
	Late                         bool
	Age                          int      // working days since arrival
	Flags                        []string // of Flags, in their order
	Name, Kana                   string   // of the applicant; empty where the procedure's form has none
	Children                     []string // their names, as far as the form names them
	Claim                        *Holder  // nil: nobody works on it at this moment
	Holder                       *Worker  // whose work it is; nil: nobody's
	DueOn                        string   // by when a decision is to be expected, YYYY-MM-DD; empty: nobody says, or it waits for the parent
	DaysLeft                     int      // working days until DueOn, less than nothing once it has passed
	Suspended                    []string // linkage items of its open documents that are suspended now
	Block, Mover                 string   // what keeps it from going on, and who moves next; empty once it is over
}

// Holder is who works on a case, and until when unless the claim is renewed.
type Holder struct {
	Reviewer string // id of the person
	Mine     bool
	Until    time.Time
}

// List gives one page of the municipality's queue, urgent cases first, then by arrival, or as it is sorted, and the cursor of the next page,
// empty on the last one. What was never filed is not in it, nor what is outside the reviewer's categories. Each page is
// recorded. Errors: invalid-request with the parameter at fault.
func (s *Service) List(ctx context.Context, actor models.Actor, f Filter) ([]Entry, string, error) {
	q, err := s.plan(actor.Municipality, f)
	if err != nil {
		return nil, "", err
	}
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, "", err
	}
	if f.Query != "" {
		if err := search(&q, key, f.Query); err != nil {
			return nil, "", err
		}
	}
	p := &page{actor: actor, key: key}
	if err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return s.read(tx, p, q, f.OlderThan) }); err != nil {
		return nil, "", err
	}
	next := ""
	if len(p.rows) == q.Limit {
		p.rows = p.rows[:q.Limit-1]
		next = cursorOf(q.Sort, p.rows[len(p.rows)-1].Place())
	}
	out := make([]Entry, len(p.rows))
	for i := range p.rows {
		sum, err := dossier.OpenSummary(key, p.rows[i].ID, p.rows[i].SealedSummary)
		if err != nil {
			return nil, "", err
		}
		out[i] = p.entry(&p.rows[i], sum)
	}
	return out, next, nil
}

// page is what was read of one page.
type page struct {
	actor models.Actor
	key   seal.Key
	rows  []postgres.QueueRow
	days  *calendar
	staff map[string]Worker
	stops map[string][]string // by case: linkage items that are suspended now
}

func (s *Service) read(tx *postgres.Tx, p *page, q postgres.QueueQuery, older int) error {
	q, err := s.bound(tx, q, older)
	if err != nil {
		return err
	}
	if p.rows, err = tx.Queue(q); err != nil {
		return err
	}
	oldest, last := tx.Now, tx.Now
	for i := range p.rows {
		if r := &p.rows[i]; r.ArrivedAt.Before(oldest) {
			oldest = r.ArrivedAt
		}
		if r := &p.rows[i]; r.DueOn != nil && r.DueOn.After(last) {
			last = *r.DueOn
		}
	}
	if p.days, err = newCalendar(tx, jp.DateIn(oldest), jp.DateOf(last)); err != nil {
		return err
	}
	if p.staff, err = workers(tx, tx.Actor.Municipality, p.key); err != nil {
		return err
	}
	if p.stops, err = suspended(tx, p.rows); err != nil {
		return err
	}
	return tx.AddAudit(&models.AuditEntry{Action: "list-cases", ObjectKind: "queue", ObjectID: q.Municipality})
}

// bound narrows a query to what the reviewer works on and may see.
func (s *Service) bound(tx *postgres.Tx, q postgres.QueueQuery, older int) (postgres.QueueQuery, error) {
	q.Municipality = tx.Actor.Municipality
	member, err := s.dossiers.Staff(tx)
	if err != nil {
		return q, err
	}
	if own := s.dossiers.ProceduresOf(member); own != nil {
		q.Procedures = within(own, q.Procedures)
	}
	if q.Receipt != "" {
		has, err := tx.HasReceipt(q.Receipt)
		if err != nil {
			return q, err
		}
		if !has {
			q.Receipt, q.Part = "", q.Origin
		}
	}
	if older > 0 {
		q.Before, err = olderThan(tx, older)
	}
	return q, err
}

// MostCounted is how far the cases of a list are counted: whoever has more has too many.
const MostCounted = 1000

// Counts says how many cases each of these lists has, MostCounted+1 for more than that. Errors: as List.
func (s *Service) Counts(ctx context.Context, actor models.Actor, lists []Filter) ([]int, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	queries := make([]postgres.QueueQuery, len(lists))
	for i, f := range lists {
		f.Cursor = ""
		if queries[i], err = s.plan(actor.Municipality, f); err == nil && f.Query != "" {
			err = search(&queries[i], key, f.Query)
		}
		if err != nil {
			return nil, err
		}
	}
	var out []int
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		for i := range queries {
			if queries[i], err = s.bound(tx, queries[i], lists[i].OlderThan); err != nil {
				return err
			}
		}
		out, err = tx.CountQueue(MostCounted+1, queries...)
		return err
	})
	return out, err
}

// within are the wanted procedures among the own; all of the own if none is named.
func within(own, wanted []string) []string {
	if wanted == nil {
		return own
	}
	return slices.DeleteFunc(slices.Clone(own), func(code string) bool { return !slices.Contains(wanted, code) })
}

func (p *page) entry(r *postgres.QueueRow, sum dossier.Summary) Entry {
	e := Entry{
		ID:            r.ID,
		Municipality:  p.actor.Municipality,
		ReceiptNumber: r.ReceiptNumber,
		Procedure:     r.Procedure,
		State:         r.State,
		Version:       r.Version,
		ArrivedAt:     r.ArrivedAt.In(jp.JST),
		ClaimOn:       dateText(r.ClaimOn),
		DeadlineOn:    dateText(r.DeadlineOn),
		Late:          r.Late,
		Age:           p.days.age(r.ArrivedAt),
		Name:          sum.Name(),
		Kana:          sum.Kana(),
		Children:      sum.Children,
	}
	if r.HolderID != nil {
		w := workerOf(p.staff, *r.HolderID, p.actor.Person)
		e.Holder = &w
	}
	if r.HeldBy != nil {
		e.Claim = &Holder{Reviewer: *r.HeldBy, Mine: *r.HeldBy == p.actor.Person, Until: r.HeldUntil.In(jp.JST)}
	}
	e.Suspended = p.stops[r.ID]
	items := strings.Fields(r.ItemStates)
	e.Block, e.Mover = standing(r.State, items, r.Task)
	if r.DueOn != nil && (r.State == models.StateArrived || r.State == models.StateInReview) {
		e.DueOn, e.DaysLeft = dateText(r.DueOn), p.days.left(jp.DateOf(*r.DueOn))
	}
	has := map[string]bool{FlagUrgent: r.Urgent, FlagLate: r.Late, FlagProtected: r.Protected, FlagChecking: r.AwaitsDirectory,
		FlagMine:    e.Holder != nil && e.Holder.Mine,
		FlagClaimed: e.Holder != nil, FlagUnclaimed: e.Holder == nil, FlagAwaiting: slices.Contains(items, string(models.ItemAwaiting)),
		FlagAnswered: slices.Contains(items, string(models.ItemAnswered)), FlagDiscrepant: slices.Contains(items, string(models.ItemDiscrepant)),
		FlagTask: r.Task, FlagCounter: r.Channel == models.ChannelCounter}
	e.Flags = slices.DeleteFunc(slices.Clone(Flags), func(flag string) bool { return !has[flag] })
	return e
}
