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
)

// Entry is one case in the queue. It has no address: of a protected person only the name is shown.
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
	Claim                        *Holder  // nil: nobody works on it
}

// Holder is who works on a case, and until when unless the claim is renewed.
type Holder struct {
	Reviewer string // id of the person
	Mine     bool
	Until    time.Time
}

// List gives one page of the municipality's queue, urgent cases first, then by arrival, and the cursor of the next page,
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
	q.Municipality = actor.Municipality
	p := &page{actor: actor}
	if err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return s.read(tx, p, q, f.OlderThan) }); err != nil {
		return nil, "", err
	}
	next := ""
	if len(p.rows) == q.Limit {
		p.rows = p.rows[:q.Limit-1]
		next = cursorOf(p.rows[len(p.rows)-1].Place())
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
	rows  []postgres.QueueRow
	days  *calendar
}

func (s *Service) read(tx *postgres.Tx, p *page, q postgres.QueueQuery, older int) error {
	member, err := s.dossiers.Staff(tx)
	if err != nil {
		return err
	}
	if own := s.dossiers.ProceduresOf(member); own != nil {
		q.Procedures = within(own, q.Procedures)
	}
	if older > 0 {
		if q.Before, err = olderThan(tx, older); err != nil {
			return err
		}
	}
	if p.rows, err = tx.Queue(q); err != nil {
		return err
	}
	oldest := tx.Now
	for i := range p.rows {
		if p.rows[i].ArrivedAt.Before(oldest) {
			oldest = p.rows[i].ArrivedAt
		}
	}
	if p.days, err = newCalendar(tx, jp.DateIn(oldest)); err != nil {
		return err
	}
	return tx.AddAudit(&models.AuditEntry{Action: "list-cases", ObjectKind: "queue", ObjectID: q.Municipality})
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
	}
	if r.HeldBy != nil {
		e.Claim = &Holder{Reviewer: *r.HeldBy, Mine: *r.HeldBy == p.actor.Person, Until: r.HeldUntil.In(jp.JST)}
	}
	items := strings.Fields(r.ItemStates)
	has := map[string]bool{FlagUrgent: r.Urgent, FlagLate: r.Late, FlagProtected: r.Protected, FlagMine: e.Claim != nil && e.Claim.Mine,
		FlagClaimed: e.Claim != nil, FlagUnclaimed: e.Claim == nil, FlagAwaiting: slices.Contains(items, string(models.ItemAwaiting)),
		FlagAnswered: slices.Contains(items, string(models.ItemAnswered)), FlagDiscrepant: slices.Contains(items, string(models.ItemDiscrepant)),
		FlagTask: r.Task, FlagCounter: r.Channel == models.ChannelCounter}
	e.Flags = slices.DeleteFunc(slices.Clone(Flags), func(flag string) bool { return !has[flag] })
	return e
}
