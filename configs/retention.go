package configs

import "time"

// Retention says what is kept how long, in periods of the calendar ("7y", "18m", "30d", "1y6m"); default.yaml says from
// when each counts. What they mean is read, and too short ones are refused, when the program starts.
type Retention struct {
	ExpiredDraft string        `koanf:"expired_draft"`
	Withdrawn    string        `koanf:"withdrawn"`
	Transferred  string        `koanf:"transferred"`
	Decided      string        `koanf:"decided"`
	Exchange     string        `koanf:"exchange"`
	Discrepancy  string        `koanf:"discrepancy"`
	Messages     string        `koanf:"messages"`
	Links        string        `koanf:"links"`
	Settings     string        `koanf:"settings"`
	Interval     time.Duration `koanf:"interval"`
}
