// Package account knows people: which person a provider's subject is, and what a person may see of their own account.
//
// A person is the provider's name and the subject, and has an id of ours; names, addresses and the like stay with the
// provider.
package account

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// DefaultRemembered is how many people are remembered, about 200 B each.
const DefaultRemembered = 50_000

// Accounts is the use case. It may be used from any number of goroutines.
type Accounts struct {
	db     *postgres.DB
	people *memory
	flight singleflight.Group
}

// New makes the use case; remembered bounds its memory, 0 is DefaultRemembered.
func New(db *postgres.DB, remembered int) *Accounts {
	if remembered <= 0 {
		remembered = DefaultRemembered
	}
	return &Accounts{db: db, people: newMemory(remembered)}
}

// findTime bounds a look-up, which goes on for the others when the request that began it is gone.
const findTime = 10 * time.Second

// attempts: another node that adds the same person at the same moment makes the first one fail.
const attempts = 3

// PersonFor is the person (UUID) of a provider's subject, made at the first sign-in. It sits on every request, and what
// it answers never changes, so answers are remembered.
//
// Faults: Unavailable (unavailable); Refused (invalid-request) for an empty provider or subject, which would make one
// person of all who have none.
func (a *Accounts) PersonFor(ctx context.Context, provider, subject string) (string, error) {
	if provider == "" || subject == "" {
		return "", fault.New(fault.Refused, fault.CodeInvalidRequest, "sign-in-nameless")
	}
	key := subjectKey{provider, subject}
	if id, ok := a.people.get(key); ok {
		return id, nil
	}
	// Several requests of a person who has just signed in ask at once.
	v, err, _ := a.flight.Do(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), findTime)
		defer cancel()
		id, err := a.find(ctx, key)
		if err == nil {
			a.people.put(key, id)
		}
		return id, err
	})
	id, _ := v.(string)
	return id, err
}

func (a *Accounts) find(ctx context.Context, key subjectKey) (id string, err error) {
	for range attempts {
		err = a.db.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "sign-in"}, func(tx *postgres.Tx) (err error) {
			id, err = tx.PersonFor(key.provider, key.subject)
			return err
		})
		if !errors.Is(err, fault.ErrConflict) {
			return id, err
		}
	}
	return "", postgres.ErrUnavailable.Because(err)
}

type subjectKey struct{ provider, subject string }

// String keeps the two parts apart.
func (k subjectKey) String() string { return k.provider + "\x00" + k.subject }

// memory remembers people in two halves: when the new half is full it becomes the old one, and what is used moves to the
// new half. So it is bounded without a list to maintain.
type memory struct {
	mu       sync.RWMutex
	half     int
	new, old map[subjectKey]string
}

func newMemory(limit int) *memory {
	return &memory{half: max(1, limit/2), new: map[subjectKey]string{}}
}

func (m *memory) get(key subjectKey) (string, bool) {
	m.mu.RLock()
	id, ok := m.new[key]
	aged := false
	if !ok {
		id, aged = m.old[key]
	}
	m.mu.RUnlock()
	if aged {
		m.put(key, id)
	}
	return id, ok || aged
}

func (m *memory) put(key subjectKey, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.new[key]; !there && len(m.new) >= m.half {
		m.old, m.new = m.new, make(map[subjectKey]string)
	}
	m.new[key] = id
}
