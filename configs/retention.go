package configs

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/rule/retention"
)

// Retention says what is kept how long; default.yaml says from when each period counts.
type Retention struct {
	ExpiredDraft retention.Period `koanf:"expired_draft"`
	Withdrawn    retention.Period `koanf:"withdrawn"`
	Transferred  retention.Period `koanf:"transferred"`
	Decided      retention.Period `koanf:"decided"`
	Exchange     retention.Period `koanf:"exchange"`
	Discrepancy  retention.Period `koanf:"discrepancy"`
	Messages     retention.Period `koanf:"messages"`
	Links        retention.Period `koanf:"links"`
	Settings     retention.Period `koanf:"settings"`
	Interval     time.Duration    `koanf:"interval"`
}

// Periods are those of cases, as the rule takes them.
func (r Retention) Periods() retention.Periods {
	return retention.Periods{ExpiredDraft: r.ExpiredDraft, Withdrawn: r.Withdrawn, Transferred: r.Transferred, Decided: r.Decided,
		Exchange: r.Exchange, Discrepancy: r.Discrepancy}
}

// checkRetention refuses what would erase too early or never warn; each error names its key.
func (c *Config) checkRetention() error {
	if err := c.Retention.Periods().Check(); err != nil {
		return err
	}
	for key, p := range map[string]retention.Period{"messages": c.Retention.Messages, "links": c.Retention.Links, "settings": c.Retention.Settings} {
		if p.IsZero() {
			return fmt.Errorf("configuration: retention.%s is %s; it is kept for a day at least", key, p)
		}
	}
	if c.Retention.Interval < time.Minute {
		return fmt.Errorf("configuration: retention.interval is %s; it is 1m at least", c.Retention.Interval)
	}
	for _, days := range c.Draft.Warnings {
		if days < 1 || time.Duration(days)*24*time.Hour >= c.Draft.Lifetime {
			return fmt.Errorf("configuration: draft.warnings has %d; a warning is given one day or more before the end of draft.lifetime (%s), and after its beginning", days, c.Draft.Lifetime)
		}
	}
	return nil
}
