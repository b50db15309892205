// Package linkage asks the inter-agency network (情報提供ネットワークシステム) and keeps what it answers: consent, inquiry,
// answer, record of information provided (R3–R6, P6, P7; review.md, "Inquiries").
package linkage

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/storage/postgres"
)

// Network is the inter-agency network. Faults: Unavailable, with Extra "provider" when one provider alone is down.
type Network interface {
	Submit(ctx context.Context, i nws.Inquiry) (nws.Ticket, error)
	Poll(ctx context.Context, reference string) (nws.Outcome, error)
	Own(ctx context.Context, r nws.OwnRequest) (nws.Ticket, error)
}

// Directory is the municipality's directory of residents (宛名).
type Directory interface {
	Find(ctx context.Context, q directory.Query) ([]directory.Candidate, error)
}

// Options of New; zero members take their defaults.
type Options struct {
	GiveUpAfter time.Duration // how long an inquiry may take before a reviewer has it; default 24 h
	Retry       time.Duration // the first wait after a failure; it doubles; default 2 s
	RetryMost   time.Duration // the longest wait; default 10 min
	ByHand      time.Duration // how often an answer given by hand is looked for; default 30 min
	OwnTime     time.Duration // how long one's own information may take; default 10 s
	BreakAfter  uint32        // failures in a row after which a provider is left alone; default 5
	BreakFor    time.Duration // and for how long; default 30 s
}

func (o *Options) fill() {
	or(&o.GiveUpAfter, 24*time.Hour)
	or(&o.Retry, 2*time.Second)
	or(&o.RetryMost, 10*time.Minute)
	or(&o.ByHand, 30*time.Minute)
	or(&o.OwnTime, 10*time.Second)
	or(&o.BreakFor, 30*time.Second)
	if o.BreakAfter == 0 {
		o.BreakAfter = 5
	}
}

func or(d *time.Duration, standard time.Duration) {
	if *d <= 0 {
		*d = standard
	}
}

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	dossiers  *dossier.Service
	sweep     *postgres.DB
	network   Network
	directory Directory
	opt       Options
	breakers  breakers
	connected bool // to a directory
}

// New makes the service; a network or a directory that is nil is not connected.
func New(dossiers *dossier.Service, sweep *postgres.DB, network Network, residents Directory, opt Options) *Service {
	opt.fill()
	if network == nil {
		network = disconnected{}
	}
	connected := residents != nil
	if !connected {
		residents = disconnected{}
	}
	return &Service{
		dossiers:  dossiers,
		sweep:     sweep,
		network:   network,
		directory: residents,
		opt:       opt,
		breakers:  breakers{after: opt.BreakAfter, rest: opt.BreakFor},
		connected: connected,
	}
}
