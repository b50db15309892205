package answers

import (
	"html/template"
	"slices"
	"strings"

	"kosodate.example/onestop/app/web/page"
)

// Name says of each thing that is wrong which question it is about, as the summary of a page needs it: "Enter something"
// ten times over helps nobody. What is about no question here stays as it is.
func Name(parts []Part, wrong []page.Wrong) { name(parts, "", wrong) }

func name(parts []Part, under template.HTML, wrong []page.Wrong) {
	for _, part := range parts {
		switch {
		case part.Field != nil:
			label(wrong, part.Field.Pointer, join(under, part.Field.Label))
			for _, one := range part.also {
				label(wrong, one, join(under, part.Field.Label))
			}
		case part.Group != nil:
			name(part.Group.Parts, within(under, part.Group.Legend), wrong)
		case part.List != nil:
			for _, e := range part.List.Entries {
				name(e.Parts, join(under, e.Legend), wrong)
			}
			label(wrong, pointer(part.List.Name), join(under, part.List.Legend))
		}
	}
}

func label(wrong []page.Wrong, at string, text template.HTML) {
	for i := range wrong {
		if w := &wrong[i]; w.Label == "" && (w.Pointer == at || strings.HasPrefix(w.Pointer, at+"/")) {
			w.Label = text
		}
	}
}

// Once keeps one of the things that are wrong with several questions that are asked as one, at the place where they are asked.
func Once(parts []Part, wrong []page.Wrong) []page.Wrong {
	for _, part := range parts {
		switch {
		case part.Group != nil:
			wrong = Once(part.Group.Parts, wrong)
		case part.List != nil:
			for _, e := range part.List.Entries {
				wrong = Once(e.Parts, wrong)
			}
		case len(part.also) > 0:
			said := false
			wrong = slices.DeleteFunc(slices.Clone(wrong), func(w page.Wrong) bool {
				before := said
				said = said || slices.Contains(part.also, w.Pointer)
				return before && slices.Contains(part.also, w.Pointer)
			})
			for i := range wrong {
				if slices.Contains(part.also, wrong[i].Pointer) {
					wrong[i].Field = part.Field.ID()
				}
			}
		}
	}
	return wrong
}

// within is the heading of a group below another one, once where that names the group already: 申請者・配偶者 – 申請者 is 申請者.
func within(under, legend template.HTML) template.HTML {
	if legend != "" && strings.Contains(string(under), string(legend)) {
		return legend
	}
	return join(under, legend)
}

func join(under, label template.HTML) template.HTML {
	if under == "" || label == "" {
		return under + label
	}
	return under + " – " + label
}
