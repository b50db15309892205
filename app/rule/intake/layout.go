// Package intake reads what other portals send (deploy/decisions/intake.md): of each sender a file says which of its fields answers which question, from
// which day on. It knows no case and no database.
package intake

import (
	"cmp"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// Senders are all whose applications are taken in. They never change.
type Senders struct{ byCode map[string]*Sender }

// Sender is a portal, and how it wrote its applications from which day on.
type Sender struct {
	Code     string      `yaml:"sender"`
	Name     source.Text `yaml:"name"`
	Versions []*Version  `yaml:"versions"`
}

// Version is how a sender writes from a day on, the day of the arrival with it.
type Version struct {
	From   string                    `yaml:"from"` // YYYY-MM-DD
	Tables map[string]map[string]any `yaml:"tables"`
	Shared map[string]*Field         `yaml:"shared"` // fields of each of its forms
	Forms  map[string]*Form          `yaml:"forms"`  // by its code of the form

	from jp.Date
}

// Form is one form of a sender.
type Form struct {
	Procedure string            `yaml:"procedure"` // our code
	Fields    map[string]*Field `yaml:"fields"`
	Fixed     map[string]any    `yaml:"fixed"`     // what its form says by being that form: path → answer
	Documents map[string]string `yaml:"documents"` // its kind of file → document/subject
	Consents  map[string]string `yaml:"consents"`  // its field → the consent that a yes in it gives

	fields []field
}

// Field says what one field of a sender answers. {n} in its name and in a path is the place in a list, from 1.
type Field struct {
	To     []string `yaml:"to"`     // paths (form.applicant.birth_date); several: the words of the value, one each
	Table  string   `yaml:"table"`  // what its values mean
	Number bool     `yaml:"number"` // it is a whole number
	Ignore bool     `yaml:"ignore"` // it answers nothing here
}

// field is a field made ready.
type field struct {
	*Field
	name    string
	pattern *regexp.Regexp // of a repeated one; nil: the name as it stands
	values  map[string]any
}

// place stands for the place in a list.
const place = "{n}"

// Load reads one file a sender (*.yaml) and holds it against the catalogue. Its error is source.Faults: unknown keys, procedures, questions, documents and
// choices, each with its file and line.
func Load(files fs.FS, cat *catalogue.Catalogue) (*Senders, error) {
	var faults source.List
	out := &Senders{byCode: map[string]*Sender{}}
	names, err := fs.Glob(files, "*.yaml")
	for _, name := range names {
		text, readErr := fs.ReadFile(files, name)
		if readErr != nil {
			faults.Add(source.Position{File: name}, "cannot be read: %v", readErr)
			continue
		}
		s := &Sender{}
		file, ok := source.Read(name, text, s, &faults)
		if !ok {
			continue
		}
		faults.Texts(file, s)
		s.complete(file, cat, &faults)
		if out.byCode[s.Code] != nil {
			faults.Add(file.At("sender"), "sender %s stands in another file too", s.Code)
		}
		out.byCode[s.Code] = s
	}
	if err = cmp.Or(err, faults.Err()); err != nil {
		return nil, err
	}
	return out, nil
}

// Of finds a sender; nil if nobody takes in what it sends.
func (s *Senders) Of(code string) *Sender { return s.byCode[code] }

// Form is a sender's form as it was on a day; nil if it had none of this code.
func (s *Sender) Form(code string, on jp.Date) *Form {
	for _, v := range slices.Backward(s.Versions) {
		if !on.Before(v.from) {
			return v.Forms[code]
		}
	}
	return nil
}

var senderCode = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

func (s *Sender) complete(file *source.File, cat *catalogue.Catalogue, faults *source.List) {
	if !senderCode.MatchString(s.Code) {
		faults.Add(file.At("sender"), "sender %q: a code has small letters, digits and hyphens", s.Code)
	}
	if len(s.Versions) == 0 {
		faults.Add(file.At("versions"), "sender %s has no version", s.Code)
	}
	for i, v := range s.Versions {
		var err error
		if v.from, err = jp.ParseDate(v.From); err != nil || i > 0 && !s.Versions[i-1].from.Before(v.from) {
			faults.Add(file.At("versions", i, "from"), "a version begins on a day (YYYY-MM-DD), each later than the one before")
		}
		for _, code := range slices.Sorted(maps.Keys(v.Forms)) {
			v.completeForm(code, func(path ...any) source.Position {
				return file.At(append([]any{"versions", i, "forms", code}, path...)...)
			}, cat, faults)
		}
	}
}

func (v *Version) completeForm(code string, at func(path ...any) source.Position, cat *catalogue.Catalogue, faults *source.List) {
	form := v.Forms[code]
	procedure := cat.Procedure(form.Procedure)
	if procedure == nil {
		faults.Add(at("procedure"), "form %s: there is no procedure %q", code, form.Procedure)
		return
	}
	asked := &questions{procedure.At(v.from)}
	if asked.version == nil {
		asked.version = procedure.Latest()
	}
	all := maps.Clone(v.Shared)
	if all == nil {
		all = map[string]*Field{}
	}
	maps.Copy(all, form.Fields)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := field{Field: all[name], name: name}
		for _, wrong := range f.complete(v, asked) {
			faults.Add(at("fields", name), "field %s: %s", name, wrong)
		}
		form.fields = append(form.fields, f)
	}
	for _, path := range slices.Sorted(maps.Keys(form.Fixed)) {
		if q := asked.at(path); q == nil {
			faults.Add(at("fixed", path), "there is no question %s", path)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(form.Documents)) {
		if document, subject, ok := strings.Cut(form.Documents[kind], "/"); !ok || !asked.version.Asks(document, strings.ReplaceAll(subject, place, "1")) {
			faults.Add(at("documents", kind), "%s never asks for %s", form.Procedure, form.Documents[kind])
		}
	}
}
