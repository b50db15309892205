package linkage

import (
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

// breakers has one breaker a provider, so that one that is down does not hold up the others (review.md, "Inquiries").
type breakers struct {
	after uint32
	rest  time.Duration
	all   sync.Map // provider → *gobreaker.TwoStepCircuitBreaker[struct{}]
}

// of finds a provider's breaker.
func (b *breakers) of(provider string) *gobreaker.TwoStepCircuitBreaker[struct{}] {
	if found, ok := b.all.Load(provider); ok {
		return found.(*gobreaker.TwoStepCircuitBreaker[struct{}])
	}
	made := gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{Name: provider, Timeout: b.rest,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= b.after }})
	found, _ := b.all.LoadOrStore(provider, made)
	return found.(*gobreaker.TwoStepCircuitBreaker[struct{}])
}

// allow asks a provider's breaker. done reports how the call went; closed is false while the provider is left alone.
func (b *breakers) allow(provider string) (done func(error), closed bool) {
	done, err := b.of(provider).Allow()
	if err != nil {
		return nil, false
	}
	return done, true
}
