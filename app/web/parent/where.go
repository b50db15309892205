package parent

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

// placeOf is the page, and the field on it, where what is wrong is put right.
func (d *draft) placeOf(w page.Wrong) string {
	base := "/applications/" + d.ID + "/"
	switch parts := strings.Split(strings.Trim(w.Pointer, "/"), "/"); {
	case w.Document != "":
		return base + "documents#" + page.FieldID("/documents/"+w.Document+"/"+w.Subject)
	case (parts[0] == "facts" || parts[0] == "form") && len(parts) > 1:
		return base + "form/" + d.asks(parts[1]) + "#" + page.FieldID(w.Pointer)
	case parts[0] == "declarations", parts[0] == "consents":
		return base + "documents"
	}
	return ""
}

// named says whether a key of a step stands for what some step asks.
func (d *draft) named(key string) bool {
	return key == stepQuestions || slices.ContainsFunc(d.saved().Steps(), func(s catalogue.Step) bool { return slices.Contains(s.Names, key) })
}

// asks is the step that asks a fact or a section; the first one for what none asks.
func (d *draft) asks(name string) string {
	all := d.saved().Steps()
	for _, s := range all {
		if s.Key == name || slices.Contains(s.Names, name) {
			return s.Key
		}
	}
	return all[0].Key
}
