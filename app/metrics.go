package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"kosodate.example/onestop/app/document"
)

// sweepMetrics counts what sweeps did and shows what still waits. It has no label that could name a person.
func sweepMetrics(registry prometheus.Registerer) func(document.Swept) {
	if registry == nil {
		return nil
	}
	done := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "onestop_swept_total", Help: "What sweeps took away or asked for again."}, []string{"what"})
	waiting := prometheus.NewGauge(
		prometheus.GaugeOpts{Name: "onestop_objects_waiting_for_removal", Help: "Objects whose rows are gone and that are still in the store."},
	)
	registry.MustRegister(done, waiting)
	return func(s document.Swept) {
		done.WithLabelValues("abandoned-upload").Add(float64(s.Abandoned))
		done.WithLabelValues("abandoned-part").Add(float64(s.Attempts))
		done.WithLabelValues("object").Add(float64(s.Removed))
		done.WithLabelValues("scan-again").Add(float64(s.Rescanned))
		done.WithLabelValues("view-again").Add(float64(s.Recopied))
		waiting.Set(float64(s.Waiting))
	}
}
