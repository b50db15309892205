package parent

import (
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/rule/jp"
)

// IdentityView is how a person at the counter (窓口) was identified.
type IdentityView struct {
	Kind      string    `json:"kind" doc:"The kind of proof alone, never what stands on it (create-counter-application lists them)." example:"drivers-licence"`
	CheckedAt time.Time `json:"checked_at"`
}

// counterView is how an application came in at the counter.
type counterView struct {
	Identity   IdentityView `json:"identity"`
	ReceivedAt time.Time    `json:"received_at" doc:"When the paper reached the office: the arrival."`
	Clerk      string       `json:"clerk" format:"uuid" doc:"Who took it in."`
}

func counterOf(v *apply.View) *counterView {
	if v.Counter == nil {
		return nil
	}
	return &counterView{
		Identity:   IdentityView{v.Counter.IdentityKind, v.Counter.CheckedAt.In(jp.JST)},
		ReceivedAt: v.Counter.ReceivedAt.In(jp.JST),
		Clerk:      v.Counter.ClerkID,
	}
}
