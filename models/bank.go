package models

import "time"

// BankTable is the table of banks and branches as an operator imported it. Tables are only ever added; the latest counts.
type BankTable struct {
	ID         string `gorm:"primaryKey;type:uuid"`
	Contents   string // CSV
	ImportedAt time.Time
}
