// Package cases has the case tables (想定事例表) of an edition: situations that officials write down in a spreadsheet or in YAML,
// each with the papers that it has to give. They are run whenever the edition changes. catalogue.md, "Case tables", is the format.
package cases

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/rule/source"
)

// Folder is where the case tables of a bundle stand.
const Folder = "cases/"

// maxCases is how many cases an edition has at most: all of them run before it is published.
const maxCases = 20_000

// Case is one situation, and what it has to give.
type Case struct {
	File string // and the sheet of a spreadsheet: cases/claim.xlsx [認定請求]
	Line int    // the row of a table, the line of a YAML file
	Name string

	Procedure    string
	Municipality string
	FiledAt      time.Time
	Facts        json.RawMessage
	Consents     []string
	Phases       []phase.Row
	Want         Want

	columns map[string]string // of a table: the pointers of the answers given, and their columns
}

// Want is what a case has to give: an error, or what is to be attached, or the whole plan.
type Want struct {
	Error  string        // the code of a refusal
	Attach []string      // document/subject of each paper that has to be attached, sorted; nil if Plan is said
	Plan   []Requirement // every requirement, also those that the network replaces
}

// Requirement is one of a plan, as far as the case says it; an empty member is not compared.
type Requirement struct {
	Document, Subject, Item, Decision, Reason string
	Inquire                                   *bool
}

// Input is the case as evidence.Make takes it.
func (c *Case) Input() evidence.Input {
	return evidence.Input{Procedure: c.Procedure, Municipality: c.Municipality, FiledAt: c.FiledAt, JSON: c.Facts, Consents: c.Consents, Phases: c.Phases}
}

// everyday is the phase of a case that names none: the network is in full operation for everybody, so that what has to be attached
// is what no office can look up.
func everyday(name string) []phase.Row {
	return []phase.Row{{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: name, From: jp.Date{Year: 2017, Month: 7, Day: 18}.Start()}}
}

// invented is where a case of the national edition is filed that names no municipality; it is one of the demo.
const invented = "998010"

// Read reads the case tables of a bundle beside the catalogue that it makes: their headings are its questions, their papers its
// documents. Its error is source.Faults, each with the file and the row, and the column in its text.
func Read(b *edition.Bundle, c *catalogue.Catalogue) ([]Case, error) {
	scope, err := b.ScopeOf()
	if err != nil {
		return nil, err
	}
	r := &reader{catalogue: c, municipality: scope, known: map[*catalogue.Version]map[string]*Column{}}
	if scope == edition.National {
		r.municipality = invented
	}
	for _, name := range b.Names() {
		if !strings.HasPrefix(name, Folder) {
			continue
		}
		switch path.Ext(name) {
		case ".yaml":
			r.yaml(name, b.File(name))
		case ".csv":
			r.csv(name, b.File(name))
		case ".xlsx":
			r.xlsx(name, b.File(name))
		}
		if len(r.cases) > maxCases {
			r.Add(source.Position{File: name}, "an edition has %d cases at most", maxCases)
			break
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return r.cases, nil
}

// reader collects cases, and what is wrong with how they are written.
type reader struct {
	source.List
	catalogue    *catalogue.Catalogue
	municipality string // of a case that names none
	cases        []Case
	known        map[*catalogue.Version]map[string]*Column // headings that were looked up; nil for those that a version does not have
}

// procedure finds one by its code, or by its name in any version; nil if there is none.
func (r *reader) procedure(text string) *catalogue.Procedure {
	if p := r.catalogue.Procedure(text); p != nil {
		return p
	}
	for _, p := range r.catalogue.Procedures() {
		if slices.ContainsFunc(p.Versions, func(v *catalogue.Version) bool { return v.Name.Ja == text }) {
			return p
		}
	}
	return nil
}
