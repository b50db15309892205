package models

import "time"

// Handover is a person handed over by another site with a prefilled application (API連携, R14). The person who opens its
// link first is bound to it; what the site sent is erased when the person has taken it over or declined it, or when its
// time is over. The row that it was stays.
type Handover struct {
	ID           string  `gorm:"primaryKey;type:uuid"`
	SiteID       string  `gorm:"type:uuid"` // the site's account
	SiteName     string  // as its sign-in called it then
	PersonID     *string `gorm:"type:uuid"` // nil until somebody opens the link
	Municipality string
	Procedure    string
	State        HandoverState
	SecretHash   []byte // SHA-256 of the link's secret
	WrappedKey   []byte // its own data key, wrapped; nil once erased
	Sealed       []byte // what was sent; nil once erased
	CreatedAt    time.Time
	ExpiresAt    time.Time
	OpenedAt     *time.Time
	EndedAt      *time.Time
}

// HandoverState is where a hand-over stands.
type HandoverState string

// The states of a hand-over.
const (
	HandoverOpen     HandoverState = "open"
	HandoverAccepted HandoverState = "accepted"
	HandoverDeclined HandoverState = "declined"
	HandoverExpired  HandoverState = "expired"
)

// Share is one site's wish to be told one item about one person for one purpose, and the person's consent to it (R14): who,
// what, why, until when. No fact of the person is in it.
type Share struct {
	ID           string  `gorm:"primaryKey;type:uuid"`
	SiteID       string  `gorm:"type:uuid"`
	SiteName     string  // as its sign-in called it then
	PersonID     *string `gorm:"type:uuid"` // nil until somebody opens the link
	Item         string
	State        ShareState
	SecretHash   []byte // SHA-256 of the link's secret
	WrappedKey   []byte // its own data key, wrapped; nil when it never became a consent
	SealedReason []byte // why the site asks; nil when it never became a consent
	SealedLogin  []byte // by which sign-in the network knows the person; only while it is granted
	AskedAt      time.Time
	ExpiresAt    time.Time // of the link
	Until        time.Time // of the consent
	GrantedAt    *time.Time
	EndedAt      *time.Time // declined, lapsed or revoked
}

// ShareState is where a share stands. One that was granted and whose time is over stays granted: Until says it.
type ShareState string

// The states of a share.
const (
	ShareAsked    ShareState = "asked"
	ShareGranted  ShareState = "granted"
	ShareRevoked  ShareState = "revoked"
	ShareDeclined ShareState = "declined"
	ShareLapsed   ShareState = "lapsed"
)

// ShareUse is one time that a site asked for an item with a person's consent. It holds no fact.
type ShareUse struct {
	ID       string `gorm:"primaryKey;type:uuid"`
	ShareID  string `gorm:"type:uuid"`
	SiteID   string `gorm:"type:uuid"`
	PersonID string `gorm:"type:uuid"`
	Item     string
	At       time.Time
	Result   string // the kind of the network's reply; "asked" if none was passed on
}

// UseAsked is the result of a use of which no reply was passed on.
const UseAsked = "asked"
