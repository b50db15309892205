// Package core is how a municipality's core system (基幹システム) is connected: who it is, which two admins decide; how it signs in; the feed of what
// happened to the municipality's cases; and what it says of a case. What is in a case, and what is decided on it, are the use cases of the clerks.
package core

import (
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/postgres"
)

// Options of New.
type Options struct {
	// PublicURL is the address of the service: an assertion is made for it.
	PublicURL string
}

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB
	opt      Options
}

// New makes the service.
func New(dossiers *dossier.Service, sweep *postgres.DB, opt Options) *Service {
	opt.PublicURL = strings.TrimSuffix(opt.PublicURL, "/")
	return &Service{dossiers: dossiers, sweep: sweep, opt: opt}
}

func notNow(reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason)
}

func wrong(at, code string, reason fault.Reason) fault.Detail {
	return fault.Detail{Code: code, Reason: reason, Pointer: at}
}
