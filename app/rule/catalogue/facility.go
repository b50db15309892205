package catalogue

import "kosodate.example/onestop/app/rule/source"

// Facility is a nursery, a kindergarten or the like of a municipality, from which parents choose the ones that they wish for. A form
// asks for its name in Japanese (question.Facilities); the rest helps to choose.
type Facility struct {
	Name    Text   `yaml:"name"`
	Kind    Text   `yaml:"kind"`           // 認可保育所, 認定こども園 and so on
	Ages    Text   `yaml:"ages"`           // from which age to which it takes children
	Address string `yaml:"address"`        // in Japanese
	Phone   string `yaml:"phone"`          // empty if there is none to tell
	Note    Text   `yaml:"note,omitempty"` // opening hours and whatever else one has to know
}

// Facilities are those of the municipality whose catalogue it is, in the order of its files; none in the national one.
func (c *Catalogue) Facilities() []*Facility { return c.defs.Facilities }

// checkFacilities holds a file's facilities to what parents need.
func (b *builder) checkFacilities(s *source.File, in *shared) {
	if len(in.Facilities) > 0 && b.catalogue.base == nil {
		b.Add(s.At("facilities"), "facilities are a municipality's own")
		return
	}
	known := map[string]bool{}
	for _, f := range b.catalogue.defs.Facilities {
		known[f.Name.Ja] = true
	}
	for i, f := range in.Facilities {
		switch at := s.At("facilities", i); {
		case f == nil || f.Address == "":
			b.Add(at, "a facility has a name, kind, ages and an address")
		case known[f.Name.Ja]:
			b.Add(at, "facility %s stands twice", f.Name.Ja)
		default:
			known[f.Name.Ja] = true
		}
	}
}
