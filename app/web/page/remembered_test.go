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
