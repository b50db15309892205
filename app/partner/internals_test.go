package partner

import (
	"maps"
	"slices"
)

// Items are the codes of all items that may be shared, sorted.
func (s *Service) Items() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(healthItems)), s.dossiers.Editions.National().Items()...)))
}
