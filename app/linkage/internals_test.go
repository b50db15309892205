package linkage

import (
	"github.com/sony/gobreaker/v2"
)

// Broken names the providers that are left alone now, for /metrics and the readiness page.
func (s *Service) Broken() []string {
	var out []string
	s.breakers.all.Range(func(name, b any) bool {
		if b.(*gobreaker.TwoStepCircuitBreaker[struct{}]).State() == gobreaker.StateOpen {
			out = append(out, name.(string))
		}
		return true
	})
	return out
}
