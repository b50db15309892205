package oidc

import (
	"crypto/sha256"
	"sync"
	"time"
)

// DefaultCachedTokens is how many verified tokens are remembered, about 1 KB each.
const DefaultCachedTokens = 8192

// tokenCache remembers the identity of tokens that were verified. Verification costs some 50 µs of a core (signature
// and JSON) and sits on every request; looking the token up costs its SHA-256, about 1 µs (BenchmarkVerifyAccessToken).
//
// It is safe, because a JWT is good until it expires whatever happens at the provider: the cache only saves repeating
// the same calculation. The key is the SHA-256 of the whole token, so a token with a single byte changed is another
// one, and a dump of the memory shows no token. An entry is not used once the token has expired, nor once the provider
// has withdrawn a key (generation). Refusals are not remembered: strangers could fill the cache with them.
//
// The bound is kept by two halves: when the new half is full it becomes the old one and the old one is dropped; what is
// used moves to the new half. So a flood of tokens costs no more than the bound, without a list to maintain.
type tokenCache struct {
	mu       sync.RWMutex
	half     int
	new, old map[[sha256.Size]byte]cached
}

type cached struct {
	identity   Identity
	until      time.Time
	generation uint64
}

func newTokenCache(limit int) *tokenCache {
	return &tokenCache{half: max(1, limit/2), new: map[[sha256.Size]byte]cached{}}
}

// get finds what is still good at now.
func (c *tokenCache) get(key [sha256.Size]byte, now time.Time, generation uint64) (Identity, bool) {
	c.mu.RLock()
	e, ok := c.new[key]
	aged := false
	if !ok {
		e, aged = c.old[key]
	}
	c.mu.RUnlock()
	if (!ok && !aged) || e.generation != generation || now.After(e.until) {
		return Identity{}, false
	}
	if aged {
		c.put(key, e)
	}
	return e.identity, true
}

func (c *tokenCache) put(key [sha256.Size]byte, e cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.new) >= c.half {
		c.old, c.new = c.new, make(map[[sha256.Size]byte]cached, c.half)
	}
	c.new[key] = e
}
