package models

import "time"

// LetterSettings are what an office says in each of its letters (決定通知書), in a version: the last one counts.
type LetterSettings struct {
	Municipality string `gorm:"primaryKey"`
	Version      int    `gorm:"primaryKey"`
	Prefix       string // of the document number (文書番号), before 第…号
	MayorTitle   string
	MayorName    string
	Address      string
	Contact      string
	Appeal       string  // 教示文: 審査請求
	Suit         string  // 教示文: 取消訴訟
	Seal         string  // whether room is left for the official seal, or it is omitted (公印省略)
	ChangedBy    *string `gorm:"type:uuid"` // nil: the program itself
	ChangedAt    time.Time
}

// What becomes of the official seal (公印).
const (
	SealSpace   = "space"
	SealOmitted = "omitted"
)

// Missing are the names of the columns without which no letter can be made, in the order of the form; all of them for nil.
func (s *LetterSettings) Missing() (out []string) {
	if s == nil {
		s = &LetterSettings{}
	}
	for _, one := range []struct{ name, text string }{{"prefix", s.Prefix}, {"mayor_title", s.MayorTitle}, {"mayor_name", s.MayorName}, {"address", s.Address},
		{"contact", s.Contact}, {"appeal", s.Appeal}, {"suit", s.Suit}} {
		if one.text == "" {
			out = append(out, one.name)
		}
	}
	return out
}

// LetterNumber is the last number that a municipality gave in a fiscal year.
type LetterNumber struct {
	Municipality string `gorm:"primaryKey"`
	Year         int    `gorm:"primaryKey"`
	Last         int
}

// Letter is the letter of a decision as it was made: it never changes.
type Letter struct {
	ApplicationID  string `gorm:"primaryKey;type:uuid"`
	Number         int    `gorm:"primaryKey"` // of the decision
	Municipality   string
	PersonID       string `gorm:"type:uuid"`
	Year           int    // 年度, in which Running counts
	Running        int
	DocumentNumber string    // 文書番号, as it stands on the letter
	MadeOn         time.Time `gorm:"type:date"` // the day in Japan that stands on it
	SealedPDF      []byte    `gorm:"column:sealed_pdf"`
}

// LetterRead says when its parent first opened a letter.
type LetterRead struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ReadAt        time.Time
}

// Boilerplate is a text that staff begin with (文例), in a version: the last one counts.
type Boilerplate struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Version      int    `gorm:"primaryKey"`
	Municipality string
	Kind         string  // what it is for (app/rule/boilerplate)
	Procedure    string  // its code, or "*"
	Name         string  // by which it is chosen
	Texts        []byte  `gorm:"type:jsonb"` // by the field that it fills
	DueDays      *int    // of a correction: how many days from the day on which it is asked for
	Retired      bool    // offered to nobody any more
	ChangedBy    *string `gorm:"type:uuid"` // nil: the program itself
	ChangedAt    time.Time
}
