package catalogue

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/source"
)

// Event is what happens in a family's life (ライフイベント), and which procedures it calls for. It is how people begin: they know
// that a baby was born, not what the law calls what is to be done.
type Event struct {
	Code       string   `yaml:"code"`
	Name       Text     `yaml:"name"`       // as a parent says it: 赤ちゃんが生まれた
	Words      []string `yaml:"words"`      // how else people say it, in any language, and as it is read
	Procedures []string `yaml:"procedures"` // their codes, what matters most first
}

// Events are what happens in a family's life, in the order in which it is offered. A municipality's own one stands in the place of the
// national one with the same code, or after them.
func (c *Catalogue) Events() []*Event {
	if c.base == nil {
		return c.defs.Events
	}
	out := slices.Clone(c.base.Events())
	for _, own := range c.defs.Events {
		if i := slices.IndexFunc(out, func(e *Event) bool { return e.Code == own.Code }); i >= 0 {
			out[i] = own
		} else {
			out = append(out, own)
		}
	}
	return out
}

// Synonyms are groups of words that mean the same to who searches, as they are written, read, shortened and formerly called.
func (c *Catalogue) Synonyms() [][]string {
	if c.base == nil {
		return c.defs.Synonyms
	}
	return slices.Concat(c.base.Synonyms(), c.defs.Synonyms)
}

// Title says what one does with the procedure (児童手当を申請する); its name, which is the law's, where nobody has said it.
func (v *Version) Title() Text {
	return orText(v.Procedure.Title, Text{Ja: v.Name.Ja, Plain: v.Name.Plain, En: v.Name.En})
}

// checkEvents holds a file's events and synonyms to what the search needs. Which procedures there are is known when all were read.
func (b *builder) checkEvents(s *source.File, in *shared) {
	known := b.catalogue.defs.Events
	for i, e := range in.Events {
		at := s.At("events", i)
		switch {
		case e == nil || !codeName.MatchString(e.Code) || len(e.Procedures) == 0:
			b.Add(at, "an event has a code of small letters, digits and hyphens, a name, and the procedures that it calls for")
			continue
		case slices.ContainsFunc(known, func(o *Event) bool { return o.Code == e.Code }):
			b.Add(at, "event %s stands twice", e.Code)
		}
		known = append(known, e)
		b.referring = append(b.referring, func() {
			for _, code := range e.Procedures {
				if b.catalogue.byCode[code] == nil {
					b.Add(at, "event %s: there is no procedure %q", e.Code, code)
				}
			}
		})
	}
	b.catalogue.defs.Events = known
	for i, group := range in.Synonyms {
		if len(group) < 2 || slices.ContainsFunc(group, func(w string) bool { return strings.TrimSpace(w) == "" }) {
			b.Add(s.At("synonyms", i), "synonyms are two words or more that mean the same")
		}
	}
	b.catalogue.defs.Synonyms = append(b.catalogue.defs.Synonyms, in.Synonyms...)
}
