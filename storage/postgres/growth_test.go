package postgres_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/storage/pgtest"
)

// A table that nobody gave a place (deploy/decisions/growth.md) is one that nobody thought about when there is more than one database.
func TestEveryTableHasItsPlace(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/decisions/growth.md")
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(string(raw), "## Tables")
	page, _, _ = strings.Cut(page, "\n## ")
	placed := map[string]int{}
	for _, row := range regexp.MustCompile(`(?m)^\| \*\*.*\| ([a-z_, ]+) \|$`).FindAllStringSubmatch(page, -1) {
		for table := range strings.SplitSeq(row[1], ", ") {
			placed[table]++
		}
	}
	tables := migrated(t, pgtest.New(t))
	for table := range tables {
		if placed[table] != 1 {
			t.Errorf("growth.md places %s %d times", table, placed[table])
		}
	}
	for table := range placed {
		if tables[table] == nil {
			t.Errorf("growth.md places %s, which is no table", table)
		}
	}
}
