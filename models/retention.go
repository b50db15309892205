package models

import "time"

// DraftWarning says that a draft's owner was told so many days before that it expires. Rows are only ever added.
type DraftWarning struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	PersonID      string    `gorm:"type:uuid"`
	Days          int       `gorm:"primaryKey;autoIncrement:false"`
	ExpiresAt     time.Time `gorm:"primaryKey"`
	At            time.Time
}

// Erasure is the record that a case was erased, when and by which rule: nothing of the case, nor of the person. Rows are
// only ever added.
type Erasure struct {
	ID           string    `gorm:"primaryKey;type:uuid" json:"id"` // the application's
	Municipality string    `json:"municipality"`
	Procedure    string    `json:"procedure"`
	Kind         string    `json:"kind"` // the state in which the case ended
	Rule         string    `json:"rule"` // app/rule/retention
	LastDay      time.Time `gorm:"type:date" json:"last_day"`
	Files        int       `json:"files"`
	Objects      int       `json:"objects"`
	KeySlot      []byte    `json:"key_slot"` // which slot of the shelf was destroyed; nil if the key lay on none
	ErasedAt     time.Time `json:"erased_at"`
}
