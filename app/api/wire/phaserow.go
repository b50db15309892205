package wire

import (
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
)

// RowsInJapan writes the instants of phase rows in Japan time.
func RowsInJapan(rows []operate.Row) []operate.Row {
	out := make([]operate.Row, len(rows))
	for i, r := range rows {
		r.From = r.From.In(jp.JST)
		out[i] = r
	}
	return out
}
