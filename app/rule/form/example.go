package form

import "kosodate.example/onestop/app/rule/jp"

// Example is ExampleOn for a filing date of its own: valid on any later one too, though its deadlines may be over then.
func (f *Form) Example(active func(Use) bool, count func(list string) int) map[string]any {
	return f.ExampleOn(exampleDay, active, count)
}

// ExampleOn is a complete and valid form for a case that is filed on a day in Japan: active and count as in Validate. It
// is in time, and what lies ahead of it lies ahead of that day.
func (f *Form) ExampleOn(filed jp.Date, active func(Use) bool, count func(list string) int) map[string]any {
	out := map[string]any{}
	for i := range f.uses {
		u := &f.uses[i]
		switch {
		case !active(u.Use):
		case u.Each != "":
			list := []any{}
			for range count(u.Each) {
				list = append(list, u.group.example(filed))
			}
			out[u.key()] = list
		default:
			out[u.key()] = u.group.example(filed)
		}
	}
	return out
}

// example has every field of a group; of an account, those of the kind of bank that its example names.
func (g *Group) example(filed jp.Date) map[string]any {
	out := map[string]any{}
	for i := range g.Fields {
		f := &g.Fields[i]
		if f.Required || g.Rule == "" || f.RequiredWhen == "kind=bank" {
			out[f.Key] = f.example(filed)
		}
	}
	return out
}

// example is a valid answer on a filing date. A day that may not lie after it is that day at the latest.
func (f *Field) example(filed jp.Date) any {
	if f.Type != "date" || filed.IsZero() {
		return f.Example
	}
	if f.ExampleDays != nil {
		return filed.AddDays(*f.ExampleDays).String()
	}
	if text, ok := f.Example.(string); ok && !f.Future && text > filed.String() { // as YYYY-MM-DD they sort by day
		return filed.String()
	}
	return f.Example
}
