package shelf_test

import (
	"fmt"
	"runtime"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// BenchmarkLoadNational is what a node does once for a national edition, from the bundle as it lies in the database.
func BenchmarkLoadNational(b *testing.B) {
	zip, err := casetest.BuiltIn(b).Zip()
	casetest.Must(b, err)
	for b.Loop() {
		files, err := edition.Unzip(zip)
		casetest.Must(b, err)
		_, err = files.Load(nil)
		casetest.Must(b, err)
	}
}

// BenchmarkOverlays lays a small edition of each municipality in the country over the national one, and says what they hold
// while all are kept and what the shelf keeps of them.
func BenchmarkOverlays(b *testing.B) {
	base := casetest.Catalogue(b)
	w := &casetest.World{T: b}
	local := w.Local(casetest.Hinata, casetest.Claim, casetest.Asked(handbook, "true"))
	const municipalities, kept = 1741, 256
	for b.Loop() {
		all := make([]*catalogue.Catalogue, 0, municipalities)
		before := heap()
		for n := range municipalities {
			c, err := local.Load(base)
			casetest.Must(b, err)
			if all = append(all, c); n == kept-1 {
				b.ReportMetric(float64(heap()-before)/(1<<20), "MB/256")
			}
		}
		b.ReportMetric(float64(heap()-before)/(1<<20), fmt.Sprintf("MB/%d", municipalities))
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/municipalities, "ms/overlay")
		runtime.KeepAlive(all)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
