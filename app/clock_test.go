package app_test

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ownClock are the files of use cases that may ask this machine for the time, with the reason.
var ownClock = map[string]string{
	"document/reconcile.go":        "it is laid beside the object store's times of storing, not beside the database's",
	"dossier/shelf/look.go":        "it measures how old a node's last look is",
	"notify/group.go":              "it measures how long a turn has taken",
	"publish/replayjob.go":         "it measures how long a turn has taken",
	"publish/replaycases.go":       "it measures how long opening and comparing take",
	"linkage/linkagetest/queue.go": "it is a queue for tests",
}

// One kind of clock: what a use case decides by comes from the database, in a transaction by Tx.Now, before one by DB.Now.
func TestUseCasesAskTheDatabaseForTheTime(t *testing.T) {
	used := map[string]bool{}
	for _, folder := range []string{"account", "apply", "audit", "circular", "document", "dossier", "export", "guide", "linkage", "notify", "operate",
		"partner", "provider", "publish", "queue", "retain", "review", "transfer"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			lines := bufio.NewScanner(f)
			for n := 1; lines.Scan(); n++ {
				if strings.Contains(lines.Text(), "time.Now()") {
					used[path] = true
					if ownClock[path] == "" {
						t.Errorf("%s:%d asks this machine for the time", path, n)
					}
				}
			}
			return lines.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for path := range ownClock {
		if !used[path] {
			t.Errorf("%s does not ask for the time any more", path)
		}
	}
}
