package postgres

import (
	"time"
)

// CounterDraft is one draft of the counter as a list shows it.
type CounterDraft struct {
	ID, Procedure string
	Version       int64
	SealedSummary []byte // under the municipality's key
	ClerkID       string // who began it
	ReceivedAt    time.Time
	ExpiresAt     time.Time
	UpdatedAt     time.Time
}

// CounterDrafts lists the open drafts of a municipality's counter, newest first: a colleague goes on where a clerk
// stopped (R16). procedures nil means all.
func (tx *Tx) CounterDrafts(municipality string, procedures []string, page Page) ([]CounterDraft, error) {
	sql := `select a.id, a.procedure, a.version, a.sealed_summary, c.clerk_id, c.received_at, a.expires_at, a.updated_at
		from applications a join counter_intakes c on c.application_id = a.id
		where a.municipality = ? and a.state = 'draft' and a.channel = 'counter'`
	args := []any{municipality}
	if procedures != nil {
		if len(procedures) == 0 {
			return nil, nil
		}
		sql, args = sql+` and a.procedure in ?`, append(args, procedures)
	}
	if page.After != "" {
		sql, args = sql+` and a.id < ?`, append(args, page.After)
	}
	return query[CounterDraft](tx, sql+` order by a.id desc limit ?`, append(args, page.Limit)...)
}

// CounterProvider is the provider under which people stand who came to the counter and have no account. No identity
// provider may be configured under this name.
const CounterProvider = "counter"

// CounterPerson adds the person of one case of the counter and gives the id: nobody is guessed to be somebody else.
func (tx *Tx) CounterPerson(application string) (string, error) {
	return tx.PersonFor(CounterProvider, application)
}
