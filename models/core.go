package models

import "time"

// CoreTokenPrefix begins every access token of a core system, so that it is never taken for one of the identity provider's.
const CoreTokenPrefix = "core_"

// ProviderCore is the provider of the accounts of core systems in people.
const ProviderCore = "core-system"

// The scopes of a core system.
const (
	ScopeCoreRead  = "core:read"   // follow the feed, take cases
	ScopeCoreWrite = "core:write"  // acknowledge, and write back
	ScopeIntake    = "core:intake" // send applications that were filed at another portal
)

// CoreSystem is a municipality's core system (基幹システム) as it was registered: its id is its account and the client id that it signs in with. It never
// changes but for its state: another key or another scope is another registration.
type CoreSystem struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	Name          string
	State         CoreSystemState
	Scopes        string // separated by spaces
	Networks      string // from which it may come: networks in CIDR notation, separated by spaces
	PerSecond     int    // requests in the long run
	SeesProtected bool   // it is told of protected persons (支援措置)
	Keys          string // its public keys, a JWK Set
	Reason        string
	ProposedBy    string `gorm:"type:uuid"`
	ProposedAt    time.Time
	DecidedBy     *string `gorm:"type:uuid"` // who approved or rejected it, or let it go on
	DecidedAt     *time.Time
	StoppedBy     *string `gorm:"type:uuid"` // who stopped it: at once, alone
	StoppedAt     *time.Time
	EndedBy       *string `gorm:"type:uuid"` // who confirmed that for good
	EndedAt       *time.Time
}

// CoreSystemState is where a registration stands.
type CoreSystemState string

// The states of a registration.
const (
	CoreProposed CoreSystemState = "proposed"
	CoreApproved CoreSystemState = "approved"
	CoreRejected CoreSystemState = "rejected" // taken back, or not approved
	CoreStopped  CoreSystemState = "stopped"  // one admin has stopped it; another lets it go on or revokes it
	CoreRevoked  CoreSystemState = "revoked"
)

// CoreCase is what one core system has said of one case.
type CoreCase struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	SystemID      string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	State         CoreCaseState
	SealedReason  []byte // why it was refused, under the application's key
	Revision      int    // that it took or refused
	At            time.Time
	PaymentOn     *time.Time `gorm:"type:date"` // since when is paid
}

// CoreCaseState is what a core system made of a case.
type CoreCaseState string

// What a core system makes of a case.
const (
	CoreTaken   CoreCaseState = "taken"
	CoreRefused CoreCaseState = "refused"
)

// Kinds of events that are told to core systems.
const (
	ToldArrived   = "arrived"
	ToldCorrected = "corrected"
	ToldDecided   = "decided"
	ToldReopened  = "reopened"
	ToldWithdrawn = "withdrawn"
	ToldPassedOn  = "passed-on"         // to another office (移送)
	ToldDocument  = "document-received" // handed in after the filing, on paper or on line and free of viruses
	ToldProtected = "protected"         // somebody in it is protected from now on (支援措置)
	ToldAvailable = "available"         // it may be seen again after it was hidden: take it anew
	ToldChanged   = "changed"           // something else of what is in it
	ToldWithheld  = "withheld"          // something happened to a case of which this system is told nothing
)

// Told are all of them.
var Told = []string{ToldArrived, ToldCorrected, ToldDecided, ToldReopened, ToldWithdrawn, ToldPassedOn, ToldDocument, ToldProtected, ToldAvailable,
	ToldChanged, ToldWithheld}
