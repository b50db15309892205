package present

import (
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// Details is Detail with its catalogue, for the edge's problem documents.
func Details(c *catalogue.Catalogue) func(lang string, d fault.Detail) string {
	return func(lang string, d fault.Detail) string { return Detail(c, d, lang) }
}

// Detail says one thing that is wrong: missing documents by the catalogue, answers by the texts of questions, the rest by the texts
// here. Empty where the fault's own text (which is English) or the edge's is as good.
func Detail(c *catalogue.Catalogue, d fault.Detail, lang string) string {
	if d.Code == "missing-document" {
		return missing(c, d, lang)
	}
	if lang == wording.English && d.Text != "" {
		return ""
	}
	if strings.HasPrefix(d.Pointer, "/facts") || strings.HasPrefix(d.Pointer, "/form") {
		if text := question.Message(d.Code, lang, d.Params); text != "" {
			return text
		}
	}
	if text := Refusal(d.Text, lang); text != "" {
		return text
	}
	if text := wording.In("detail-"+d.Code, lang); text != "" {
		return wording.Fill(text, pairs(d.Params)...)
	}
	if d.Params["parameter"] != "" || d.Code == "required" {
		return "" // the edge's
	}
	return question.Message(d.Code, lang, d.Params) // free texts outside the form have the same faults
}

func pairs(params map[string]string) []string {
	var out []string
	for name, value := range params {
		out = append(out, name, value)
	}
	return out
}

// missing names a missing document and says why it is asked for (P1).
func missing(c *catalogue.Catalogue, d fault.Detail, lang string) string {
	reason := Why(c, d.Params["reason"], d.Params["item"], lang)
	if reason == "" {
		reason = wording.In("asked", lang) // in a correction
	}
	return wording.Fill(wording.In("missing", lang), "name", Document(c, d.Document, lang), "whose", Whose(d.Subject, lang), "why", reason)
}
