package app

import (
	"runtime"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Build says which program this is.
type Build struct {
	Version string // of the module: a tag, "(devel)" for a build of a work tree
	Commit  string // of the source, with "+changed" if there was more; "unknown" if it was built without asking git
	Go      string
}

// ThisBuild is what the compiler noted in this program.
func ThisBuild() Build {
	b := Build{Version: "unknown", Commit: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = info.Main.Version
	changed := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed {
		b.Commit += "+changed"
	}
	return b
}

// metric is onestop_build_info, always 1: which versions run beside each other during an upgrade.
func (b Build) metric() prometheus.Collector {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "onestop_build_info", Help: "Which program runs: always 1."}, []string{"version", "commit", "go"})
	g.WithLabelValues(b.Version, b.Commit, b.Go).Set(1)
	return g
}
