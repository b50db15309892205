package page

import (
	"fmt"
	"testing"
	"time"
)

// However many addresses are asked for, memory holds; a page that is made anew is counted once.
func TestMemoryIsBounded(t *testing.T) {
	var m memory
	big := func() *remembered { return &remembered{until: time.Now().Add(time.Hour), plain: make([]byte, 1<<20)} }
	for range 100 {
		m.put("again", big())
	}
	if m.size != 1<<20 || len(m.pages) != 1 {
		t.Errorf("one page counts %d bytes", m.size)
	}
	for i := range 100 {
		if m.put(fmt.Sprint(i), big()); m.size > mostMemory || m.pages[fmt.Sprint(i)] == nil {
			t.Fatalf("%d bytes after %d pages", m.size, i)
		}
	}
}

// Past its first half one request makes a page anew while the others still have it, and at its end nobody has it.
func TestOneMakesAPageAnew(t *testing.T) {
	now := time.Now()
	p := &remembered{until: now.Add(time.Second), latest: now.Add(2 * time.Second)}
	for _, c := range []struct {
		after time.Duration
		holds bool
	}{{0, true}, {999 * time.Millisecond, true}, {time.Second, false}, {time.Second, true}, {1999 * time.Millisecond, true}, {2 * time.Second, false}} {
		if got := p.holds(now.Add(c.after)); got != c.holds {
			t.Errorf("after %s: %t", c.after, got)
		}
	}
}
