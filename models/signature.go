package models

import "time"

// States of a signature's certificate.
const (
	SignaturePending = "pending" // whether it was revoked is asked
	SignatureGood    = "good"
	SignatureRevoked = "revoked"
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
	State          string
	Source         string // who said so: ocsp, crl
	At             time.Time
	CheckedAt      *time.Time
}
