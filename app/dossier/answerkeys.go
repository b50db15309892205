package dossier

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/seal"
)

// Remembered answers live for a day, and a backup of the database for longer. Each day has a key of its own, which the
// sweep destroys once no answer of it is left (retain), so that a backup holds no answer about a case that was erased.

// AnswerKeys begins the names of the service's keys for remembered answers; the day (UTC) follows.
const AnswerKeys = "answers/"

// answerKeys are the keys of the days that matter: answers live for a day, and clocks of nodes differ.
type answerKeys struct {
	today string
	keys  map[string]seal.Key // by day
}

// answerKeys makes or finds them; after the first time of a day they are in memory.
func (d *Service) answerKeys(ctx context.Context) (answerKeys, error) {
	now := d.DB.Now()
	out := answerKeys{today: now.Format(time.DateOnly), keys: make(map[string]seal.Key, 3)}
	for days := -1; days <= 1; days++ {
		day := now.AddDate(0, 0, days).Format(time.DateOnly)
		key, err := d.serviceKey(ctx, AnswerKeys+day, d.keyring.NewKey)
		if err != nil {
			return out, err
		}
		out.keys[day] = key
	}
	d.service.Range(func(name, _ any) bool { // yesterday's keys are no burden, last year's would be
		if day, ok := strings.CutPrefix(name.(string), AnswerKeys); ok && out.keys[day] == (seal.Key{}) {
			d.service.Delete(name)
		}
		return true
	})
	return out, nil
}

// seal puts the day before what was sealed with its key.
func (a answerKeys) seal(plain []byte, place seal.Cell) ([]byte, error) {
	sealed, err := a.keys[a.today].Seal(plain, place)
	return append([]byte(a.today), sealed...), err
}

// open reverses it; not-found for an answer of a day whose key is not had any more.
func (a answerKeys) open(sealed []byte, place seal.Cell) ([]byte, error) {
	if len(sealed) < len(time.DateOnly) {
		return nil, fault.ErrNotFound
	}
	key, ok := a.keys[string(sealed[:len(time.DateOnly)])]
	if !ok {
		return nil, fault.ErrNotFound
	}
	return key.Open(sealed[len(time.DateOnly):], place)
}
