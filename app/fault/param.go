package fault

import (
	"fmt"
	"strconv"
)

// Param is a value that a sentence names, as {name}. Its sort says how people write it in each language.
type Param struct {
	Name  string
	Sort  Sort
	Value string // for programs: a plain number, YYYY-MM-DD, a code
}

// Sort is how a parameter is written.
type Sort int

// The sorts of parameters.
const (
	AsIs      Sort = iota // a name or a list of names, the same in every language
	ANumber               // a whole number
	ASize                 // bytes, written in KB or MB
	ADay                  // a day, written with its era in Japanese
	AWord                 // a word of app/wording, by its name there
	AWhy                  // why a document is asked for: evidence reason and linkage item, apart by a slash
	Reference             // for programs alone: no sentence has it
)

// Name is a parameter that every language writes the same: a proper name, a list of names. Never a person's.
func Name(name, value string) Param { return Param{name, AsIs, value} }

// Number is a whole number.
func Number[N int | int64](name string, n N) Param {
	return Param{name, ANumber, strconv.FormatInt(int64(n), 10)}
}

// Size is a number of bytes.
func Size(name string, bytes int64) Param {
	return Param{name, ASize, strconv.FormatInt(bytes, 10)}
}

// Day is a day; its String gives YYYY-MM-DD.
func Day(name string, day fmt.Stringer) Param { return Param{name, ADay, day.String()} }

// Word is a word that app/wording has under a name: Word("state", "state-"+state).
func Word(name, word string) Param { return Param{name, AWord, word} }

// Why says why a document is asked for, as {why}: a reason of a plan and its linkage item.
func Why(reason, item string) Param { return Param{"why", AWhy, reason + "/" + item} }

// Ref is a value for programs that no sentence names: an id.
func Ref(name, value string) Param { return Param{name, Reference, value} }

// Param is the value of a detail's parameter, for programs; "" where it has none of that name.
func (d Detail) Param(name string) string {
	for _, p := range d.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}
