package admin

import "strconv"

// The charts are drawn here, in SVG that needs no script: a bar for what there is, a line where the threshold lies. The
// figures stand in a table beside each, so nothing depends on seeing it.
const chartWidth = 300 // of the whole scale, in units of the drawing

// bar is one value beside its threshold, in units of the drawing.
type bar struct {
	Length, Threshold int
	Reached           bool
}

// barOf scales a value and its threshold to the chart; most is the scale's end.
func barOf(value, threshold, most float64) bar {
	if most <= 0 {
		return bar{Reached: true}
	}
	at := func(v float64) int { return int(min(max(v/most, 0), 1) * chartWidth) }
	return bar{Length: at(value), Threshold: at(threshold), Reached: value >= threshold-1e-9}
}

// number writes a number without needless decimals: 3.5, 4.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
