package simulator

import (
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// inquiry is one that was taken. It is small, since 100,000 may be under way at once.
type inquiry struct {
	resident, item string
	provider       string
	ready          time.Time       // when there is an answer
	late           bool            // a timeout was replied already
	asked          int             // how often it was processed: once, or idempotency is broken
	reply          json.RawMessage // once it is final; polled again, it stays the same
	replied        time.Time       // when that was first fetched
}

// inquiries are those under way, by key.
type inquiries struct {
	mu   sync.Mutex
	byID map[string]*inquiry
}

func newInquiries() *inquiries { return &inquiries{byID: map[string]*inquiry{}} }

var errKeyReused = errors.New("the key was used for another inquiry")

// add begins an inquiry, or finds the one with this key. fresh says which.
func (q *inquiries) add(key string, i inquiry) (taken inquiry, fresh bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	old, known := q.byID[key]
	if known {
		if old.resident != i.resident || old.item != i.item {
			return inquiry{}, false, errKeyReused
		}
		return *old, false, nil
	}
	i.asked++
	q.byID[key] = &i
	return i, true, nil
}

// known says whether a key was taken before.
func (q *inquiries) known(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.byID[key] != nil
}

// update gives f the inquiry to read and change; false if there is none.
func (q *inquiries) update(key string, f func(*inquiry)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i, known := q.byID[key]
	if known {
		f(i)
	}
	return known
}

// forget drops those whose final reply was fetched before an instant, and those that nobody fetched since another.
func (q *inquiries) forget(fetched, unfetched time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for key, i := range q.byID {
		if i.reply != nil && i.replied.Before(fetched) || i.reply == nil && i.ready.Before(unfetched) {
			delete(q.byID, key)
		}
	}
}

func (q *inquiries) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.byID)
}

// Asked says how often the inquiry with a key was processed: 1, however often it was submitted; 0 if it never was, or was
// dropped since.
func (s *Server) Asked(key string) (n int) {
	s.inquiries.update(key, func(i *inquiry) { n = i.asked })
	return n
}
