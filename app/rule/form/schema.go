package form

import (
	"slices"
	"strings"
)

// stringSchema is the JSON Schema of a field whose answer is a string. What a person may type is wider than what is kept
// (an era date, full-width digits), so no pattern is stated that would refuse it before it is normalised.
func stringSchema(f *Field) map[string]any {
	s := map[string]any{"type": "string", "maxLength": f.limit()}
	if f.Type == "email" {
		s["format"] = "email"
	}
	if f.Type == "choice" {
		var values []any
		for _, c := range f.Choices {
			values = append(values, c.Value)
		}
		s = map[string]any{"type": "string", "enum": values}
	}
	return s
}

func integerSchema(f *Field) map[string]any {
	s := map[string]any{"type": "integer", "minimum": f.Min}
	if f.Max > 0 {
		s["maximum"] = f.Max
	}
	return s
}

func listSchema(f *Field) map[string]any {
	s := map[string]any{"type": "array", "maxItems": f.Max, "items": map[string]any{"type": "string", "maxLength": defaultMax}}
	if f.Required {
		s["minItems"] = 1
	}
	return s
}

// Schema is the JSON Schema (2020-12) of the whole form with its texts in a language. Groups that not every case has are
// there and not required: whether one is called for depends on the facts, and Validate says so.
func (f *Form) Schema(lang string) map[string]any {
	properties := map[string]any{}
	required := []any{}
	for _, use := range f.uses {
		s := use.group.schema(lang)
		if use.Each != "" {
			s = map[string]any{"type": "array", "items": s}
		}
		properties[use.key()] = s
		if use.When == "" && use.Each == "" {
			required = append(required, use.key())
		}
	}
	return map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
		"properties": properties, "required": required, "additionalProperties": false}
}

func (g *Group) schema(lang string) map[string]any {
	properties := map[string]any{}
	required := []any{}
	for i := range g.Fields {
		f := &g.Fields[i]
		s := kinds[f.Type].schema(f)
		s["title"] = f.Label.In(lang)
		if help := f.Help.In(lang); help != "" {
			s["description"] = help
		}
		s["examples"] = []any{f.Example}
		if len(f.Choices) > 0 {
			var labels []any
			for _, c := range f.Choices {
				labels = append(labels, map[string]any{"const": c.Value, "title": c.Label.In(lang)})
			}
			s["oneOf"] = labels
		}
		properties[f.Key] = s
		if f.Required {
			required = append(required, f.Key)
		}
	}
	s := map[string]any{"type": "object", "title": g.Label.In(lang), "properties": properties, "required": required, "additionalProperties": false}
	if help := g.Help.In(lang); help != "" {
		s["description"] = help
	}
	if rules := g.conditional(); len(rules) > 0 {
		s["allOf"] = rules
	}
	return s
}

// conditional says for each RequiredWhen under which answer the field is required.
func (g *Group) conditional() []any {
	var rules []any
	for i := range g.Fields {
		f := &g.Fields[i]
		if f.RequiredWhen == "" {
			continue
		}
		other, value, exact := strings.Cut(f.RequiredWhen, "=")
		when := map[string]any{"required": []any{other}}
		switch isBoolean := slices.ContainsFunc(g.Fields, func(o Field) bool { return o.Key == other && o.Type == "boolean" }); {
		case isBoolean:
			when["properties"] = map[string]any{other: map[string]any{"const": value != "false"}}
		case exact:
			when["properties"] = map[string]any{other: map[string]any{"const": value}}
		}
		rules = append(rules, map[string]any{"if": when, "then": map[string]any{"required": []any{f.Key}}})
	}
	return rules
}
