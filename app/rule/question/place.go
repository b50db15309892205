package question

import (
	"strconv"
	"strings"

	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Place is where in the answers the checker is; it becomes a JSON Pointer only when something is wrong there.
type Place struct {
	parent *Place
	name   string
	index  int // of a list's entry; -1 for a member
}

// At is the place of a whole set of answers: At("facts").
func At(name string) *Place { return &Place{name: name, index: -1} }

// Member is a place inside an object.
func (p *Place) Member(name string) *Place { return &Place{parent: p, name: name, index: -1} }

// Nth is a place inside a list.
func (p *Place) Nth(i int) *Place { return &Place{parent: p, index: i} }

// Pointer is the JSON Pointer of the place. An unknown name may be anything, so it is cut and cleaned: it comes back to the
// person in an error. A name that looks like an individual number ends it: pointers are answered and logged (P4).
func (p *Place) Pointer() string {
	out, _ := p.pointer()
	return out
}

func (p *Place) pointer() (out string, ended bool) {
	if p.parent != nil {
		out, ended = p.parent.pointer()
	}
	switch {
	case ended || p.index < 0 && individual.InText(p.name):
		return out, true
	case p.index >= 0:
		return out + "/" + strconv.Itoa(p.index), false
	}
	runes := []rune(p.name)
	if len(runes) > 60 {
		runes = append(runes[:60], '…')
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return '?'
		}
		return r
	}, string(runes))
	return out + "/" + strictjson.Escape(clean), false
}
