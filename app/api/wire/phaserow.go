package wire

import (
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
)

// Row is a phase row: from an instant on, what it speaks of is in this phase. * stands for all.
type Row struct {
	ID           string    `json:"id,omitempty"`
	Procedure    string    `json:"procedure"`
	Item         string    `json:"item"`
	Municipality string    `json:"municipality"`
	Phase        string    `json:"phase"`
	From         time.Time `json:"from"`
}

// RowsOf are phase rows in the words of the API, with instants in Japan time.
func RowsOf(rows []operate.Row) []Row {
	return Each(rows, func(r operate.Row) Row {
		r.From = r.From.In(jp.JST)
		return Row(r)
	})
}
