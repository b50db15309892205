// Package queue is the reviewers' queue of a municipality and who works on a case: pages, search, claims with a lease and
// a fencing number, notes, many cases accepted at once, and what each member of staff works on (review.md, "Reviewers").
//
// What is done to one case by the reviewer who claimed it is app/review.
package queue

import (
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// DefaultLease is how long a claim lasts unless it is renewed.
const DefaultLease = 30 * time.Minute

// Options of New; zero members take their defaults.
type Options struct {
	Lease time.Duration // of a claim; DefaultLease
}

// Service has the use cases.
type Service struct {
	dossiers *dossier.Service
	lease    time.Duration
}

// New makes the service.
func New(dossiers *dossier.Service, opt Options) *Service {
	if opt.Lease <= 0 {
		opt.Lease = DefaultLease
	}
	return &Service{dossiers: dossiers, lease: opt.Lease}
}

// visible reads a filed case of a category on which the reviewer works; not-found otherwise. A clerk's own draft is not
// filed.
func (s *Service) visible(tx *postgres.Tx, id string) (*models.Application, error) {
	app, err := tx.Application(id)
	if err != nil {
		return nil, err
	}
	if app.ArrivedAt == nil {
		return nil, fault.ErrNotFound
	}
	return app, s.dossiers.Within(tx, app)
}

// badParameter is the refusal of one parameter of a query.
func badParameter(name string, reason fault.Reason, params ...fault.Param) *fault.Error {
	return fault.Detail{Code: "invalid", Reason: reason, Parameter: name, Params: params}.Alone(fault.Refused, fault.CodeInvalidRequest)
}

func badMember(pointer, code string, reason fault.Reason, params ...fault.Param) *fault.Error {
	return fault.Detail{Code: code, Reason: reason, Pointer: pointer, Params: params}.Alone(fault.Refused, fault.CodeInvalidRequest)
}

func dateText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}
