package guide

import "sync"

// made keeps what takes milliseconds to make of a catalogue. Catalogues never change, and few are in force at once: when there are many,
// those before are forgotten.
type made[K comparable, V any] struct {
	mu sync.Mutex // held while of is read or changed, also while one is made
	of map[K]V
}

const mostMade = 256

func (m *made[K, V]) get(key K, make func() (V, error)) (V, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.of[key]; ok {
		return v, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	if m.of == nil || len(m.of) >= mostMade {
		m.of = map[K]V{}
	}
	m.of[key] = v
	return v, nil
}
