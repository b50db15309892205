package models

import (
	"database/sql/driver"
	"strconv"
	"strings"
)

// Tokens are blind tokens by which a case is found. They are written and asked for, and never read back: a row that was read has none.
type Tokens []int64

// Value is the literal of an array.
func (t Tokens) Value() (driver.Value, error) {
	var b strings.Builder
	for i, one := range t {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(one, 10))
	}
	return "{" + b.String() + "}", nil
}

// Scan leaves them where they are.
func (t *Tokens) Scan(any) error {
	*t = nil
	return nil
}
