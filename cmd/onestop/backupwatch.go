package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"kosodate.example/onestop/configs"
)

// partDrill is beside the parts of a backup what is watched as they are.
const partDrill = "drill"

// watched does a part of a backup, and leaves when it last succeeded (Unix seconds; 0: never) for Prometheus, in the folder from which its node exporter takes
// text files: no process of ours is left by then that could be asked. A failure leaves what was there, so that what only ever fails is seen as well.
func watched(b *configs.Backup, part string, do func() error) error {
	err := do()
	if b.MetricsDir == "" {
		return err
	}
	path := filepath.Join(b.MetricsDir, "onestop_backup_"+part+".prom")
	if err != nil {
		if _, missing := os.Stat(path); !errors.Is(missing, fs.ErrNotExist) {
			return err
		}
	}
	last := prometheus.NewGauge(prometheus.GaugeOpts{Name: "onestop_backup_last_success_timestamp_seconds",
		Help: "When a part of the backup last succeeded; 0: never.", ConstLabels: prometheus.Labels{"part": part}})
	if err == nil {
		last.SetToCurrentTime()
	}
	all := prometheus.NewRegistry()
	all.MustRegister(last)
	return errors.Join(err, prometheus.WriteToTextfile(path, all))
}
