package present

import (
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/wording"
)

// Reassessment says how a corrected edition would have decided otherwise (見直し): a paper was asked for without need, or was not asked
// for.
func Reassessment(direction, lang string) string { return wording.In("reassessment-"+direction, lang) }

// Letter is what a parent is told, in every language.
type Letter struct{ Title, Text catalogue.Text }

// ReassessmentLetter is what the parents of the cases of a list are told, unless the office writes something else. names gives the names
// of the procedure and of the document in a language.
func ReassessmentLetter(direction string, names func(lang string) (procedure, document string)) Letter {
	in := func(part, lang string) string {
		procedure, document := names(lang)
		return wording.Fill(wording.In("reassessment-"+part+"-"+direction, lang), "procedure", procedure, "document", document)
	}
	text := func(part string) catalogue.Text {
		return catalogue.Text{Ja: in(part, wording.Japanese), Plain: in(part, wording.Plain), En: in(part, wording.English)}
	}
	return Letter{Title: text("title"), Text: text("text")}
}
