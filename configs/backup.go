package configs

import "time"

// Backup says where copies of the database and of the bucket go. Only `onestop backup`, `restore` and `drill` look at it.
type Backup struct {
	ConfigFile string        `koanf:"pgbackrest_config_file"`
	Stanza     string        `koanf:"stanza"`
	Keep       time.Duration `koanf:"keep"`
	MetricsDir string        `koanf:"metrics_dir"`
	Objects    Objects       `koanf:"objects"`
}
