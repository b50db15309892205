package parent

import (
	"html/template"
	"slices"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// askedFor is one thing that a correction asks for, and whether it is there.
type askedFor struct {
	Label template.HTML
	Link  string
	Done  bool
}

// list is what is asked for, in the order of the page: documents, then answers. An answer counts once it says something else; what stays
// as it is may be handed in too.
func (c *correctionPage) list(r *page.Request) (out []askedFor, all bool) {
	all = true
	add := func(one askedFor) {
		out, all = append(out, one), all && one.Done
	}
	for _, card := range c.Cards {
		add(askedFor{
			Label: r.Read(said(card.Name + present.Aside(card.Whose, r.Lang))),
			Link:  "#" + page.FieldID("/documents/"+card.Document+"/"+card.Subject),
			Done:  card.Attached || card.Declared != nil || c.onPaper(card.Document, card.Subject),
		})
	}
	for i := range c.Parts { // what is not asked any more beside the other answers is not among them
		for _, at := range c.Asked.Fields {
			if label, id := labelled(c.Parts[i:i+1], c.askedAs(at)); label != "" && !slices.ContainsFunc(out, func(one askedFor) bool { return one.Link == "#"+id }) {
				add(askedFor{Label: label, Link: "#" + id, Done: slices.Contains(c.Asked.Changed, at) || slices.Contains(c.Asked.Changed, c.askedAs(at))})
			}
		}
	}
	return out, all
}

// askedAs is the pointer of the question that the page asks for one that the correction names: where banks are known by their names, nobody
// is asked for a number.
func (c *correctionPage) askedAs(at string) string {
	if c.banks == nil {
		return at
	}
	return answers.AskedAs(at)
}

// said is a text that is the same in every language here.
type said string

// In gives it.
func (s said) In(string) string { return string(s) }

func (c *correctionPage) onPaper(document, subject string) bool {
	for _, i := range c.Items {
		if i.Document == document && i.Subject == subject {
			return i.Paper
		}
	}
	return false
}

// labelled is what the page calls an answer, by its pointer, and where it is: its own label, or that of the subject that it belongs to.
func labelled(parts []answers.Part, at string) (label template.HTML, id string) {
	for _, part := range parts {
		switch {
		case part.Field != nil:
			if part.Field.Pointer == at || strings.HasPrefix(part.Field.Pointer, at+"/") {
				return part.Field.Label, part.Field.ID()
			}
		case part.Group != nil:
			if label, id = labelled(part.Group.Parts, at); label != "" {
				return label, id
			}
		case part.List != nil:
			own := "/" + strings.ReplaceAll(part.List.Name, ".", "/")
			if at == own {
				return part.List.Legend, part.List.ID
			}
			for _, e := range part.List.Entries {
				if label, id = labelled(e.Parts, at); label != "" {
					return label, id
				}
			}
		}
	}
	return "", ""
}

// handedIn says whether a correction is with the municipality: its page says so, and asks for nothing.
func handedIn(c apply.CorrectionView) bool { return c.SubmittedAt != nil }
