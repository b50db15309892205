package catalogue

import (
	"cmp"
	"slices"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// Source is what a rule rests on: a law, a regulation, or what several municipalities publish.
type Source struct {
	Title   string `yaml:"title"`             // the law or the page, in Japanese
	Article string `yaml:"article,omitempty"` // 第13条の3第1項; empty if it is no law

	// AmendedOn is the day (YYYY-MM-DD) of the newest circular or amendment that is known: what was checked before it is
	// marked as to be checked again.
	AmendedOn string `yaml:"amended_on,omitempty"`
}

// Checked is when somebody last held something to its sources, and who.
type Checked struct {
	On string `yaml:"on"` // YYYY-MM-DD
	By string `yaml:"by"` // the office or person, in Japanese
}

// or is c, with what it leaves open from another.
func (c Checked) or(other Checked) Checked {
	return Checked{On: cmp.Or(c.On, other.On), By: cmp.Or(c.By, other.By)}
}

// Grounds are on what a rule rests, in the order in which they are written.
func (c *Catalogue) Grounds(keys []string) []Source {
	out := make([]Source, 0, len(keys))
	for _, key := range keys {
		if s := c.source(key); s != nil {
			out = append(out, *s)
		}
	}
	return out
}

// Sources are all that are defined, in the order of their keys; those of the national catalogue first.
func (c *Catalogue) Sources() []Source {
	var out []Source
	if c.base != nil {
		out = c.base.Sources()
	}
	for _, key := range sortedKeys(c.defs.Sources) {
		out = append(out, *c.defs.Sources[key])
	}
	return out
}

// checkGrounds holds that what is cited is there, and that days are days. That nothing is cited at all is for lint.
func (b *builder) checkGrounds(at source.Position, keys []string, checked Checked) {
	for i, key := range keys {
		if b.catalogue.source(key) == nil || slices.Contains(keys[:i], key) {
			b.Add(at, "source %q is not defined, or stands twice", key)
		}
	}
	if checked.On == "" {
		return
	}
	if _, err := jp.ParseDate(checked.On); err != nil {
		b.Add(at, "checked.on %q is not a date as YYYY-MM-DD", checked.On)
	}
}
