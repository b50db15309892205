package answers

import (
	"html/template"
	"strconv"
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
		case part.Group != nil:
			name(part.Group.Parts, join(under, part.Group.Legend), wrong)
		case part.List != nil:
			for i, e := range part.List.Entries {
				name(e.Parts, join(under, e.Legend+template.HTML(" "+strconv.Itoa(i+1))), wrong) //nolint:gosec // a number
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

func join(under, label template.HTML) template.HTML {
	if under == "" {
		return label
	}
	return under + " – " + label
}
