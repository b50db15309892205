package admin

import (
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/operate"
)

// pair is one procedure and item in one municipality, or nationally (*), with its phase.
type pair struct {
	Procedure    string     `json:"procedure"`
	Item         string     `json:"item"`
	Municipality string     `json:"municipality"`
	Phase        string     `json:"phase"`
	NextAt       *time.Time `json:"next_at,omitempty"`
}

func pairOf(p operate.Pair) pair {
	p.NextAt = wire.InJapan(p.NextAt)
	return pair(p)
}

// impact is what a change would do, before it is made.
type impact struct {
	DraftsFewer int         `json:"drafts_fewer"`
	DraftsMore  int         `json:"drafts_more"`
	Awaiting    int         `json:"awaiting"`
	Pages       int         `json:"pages"`
	Agreement   []agreement `json:"agreement"`
}

// agreement is what the trial has shown for one pair (R3).
type agreement struct {
	Procedure    string   `json:"procedure"`
	Item         string   `json:"item"`
	Municipality string   `json:"municipality"`
	Compared     int64    `json:"compared"`
	Matched      int64    `json:"matched"`
	Discrepant   int64    `json:"discrepant"`
	Open         int64    `json:"open"`
	Rate         *float64 `json:"rate,omitempty"`
}

func impactOf(i operate.Impact) impact {
	return impact{
		DraftsFewer: i.DraftsFewer,
		DraftsMore:  i.DraftsMore,
		Awaiting:    i.Awaiting,
		Pages:       i.Pages,
		Agreement:   wire.Each(i.Agreement, func(a operate.Agreement) agreement { return agreement(a) }),
	}
}
