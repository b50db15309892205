package models

import "time"

// Message is a notice (お知らせ) in a person's inbox (R15). Its text is made from Kind and Params in the person's language,
// or, of a message to a group, read from its broadcast.
type Message struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	PersonID      string `gorm:"type:uuid"`
	Municipality  string
	ApplicationID *string `gorm:"type:uuid"`
	Kind          string
	Params        []byte `gorm:"type:jsonb"` // no personal facts
	CreatedAt     time.Time
	ReadAt        *time.Time
	BroadcastID   *string `gorm:"type:uuid"` // of a message to a group of parents
}

// PersonSettings is how a person wants to be told. Who never said so has no row.
type PersonSettings struct {
	PersonID   string `gorm:"primaryKey;type:uuid"`
	SealedMail []byte // the address, sealed with a key of the service; nil for none
	Language   string // ja, plain or en
	WantsMail  bool
	UpdatedAt  time.Time
}

// The languages in which people are written to.
const (
	LanguageJa    = "ja"
	LanguagePlain = "plain" // やさしい日本語
	LanguageEn    = "en"
)

// Mail is the mail that tells a person of one message.
type Mail struct {
	MessageID    string `gorm:"primaryKey;type:uuid"`
	Municipality string
	State        MailState
	Attempts     int
	QueuedAt     time.Time
	ClaimedAt    *time.Time // when the last attempt began
	EndedAt      *time.Time
}

// MailState is where a mail stands.
type MailState string

// The states of a mail.
const (
	MailQueued  MailState = "queued"
	MailSending MailState = "sending" // an attempt is under way, or was when its worker died
	MailSent    MailState = "sent"    // the server acknowledged it
	MailRefused MailState = "refused" // the server refused the address or the mail for good
	MailDropped MailState = "dropped" // the person does not want mail any more
)

// Broadcast is a message of a municipality to a group of parents, and how far it has come.
type Broadcast struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	AuthorID     string `gorm:"type:uuid"`
	State        BroadcastState
	Procedure    string    // its code; empty for parents with a case of any procedure
	ChildAgeFrom *int      // full years, inclusive; nil for no bound
	ChildAgeTo   *int      // full years, inclusive; nil for no bound
	AgesOn       time.Time `gorm:"type:date"`  // the day on which the children have these ages
	Texts        []byte    `gorm:"type:jsonb"` // title and text in each language
	OfList       bool      // to the parents of cases that a reviewer chose from a list, whatever the members above say
	Cursor       *string   `gorm:"type:uuid"` // the last case that was looked at
	Examined     int       // cases
	Recipients   int       // people who got the message
	CreatedAt    time.Time
	UpdatedAt    time.Time
	EndedAt      *time.Time
}

// BroadcastState is where a message to a group stands.
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastRunning BroadcastState = "running"
	BroadcastStopped BroadcastState = "stopped" // by an admin; it goes on where it stopped
	BroadcastDone    BroadcastState = "done"
)
