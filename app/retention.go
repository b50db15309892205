package app

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/configs"
)

// retentionOf reads what is kept how long, and refuses what would erase too early or never warn; each error names its key.
// links is how long it is remembered that a link of another site was.
func retentionOf(cfg *configs.Config) (opt retain.Options, links retention.Period, err error) {
	r := cfg.Retention
	opt.Warnings = cfg.Draft.Warnings
	for _, one := range []struct {
		key, value string
		to         *retention.Period
	}{
		{"expired_draft", r.ExpiredDraft, &opt.Periods.ExpiredDraft}, {"withdrawn", r.Withdrawn, &opt.Periods.Withdrawn},
		{"transferred", r.Transferred, &opt.Periods.Transferred}, {"decided", r.Decided, &opt.Periods.Decided},
		{"exchange", r.Exchange, &opt.Periods.Exchange}, {"discrepancy", r.Discrepancy, &opt.Periods.Discrepancy},
		{"messages", r.Messages, &opt.Messages}, {"links", r.Links, &links}, {"settings", r.Settings, &opt.Settings},
	} {
		if *one.to, err = retention.ParsePeriod(one.value); err != nil {
			return opt, links, configs.Fault{Key: "retention." + one.key, Value: one.value, Why: err.Error(), Example: "7y, 18m, 30d or 1y6m"}
		}
		if one.to.IsZero() {
			return opt, links, configs.Fault{Key: "retention." + one.key, Value: one.value, Why: "it is kept for a day at least", Example: "1y"}
		}
	}
	if err := opt.Periods.Check(); err != nil {
		return opt, links, err
	}
	if r.Interval < time.Minute {
		return opt, links, configs.Fault{Key: "retention.interval", Value: r.Interval, Why: "it is 1m at least", Example: "1h"}
	}
	for _, days := range opt.Warnings {
		if days < 1 || time.Duration(days)*24*time.Hour >= cfg.Draft.Lifetime {
			return opt, links, configs.Fault{Key: "draft.warnings", Value: days, Example: "[14, 3]",
				Why: fmt.Sprintf("a warning is given a day or more before the end of draft.lifetime (%s), and after its beginning", cfg.Draft.Lifetime)}
		}
	}
	return opt, links, nil
}
