package parent

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/rule/form"
)

// touches says whether an open correction asks for something below a place.
func (d *draft) touches(at string) bool {
	return slices.ContainsFunc(d.Corrections, func(c apply.CorrectionView) bool {
		return c.State == "open" && slices.ContainsFunc(c.Fields, func(f string) bool { return strings.HasPrefix(f, at) })
	})
}

// askedSections are the sections of the form that an open correction asks for, or something of them.
func (d *draft) askedSections() []form.Section {
	return slices.DeleteFunc(d.sections(), func(s form.Section) bool { return !d.touches("/form/" + s.Key) })
}

// correctionPatch takes what the page asked and leaves everything else as it was filed; nil if it asked for no field.
func (d *draft) correctionPatch(shown *correctionPage, values url.Values) apply.Patch {
	patch := map[string]any{}
	if d.touches("/facts") {
		patch["facts"] = sentOnly(d.saved().SentFacts(values, true), shown.fields, "/facts")
	}
	changed := map[string]any{}
	for _, s := range d.askedSections() {
		changed[s.Key] = d.sentSection(s, values, shown.fields)
	}
	if len(changed) > 0 {
		patch["form"] = changed
	}
	if len(patch) == 0 {
		return nil
	}
	raw, err := json.Marshal(patch)
	if err != nil {
		return nil
	}
	return raw
}

// sentSection is a section with what was asked for changed; the entries of a list are sent whole, so what was not asked
// for is taken from what was filed.
func (d *draft) sentSection(s form.Section, values url.Values, asked []string) any {
	sent := d.saved().SentSection(s, values, d.saved().Entries(s), true)
	if object, ok := sent.(map[string]any); ok {
		return sentOnly(object, asked, "/form/"+s.Key)
	}
	filed, _ := d.Form[s.Key].([]any)
	elements, _ := sent.([]any)
	for i := range elements {
		own := sentOnly(elements[i].(map[string]any), asked, "/form/"+s.Key+"/"+strconv.Itoa(i))
		whole := map[string]any{}
		if i < len(filed) {
			before, _ := filed[i].(map[string]any)
			for name, v := range before {
				whole[name] = v
			}
		}
		for name, v := range own {
			if whole[name] = v; v == nil {
				delete(whole, name)
			}
		}
		elements[i] = whole
	}
	return elements
}

// sentOnly keeps the members that were asked for.
func sentOnly(sent map[string]any, asked []string, at string) map[string]any {
	out := map[string]any{}
	for name, v := range sent {
		here := at + "/" + name
		if slices.ContainsFunc(asked, func(a string) bool {
			return a == here || strings.HasPrefix(here, a+"/") || strings.HasPrefix(a, here+"/")
		}) {
			out[name] = v
		}
	}
	return out
}
