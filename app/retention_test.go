package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/configs"
)

func configured(t *testing.T, yaml string) (*configs.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(yaml+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return configs.Load(path)
}

func TestRetentionIsConfiguration(t *testing.T) {
	cfg, err := configured(t, "retention: {decided: 10y, withdrawn: 1y6m, exchange: 8y, links: 3m}\ndraft: {warnings: [7]}")
	if err != nil {
		t.Fatal(err)
	}
	opt, links, err := retentionOf(cfg)
	if p := opt.Periods; err != nil || p.Decided != (retention.Period{Years: 10}) || p.Withdrawn != (retention.Period{Years: 1, Months: 6}) ||
		p.Exchange.Years != 8 ||
		p.Discrepancy.Years != 7 || len(opt.Warnings) != 1 ||
		links.Months != 3 {
		t.Errorf("%+v, %v, %v", opt, links, err)
	}
}

// Whoever would erase too early does not start, and is told which key says so.
func TestRetentionIsRefusedByItsKey(t *testing.T) {
	for yaml, key := range map[string]string{
		"retention: {exchange: 6y}":        "retention.exchange",
		"retention: {exchange: 2556d}":     "retention.exchange",
		"retention: {decided: 0d}":         "retention.decided",
		"retention: {messages: 0d}":        "retention.messages",
		"retention: {decided: five years}": "retention.decided",
		"retention: {interval: 1s}":        "retention.interval",
		"draft: {warnings: [0]}":           "draft.warnings",
		"draft: {warnings: [90]}":          "draft.warnings",
		"retention: {exchanges: 7y}":       "retention.exchanges",
	} {
		cfg, err := configured(t, yaml)
		if err == nil {
			_, err = Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		}
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", yaml, err)
		}
	}
	t.Setenv("ONESTOP_RETENTION__EXCHANGE", "1y")
	cfg, err := configs.Load("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "retention.exchange is 1y") {
		t.Error(err)
	}
}
