// Package catalogue holds the procedures (手続), their versions, facts, documents and texts, read from YAML files.
//
// A catalogue is data: Load reads it, refuses it with file, line and fault when anything is wrong, and compiles every
// condition once. What is loaded never changes, so it may be used from any number of goroutines. catalogue.md says
// what it contains.
package catalogue

import (
	"cmp"
	"slices"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
)

// Catalogue is everything that was loaded: the national one, or that of one municipality, which lies over the national one and
// shares with it whatever it does not change.
type Catalogue struct {
	procedures []*Procedure // in the order of their numbers
	byCode     map[string]*Procedure
	defs       *definitions
	forms      *form.Library
	prints     map[string]Sum // the forms to print of its own files

	base  *Catalogue // what it lies over; nil for the national one
	title Text       // of its edition
}

// Procedure is one procedure (手続) with its versions, oldest first.
type Procedure struct {
	Code     string `yaml:"code"`
	Number   int    `yaml:"number"`   // its place in the catalogue's order, from 1
	Category string `yaml:"category"` // code of a Category
	Affair   string `yaml:"affair"`   // code of the affair (事務) for the network; X-… where the official one is to be entered

	// Title says in the words of parents what they do with it: 児童手当を申請する. Empty: its name says it.
	Title Text `yaml:"title,omitempty"`

	// Keywords are words that parents search by and that stand in no name, in any language.
	Keywords []string `yaml:"keywords"`

	// Weeks is how long a decision usually takes from the arrival (標準処理期間), where a municipality does not say it; 0 where it cannot be said.
	Weeks int `yaml:"weeks,omitempty"`

	Checked Checked `yaml:"checked"` // when its versions and rules were last checked, where they do not say so themselves

	Versions []*Version `yaml:"versions"`
}

// MostWeeks is the longest time that a decision may be said to take.
const MostWeeks = 52

// Category groups procedures for people.
type Category struct {
	Code string `yaml:"code"`
	Name Text   `yaml:"name"`
}

// Item is a linkage item (特定個人情報): what the network can answer.
type Item struct {
	Name Text   `yaml:"name"`
	Code string `yaml:"code"` // X-… where the official code is to be entered

	// Fields are the facts in an answer that a reviewer can compare with a document (R3).
	Fields []ComparedField `yaml:"fields"`

	// Outcome says what follows from an answer.
	Outcome OutcomeRules `yaml:"outcome"`
}

// The kinds of comparison between what a document says and what the network answers.
const (
	CompareEqual      = "equal"      // the same characters
	CompareNormalised = "normalised" // the same after normalising kana, width and era
	CompareName       = "name"       // the same name, in old or new characters (旧字, 新字)
	CompareAddress    = "address"    // the same place, however it is written (P12)
	CompareAmount     = "amount"     // the same sum of yen
	CompareDate       = "date"       // the same day
)

// ComparedField is one fact of an item and how it is compared.
type ComparedField struct {
	Name    string `yaml:"name"`
	Label   Text   `yaml:"label"`
	Compare string `yaml:"compare"`

	// PartOf says of what the field is the first part: two fields of the form, such as family_kana and given_kana. A paper prints the
	// whole, and who types the whole has typed the part.
	PartOf []string `yaml:"part_of,omitempty"`
}

// Procedure finds a procedure by its code; nil if there is none.
func (c *Catalogue) Procedure(code string) *Procedure { return c.byCode[code] }

// Procedures gives all procedures in catalogue order. The slice must not be changed.
func (c *Catalogue) Procedures() []*Procedure { return c.procedures }

// Version gives the version of a procedure in force on a day; nil if the procedure is unknown or has none that day.
func (c *Catalogue) Version(code string, on jp.Date) *Version {
	if p := c.byCode[code]; p != nil {
		return p.At(on)
	}
	return nil
}

// At gives the version in force on a day (in Japan), or nil before the first.
func (p *Procedure) At(on jp.Date) *Version {
	for i := len(p.Versions) - 1; i >= 0; i-- {
		if !on.Before(p.Versions[i].EffectiveFrom) {
			return p.Versions[i]
		}
	}
	return nil
}

// WeeksOf is how long a decision is said to take: as the municipality says (nil: it does not), else the catalogue; 0 where nobody says.
func (p *Procedure) WeeksOf(own *int) int {
	switch {
	case own != nil:
		return *own
	case p != nil:
		return p.Weeks
	}
	return 0
}

// Latest gives the newest version, whether or not it is in force yet.
func (p *Procedure) Latest() *Version { return p.Versions[len(p.Versions)-1] }

// Categories gives the categories in the order in which they are shown.
func (c *Catalogue) Categories() []Category {
	if c.base == nil {
		return c.defs.Categories
	}
	return slices.Concat(c.base.Categories(), c.defs.Categories)
}

// Category finds a category by its code.
func (c *Catalogue) Category(code string) (Category, bool) {
	for _, k := range c.Categories() {
		if k.Code == code {
			return k, true
		}
	}
	return Category{}, false
}

// Item finds a linkage item by its code in this catalogue ("local-tax"); nil if there is none. No municipality has its own.
func (c *Catalogue) Item(name string) *Item { return c.national().defs.Items[name] }

// Items gives the codes of all linkage items, sorted.
func (c *Catalogue) Items() []string { return sortedKeys(c.national().defs.Items) }

// Title is what the edition of a scope calls itself: the national one's, or that of the municipality's own that lies over it. Empty
// for a folder that is no edition.
func (c *Catalogue) Title(scope string) Text {
	if scope == National {
		return c.national().title
	}
	return c.title
}

func (c *Catalogue) national() *Catalogue { return cmp.Or(c.base, c) }

// Document finds a document definition by its code; nil if there is none.
func (c *Catalogue) Document(code string) *Document {
	if d := c.defs.Documents[code]; d != nil || c.base == nil {
		return d
	}
	return c.base.Document(code)
}

// Documents gives the codes of all documents, sorted.
func (c *Catalogue) Documents() []string {
	codes := sortedKeys(c.defs.Documents)
	if c.base != nil {
		codes = slices.Compact(slices.Sorted(slices.Values(slices.Concat(codes, c.base.Documents()))))
	}
	return codes
}

// source finds a source by its key; nil if there is none.
func (c *Catalogue) source(key string) *Source {
	if s := c.defs.Sources[key]; s != nil || c.base == nil {
		return s
	}
	return c.base.source(key)
}
