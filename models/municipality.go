package models

import "time"

// Municipality is one municipality (市区町村) that uses the service. Public but for its key.
type Municipality struct {
	Code        string `gorm:"primaryKey"` // six digits with check digit
	NameJa      string
	NameKana    string
	NameEn      string
	OfficeJa    string // the office in charge, as a parent would look for it
	OfficePlain string
	OfficeEn    string
	Telephone   string
	TrialNote   bool   // show the note of R8 while a trial lasts
	AskByHand   bool   // the network is not asked by itself when a case is claimed
	NextByDue   bool   // the next case is that which is due first, not that which came first
	WrappedKey  []byte // the municipality's data key, wrapped by the master key
	UpdatedAt   time.Time
	Version     int64
}

// Signature levels (P3): what a municipality asks for when a procedure is filed.
const (
	SignatureNone      = "none"
	SignatureLogin     = "login"
	SignatureSignature = "signature"
)

// Offering says that a municipality offers a procedure, from when until when, and how it is signed (P3).
type Offering struct {
	Municipality  string     `gorm:"primaryKey"`
	Procedure     string     `gorm:"primaryKey"`
	OpensOn       *time.Time `gorm:"type:date"` // first day in Japan, nil: always was
	ClosesOn      *time.Time `gorm:"type:date"` // last day in Japan, inclusive; nil: no end
	Signature     string
	GuidanceJa    string
	GuidancePlain string
	GuidanceEn    string
	DeadlineOn    *time.Time `gorm:"type:date"` // for procedures whose deadline a municipality sets
	Weeks         *int       // how long a decision usually takes from the arrival (標準処理期間); nil: as the catalogue says
}

// ClosedDay is a day on which the municipality's office is closed, beside Saturdays and Sundays.
type ClosedDay struct {
	Municipality string    `gorm:"primaryKey"`
	Day          time.Time `gorm:"primaryKey;type:date"`
	Name         string
}
