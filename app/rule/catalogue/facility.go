package catalogue

import (
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// Facility is a nursery, a kindergarten or the like of a municipality, from which parents choose the ones that they wish for. A form
// asks for its name in Japanese (question.Facilities); the rest helps to choose.
type Facility struct {
	Name    Text   `yaml:"name"`
	Kind    Text   `yaml:"kind"`    // 認可保育所, 認定こども園 and so on
	Ages    Text   `yaml:"ages"`    // from which age to which it takes children
	Address string `yaml:"address"` // in Japanese
	Phone   string `yaml:"phone"`   // empty if there is none to tell
	Hours   Text   `yaml:"hours,omitempty"`
	Free    *Free  `yaml:"free,omitempty"` // nil: the municipality does not say
	Note    Text   `yaml:"note,omitempty"` // whatever else one has to know
}

// Free is how many places were free on a day, by the age of the class.
type Free struct {
	On     string   `yaml:"on"` // YYYY-MM-DD
	Places []FreeAt `yaml:"places"`
}

// FreeAt is how many places the class of an age (years, on 1 April) has.
type FreeAt struct {
	Age int `yaml:"age"`
	N   int `yaml:"n"`
}

// Day is the day on which it was so.
func (f *Free) Day() jp.Date {
	d, _ := jp.ParseDate(f.On) // checked when the catalogue was read
	return d
}

// wrong says what no parent could read in it.
func (f *Free) wrong() string {
	if _, err := jp.ParseDate(f.On); err != nil {
		return "free places are those of a day: on is YYYY-MM-DD"
	}
	for i, one := range f.Places {
		if one.Age < 0 || one.Age > 5 || one.N < 0 || i > 0 && one.Age <= f.Places[i-1].Age {
			return "free places stand by age, 0 to 5, each once and in order"
		}
	}
	if len(f.Places) == 0 {
		return "free places name an age at least"
	}
	return ""
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
		case f.Free != nil && f.Free.wrong() != "":
			b.Add(s.At("facilities", i, "free"), "%s", f.Free.wrong())
		default:
			known[f.Name.Ja] = true
		}
	}
}
