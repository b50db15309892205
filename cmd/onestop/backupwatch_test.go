package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"kosodate.example/onestop/configs"
)

// A part that fails from the first day on is as late as one that has stopped, and a failure does not hide when it last went well.
func TestABackupSaysWhenItLastSucceeded(t *testing.T) {
	b := &configs.Backup{MetricsDir: t.TempDir()}
	broken := errors.New("no repository")
	since := func(part string) float64 {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(b.MetricsDir, "onestop_backup_"+part+".prom"))
		if err != nil {
			t.Fatal(err)
		}
		said := regexp.MustCompile(`(?m)^onestop_backup_last_success_timestamp_seconds\{part="` + part + `"\} (\S+)$`).FindSubmatch(raw)
		if said == nil {
			t.Fatalf("%s", raw)
		}
		at, err := strconv.ParseFloat(string(said[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	did := func(err error) error { return watched(b, partDatabase, func() error { return err }) }
	if err := did(broken); !errors.Is(err, broken) || since(partDatabase) != 0 {
		t.Errorf("the first failure: %v, %v", err, since(partDatabase))
	}
	if err := did(nil); err != nil || time.Since(time.Unix(int64(since(partDatabase)), 0)) > time.Minute {
		t.Errorf("a success: %v, %v", err, since(partDatabase))
	}
	before := since(partDatabase)
	if err := did(broken); !errors.Is(err, broken) || since(partDatabase) != before {
		t.Errorf("a failure after it: %v, %v", err, since(partDatabase))
	}
	if err := watched(b, partDrill, func() error { return nil }); err != nil || since(partDrill) == 0 || since(partDatabase) != before {
		t.Errorf("another part: %v", err)
	}
	b.MetricsDir = filepath.Join(b.MetricsDir, "missing")
	if did(nil) == nil {
		t.Error("a folder that is not there was said nothing of")
	}
	b.MetricsDir = ""
	if err := did(nil); err != nil {
		t.Errorf("without a folder: %v", err)
	}
}
