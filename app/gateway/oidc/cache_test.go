package oidc

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func keyOf(n int) [sha256.Size]byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	return sha256.Sum256(b[:])
}

func TestTheCacheForgetsInTime(t *testing.T) {
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	c := newTokenCache(10)
	c.put(keyOf(1), cached{identity: Identity{Subject: "a"}, until: now.Add(time.Minute), generation: 3})
	for name, tc := range map[string]struct {
		key        int
		at         time.Duration
		generation uint64
		found      bool
	}{
		"at once":              {1, 0, 3, true},
		"at its last instant":  {1, time.Minute, 3, true},
		"after its end":        {1, time.Minute + 1, 3, false},
		"another token":        {2, 0, 3, false},
		"a key was withdrawn":  {1, 0, 4, false},
		"keys of another time": {1, 0, 2, false},
	} {
		if _, found := c.get(keyOf(tc.key), now.Add(tc.at), tc.generation); found != tc.found {
			t.Errorf("%s: found %v", name, found)
		}
	}
}

// Whatever is put and asked for, the cache keeps its bound, never answers with another token's identity, and what was
// just put is found.
func TestTheCacheKeepsItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 50).Draw(t, "limit")
		c := newTokenCache(limit)
		until := time.Now().Add(time.Hour)
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 200), 0, 300).Draw(t, "tokens") {
			if id, ok := c.get(keyOf(n), time.Now(), 0); ok && id.Subject != string(rune(n)) {
				t.Fatalf("token %d is %q", n, id.Subject)
			}
			c.put(keyOf(n), cached{identity: Identity{Subject: string(rune(n))}, until: until})
			if _, ok := c.get(keyOf(n), time.Now(), 0); !ok {
				t.Fatalf("token %d is lost", n)
			}
			if c.size() > max(2, limit) {
				t.Fatalf("%d entries, limit %d", c.size(), limit)
			}
		}
	})
}

func TestTheCacheInParallel(t *testing.T) {
	c := newTokenCache(64)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 2000 {
				key := keyOf(n%100 + g)
				if _, ok := c.get(key, time.Now(), 0); !ok {
					c.put(key, cached{until: time.Now().Add(time.Hour)})
				}
			}
		})
	}
	wg.Wait()
	if c.size() > 64 {
		t.Errorf("%d entries", c.size())
	}
}

// size counts the entries, for the test of the bound.
func (c *tokenCache) size() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.new) + len(c.old)
}
