package models

import "time"

// Circular is one entry of the register of circulars (通知, R17): what a ministry told municipalities, with the document.
type Circular struct {
	ID           string    `gorm:"primaryKey;type:uuid"`
	Number       string    // "府番第1号"; of several entries with one number the later counts
	IssuedOn     time.Time `gorm:"type:date"`
	Issuer       string
	Title        string
	ObjectKey    string
	Size         int64  // bytes
	SHA256       []byte `gorm:"column:sha256"`
	RegisteredBy string `gorm:"type:uuid"`
	RegisteredAt time.Time
}
