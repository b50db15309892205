package catalogue

// Schema is a JSON Schema, or a part of one, ready to be written as JSON.
type Schema map[string]any

// FormatMunicipality is the format that FactsSchema uses beside JSON Schema's own "date": a code of 6 digits with its
// check digit, which no pattern can express. A client that does not know it still has the pattern.
const FormatMunicipality = "municipality-code"

// The pattern of a calendar day; which days exist is for format "date".
const datePattern = `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`

// FactsSchema gives the facts of the version as JSON Schema 2020-12, with titles, help and choices in lang, closed at
// every depth. It accepts what DecodeFacts accepts, except what a schema cannot say: check digits of municipalities,
// birth dates after the filing date, 3.0 for 3, and members given twice.
//
// The order of `x-order` in each object is the order in which the facts are asked.
func (v *Version) FactsSchema(lang string) Schema {
	s := objectSchema(v.Facts, lang)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "urn:onestop:facts:" + v.Procedure.Code + ":" + v.Effective + ":" + lang
	s["title"] = v.Name.In(lang)
	return s
}

func objectSchema(fields []*Fact, lang string) Schema {
	properties := Schema{}
	required, order := []string{}, []string{}
	var conditional []Schema
	for _, f := range fields {
		properties[f.Name] = f.schema(lang)
		order = append(order, f.Name)
		if f.When == "" {
			required = append(required, f.Name)
			continue
		}
		conditional = append(conditional, Schema{
			"if":   Schema{"properties": Schema{f.When: Schema{"const": true}}, "required": []string{f.When}},
			"then": Schema{"required": []string{f.Name}},
			"else": Schema{"properties": Schema{f.Name: false}},
		})
	}
	s := Schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false, "x-order": order}
	if len(conditional) > 0 {
		s["allOf"] = conditional
	}
	return s
}

func (f *Fact) schema(lang string) Schema {
	var s Schema
	switch f.Type {
	case FactBoolean:
		s = Schema{"type": "boolean"}
	case FactInteger:
		s = Schema{"type": "integer", "minimum": 0}
	case FactChoice:
		s = f.choiceSchema(lang)
	case FactDate:
		s = Schema{"type": "string", "format": "date", "pattern": datePattern}
	case FactMunicipality:
		s = municipalitySchema(f.Abroad)
	case FactObject:
		s = objectSchema(f.Fields, lang)
	case FactList:
		s = Schema{"type": "array", "items": f.Of.schema(lang)}
		if f.Min > 0 {
			s["minItems"] = f.Min
		}
	}
	if title := f.Label.In(lang); title != "" {
		s["title"] = title
	}
	if help := f.Help.In(lang); help != "" {
		s["description"] = help
	}
	return s
}

// choiceSchema names the values twice: enum for code generators, oneOf with titles for forms.
func (f *Fact) choiceSchema(lang string) Schema {
	values := make([]string, len(f.Choices))
	titled := make([]Schema, len(f.Choices))
	for i, c := range f.Choices {
		values[i] = c.Value
		titled[i] = Schema{"const": c.Value, "title": c.Label.In(lang)}
	}
	return Schema{"type": "string", "enum": values, "oneOf": titled}
}

func municipalitySchema(abroad bool) Schema {
	code := Schema{"type": "string", "pattern": "^[0-9]{6}$", "format": FormatMunicipality}
	if !abroad {
		return code
	}
	return Schema{"type": "string", "anyOf": []Schema{code, {"const": Abroad}}}
}
