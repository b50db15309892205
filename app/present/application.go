package present

import (
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// Procedure is the name of a procedure as its newest version has it; its code where the catalogue does not know it.
func Procedure(c *catalogue.Catalogue, code, lang string) string {
	if p := c.Procedure(code); p != nil {
		return p.Latest().Name.In(lang)
	}
	return code
}

// ProcedureTitle says what one does with a procedure (児童手当を申請する), as its newest version has it: what parents call it. Its name is the law's.
func ProcedureTitle(c *catalogue.Catalogue, code, lang string) string {
	if p := c.Procedure(code); p != nil {
		return p.Latest().Title().In(lang)
	}
	return code
}

// Document is a document's name; its code where the catalogue does not know it.
func Document(c *catalogue.Catalogue, code, lang string) string {
	if c != nil && c.Document(code) != nil {
		return c.Document(code).Name.In(lang)
	}
	return code
}

// DocumentHelp says what a document is; empty where the catalogue does not know it.
func DocumentHelp(c *catalogue.Catalogue, code, lang string) string {
	if d := c.Document(code); d != nil {
		return d.Help.In(lang)
	}
	return ""
}

// Item is the name of a linkage item (情報連携の項目); its code where the catalogue does not know it.
func Item(c *catalogue.Catalogue, code, lang string) string {
	if c != nil && c.Item(code) != nil {
		return c.Item(code).Name.In(lang)
	}
	return code
}

// Whose says whom a document is about: "child-2" is the second child in the order of the facts.
func Whose(subject, lang string) string {
	kind, number, _ := strings.Cut(subject, "-")
	if text := wording.In("subject-"+kind, lang); text != "" {
		return wording.Fill(text, "n", number)
	}
	return subject
}

// Why says why a document is needed or omitted (P1), by a reason of evidence.Plan and its linkage item.
func Why(c *catalogue.Catalogue, reason, item, lang string) string {
	return wording.Fill(wording.In("why-"+reason, lang), "item", Item(c, item, lang))
}

// Needed is one document of a plan as people read of it: its name, whose it is, what it is, and why it is asked for or not (P1).
type Needed struct{ Name, Whose, Help, Why string }

// Need says it. reason and item are the plan's.
func Need(c *catalogue.Catalogue, document, subject, reason, item, lang string) Needed {
	return Needed{
		Name:  Document(c, document, lang),
		Whose: Whose(subject, lang),
		Help:  DocumentHelp(c, document, lang),
		Why:   Why(c, reason, item, lang),
	}
}

// Of is a document with the person whom it is about: 所得証明書（配偶者）.
func Of(c *catalogue.Catalogue, document, subject, lang string) string {
	return Document(c, document, lang) + Aside(Whose(subject, lang), lang)
}

// Aside puts what stands beside a name into the brackets of a language: （配偶者）, in English with a space before it.
func Aside(text, lang string) string {
	return wording.Marks("（", lang) + text + wording.Marks("）", lang)
}

// Consent says how a consent to share stands.
func Consent(state, lang string) string { return wording.In("consent-state-"+state, lang) }

// Change says what changed in a plan since it was last looked at.
func Change(c *catalogue.Catalogue, change evidence.Change, lang string) string {
	return wording.Fill(wording.In("change-"+change.Kind, lang), "name", Document(c, change.Requirement().Document, lang))
}

// State says where an application stands and who moves next, to the one who filed it.
func State(state, lang string) string { return wording.In("state-"+state, lang) }

// Event says one step of a timeline. detail is the history's own: document, or document/subject.
func Event(c *catalogue.Catalogue, event, detail, lang string) string {
	document, _, _ := strings.Cut(detail, "/")
	return wording.Fill(wording.In("event-"+event, lang), "document", Document(c, document, lang))
}

// Message is a message to a parent beside those that an office wrote, by its kind. params are the message's own; the document's code
// becomes its name, and a day is written as people do. municipality is the name of the one that has the case now (移送).
func Message(c *catalogue.Catalogue, kind string, params map[string]string, municipality, lang string) string {
	due := params["due"]
	if day, err := jp.ParseDate(due); err == nil {
		due = Date(day, lang)
	}
	return wording.Fill(wording.In("message-"+kind, lang), "receipt_number", params["receipt_number"],
		"document", Document(c, params["document"], lang), "due", due, "municipality", municipality)
}

// Reply says what became of an inquiry: what was answered, or, before that, how it stands.
func Reply(state, result, lang string) string {
	if text := wording.In("reply-"+result, lang); text != "" {
		return text
	}
	return wording.In("inquiry-"+state, lang)
}

// Asked is one inquiry as the person whom it is about reads it: who asked whom for what, and what came back. Inquirer and Provider
// are names, the rest are codes.
type Asked struct {
	Inquirer, Provider, Item, Subject, Procedure, Result string
	Trial                                                bool // asked while the linkage was on trial
}

// Text says it in a language.
func (q Asked) Text(c *catalogue.Catalogue, lang string) string {
	text := wording.Fill(wording.In("record", lang), "inquirer", q.Inquirer, "provider", q.Provider,
		"item", Item(c, q.Item, lang), "whose", Whose(q.Subject, lang),
		"procedure", Procedure(c, q.Procedure, lang), "reply", wording.In("reply-"+q.Result, lang))
	if q.Trial {
		text += wording.In("record-trial", lang)
	}
	return text
}
