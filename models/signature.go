package models

import "time"

// SignatureState is what is known of a signature's certificate.
type SignatureState string

// The states of a signature's certificate.
const (
	SignaturePending SignatureState = "pending" // whether it was revoked is asked
	SignatureGood    SignatureState = "good"
	SignatureRevoked SignatureState = "revoked"
)

// Signature is one electronic signature over the manifest of a filed case (P3). It was verified before filing, but for
// revocation, which needs the network.
type Signature struct {
	ApplicationID  string `gorm:"primaryKey;type:uuid"`
	Number         int    `gorm:"primaryKey"`
	Municipality   string
	PersonID       string `gorm:"type:uuid"`
	ManifestSha256 []byte
	Sealed         []byte // the signature, the certificate and its issuer's
	State          SignatureState
	Source         string // who said so: ocsp, crl
	At             time.Time
	CheckedAt      *time.Time
}

// SignatureTimestamp is what became of asking for a time stamp (RFC 3161) of a signature: there is no row where none is asked for.
type SignatureTimestamp struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	Municipality  string
	PersonID      string     `gorm:"type:uuid"`
	Sealed        []byte     // the token; empty until there is one
	Failure       string     // why the last answer did not count (sign.StampFailure)
	Asks          int        // answers that did not count
	StampedAt     *time.Time // the authority's time
	CheckedAt     *time.Time // when there was an answer last
}
