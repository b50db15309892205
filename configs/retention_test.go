package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/retention"
)

func load(t *testing.T, yaml string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func TestRetentionIsConfiguration(t *testing.T) {
	c, err := load(t, "retention: {decided: 10y, withdrawn: 1y6m, exchange: 8y}\ndraft: {warnings: [7]}\n")
	if err != nil {
		t.Fatal(err)
	}
	p := c.Retention.Periods()
	if p.Decided != (retention.Period{Years: 10}) || p.Withdrawn != (retention.Period{Years: 1, Months: 6}) || p.Exchange.Years != 8 || p.Discrepancy.Years != 7 || len(c.Draft.Warnings) != 1 {
		t.Errorf("%+v, %v", p, c.Draft.Warnings)
	}
}

// Whoever would erase too early does not start, and is told which key says so.
func TestRetentionIsRefusedByItsKey(t *testing.T) {
	for yaml, key := range map[string]string{
		"retention: {exchange: 6y}":        "retention.exchange",
		"retention: {exchange: 2556d}":     "retention.exchange",
		"retention: {decided: 0d}":         "retention.decided",
		"retention: {messages: 0d}":        "retention.messages",
		"retention: {decided: five years}": "decided",
		"retention: {interval: 1s}":        "retention.interval",
		"draft: {warnings: [0]}":           "draft.warnings",
		"draft: {warnings: [90]}":          "draft.warnings",
		"retention: {exchanges: 7y}":       "retention.exchanges",
	} {
		if _, err := load(t, yaml+"\n"); err == nil || !strings.Contains(strings.ToLower(err.Error()), key) {
			t.Errorf("%s: %v", yaml, err)
		}
	}
	t.Setenv("ONESTOP_RETENTION__EXCHANGE", "1y")
	if _, err := Load(""); err == nil || !strings.Contains(err.Error(), "retention.exchange is 1y") {
		t.Error(err)
	}
}
