package editing

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/plain"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// How many characters a text on a page may have.
const (
	MaxName  = 100
	MaxText  = 1000
	MaxBasis = 200
	MaxWhen  = 2000
)

// Check says what of a document cannot be kept, each at its member: /name/ja, /asked/0/when. c is the municipality's catalogue, base
// the national one, whose procedures alone can ask for it here. With level, plain Japanese that is hard to read is said too.
func (p *Paper) Check(c, base *catalogue.Catalogue, level bool) []fault.Detail {
	out := CheckText("/name", p.Name, MaxName, level)
	for _, one := range []struct {
		at   string
		text catalogue.Text
	}{{"/help", p.Help}, {"/obtain", p.Obtain}, {"/accept", p.Accept}} {
		out = append(out, CheckText(one.at, one.text, MaxText, level)...)
	}
	if p.Writer != catalogue.WriterOffice && p.Writer != catalogue.WriterThirdParty {
		out = append(out, fault.Detail{Code: "required", Reason: "choose-writer", Pointer: "/writer"})
	}
	out = append(out, checkLength("/basis", p.Basis, MaxBasis)...)
	for i, a := range p.Asked {
		at := "/asked/" + strconv.Itoa(i)
		switch {
		case slices.ContainsFunc(p.Asked[:i], func(b Asking) bool { return b.Procedure == a.Procedure && b.Subject == a.Subject }):
			out = append(out, fault.Detail{Code: "invalid", Reason: "asked-twice", Pointer: at})
		case base.Procedure(a.Procedure) == nil:
			out = append(out, fault.Detail{Code: "invalid", Reason: "choose-whose", Pointer: at})
		default:
			out = append(out, a.check(c, at)...)
		}
	}
	return out
}

// check says what is wrong with one place where a document is asked for. Its condition has to be one for every version, since what
// a municipality says holds for all of them.
func (a *Asking) check(c *catalogue.Catalogue, at string) []fault.Detail {
	p := c.Procedure(a.Procedure)
	if p == nil || !slices.Contains(p.Kinds(), a.Subject) {
		return []fault.Detail{{Code: "invalid", Reason: "choose-whose", Pointer: at}}
	}
	if long := checkLength(at+"/when", a.When, MaxWhen); len(long) > 0 {
		return long
	}
	for _, v := range p.Versions {
		compiler, err := v.Conditions()
		if err == nil {
			_, err = compiler.Compile(a.When, a.Subject)
		}
		if err != nil {
			return []fault.Detail{{Code: "invalid", Reason: "expression-unreadable", Pointer: at + "/when"}}
		}
	}
	return nil
}

// Check says what of a look-up cannot be kept, each at its member. base is the national catalogue.
func (l *LookUp) Check(base *catalogue.Catalogue, level bool) []fault.Detail {
	out := CheckText("/reason", l.Reason, MaxText, level)
	rules := Rules(base, l.Procedure)
	i := slices.IndexFunc(rules, func(r *catalogue.Rule) bool { return r.Document == l.Document && r.Subject == l.Subject })
	switch {
	case i < 0:
		out = append(out, fault.Detail{Code: "required", Reason: "choose-document", Pointer: "/document"})
	case rules[i].Fixed:
		out = append(out, fault.Detail{Code: "invalid", Reason: "document-fixed", Pointer: "/document"})
	}
	return out
}

// Rules are those of a procedure's newest version, each document of each kind of subject once.
func Rules(c *catalogue.Catalogue, procedure string) []*catalogue.Rule {
	p := c.Procedure(procedure)
	if p == nil {
		return nil
	}
	return p.Latest().Documents
}

// languages are those of a text, with what is said where one is missing.
var languages = []struct {
	key     string
	in      func(catalogue.Text) string
	missing fault.Reason
}{
	{catalogue.Japanese, func(t catalogue.Text) string { return t.Ja }, "write-japanese"},
	{catalogue.PlainJapanese, func(t catalogue.Text) string { return t.Plain }, "write-plain"},
	{catalogue.English, func(t catalogue.Text) string { return t.En }, "write-english"},
}

// CheckText says what is wrong with a text in the three languages, at /ja, /plain and /en below a place.
func CheckText(at string, t catalogue.Text, limit int, level bool) []fault.Detail {
	var out []fault.Detail
	for _, l := range languages {
		text, here := l.in(t), at+"/"+l.key
		if strings.TrimSpace(text) == "" {
			out = append(out, fault.Detail{Code: "required", Reason: l.missing, Pointer: here})
			continue
		}
		out = append(out, checkLength(here, text, limit)...)
	}
	if level {
		out = append(out, hard(at+"/"+catalogue.PlainJapanese, t.Plain)...)
	}
	return out
}

func checkLength(at, text string, limit int) []fault.Detail {
	if utf8.RuneCountInString(text) > limit {
		return []fault.Detail{{Code: "too-long", Reason: "limit-too-long", Pointer: at, Params: []fault.Param{fault.Number("limit", limit)}}}
	}
	return question.FreeText(at, text)
}

// PlainText is the code of what makes a text in plain Japanese hard to read: it may be kept all the same.
const PlainText = "plain-text"

// hard says what makes a text hard to read: the sentence, the word or the run of characters is in the detail.
func hard(at, text string) []fault.Detail {
	var out []fault.Detail
	for _, f := range plain.Check(text) {
		switch f.Code {
		case plain.LongSentence:
			out = append(out, fault.Detail{Code: PlainText, Reason: "plain-long-sentence", Pointer: at,
				Params: []fault.Param{fault.Name("word", f.Word), fault.Number("max", plain.MaxSentence)}})
		case plain.ManyKanji:
			out = append(out, fault.Detail{Code: PlainText, Reason: "plain-many-kanji", Pointer: at, Params: []fault.Param{fault.Name("word", f.Word)}})
		case plain.HardWord:
			out = append(out, fault.Detail{Code: PlainText, Reason: "plain-hard-word", Pointer: at, Params: []fault.Param{fault.Name("word", f.Word)}})
		case plain.NoSpaces:
			out = append(out, fault.Detail{Code: PlainText, Reason: "plain-no-spaces", Pointer: at, Params: []fault.Param{fault.Name("word", f.Word)}})
		default:
			out = append(out, fault.Detail{Code: PlainText, Reason: "plain-double-space", Pointer: at})
		}
	}
	return out
}

// Check says what of the texts of a document cannot be kept. Of a text that is as it was nothing is said.
func (t *PaperTexts) Check(was PaperTexts, level bool) []fault.Detail {
	return checkChanged([]changedText{{"/name", was.Name, t.Name, MaxName}, {"/help", was.Help, t.Help, MaxText}, {"/obtain", was.Obtain, t.Obtain, MaxText},
		{"/accept", was.Accept, t.Accept, MaxText}}, level)
}

// Check says what of the texts of a procedure cannot be kept. Of a text that is as it was nothing is said.
func (t *ProcedureTexts) Check(was ProcedureTexts, level bool) []fault.Detail {
	name := func(n catalogue.Names) catalogue.Text { return catalogue.Text{Ja: n.Ja, Plain: n.Plain, En: n.En} }
	out := checkChanged([]changedText{{"/name", name(was.Name), name(t.Name), MaxName}, {"/summary", was.Summary, t.Summary, MaxText},
		{"/who", was.Who, t.Who, MaxText}, {"/next", was.Next, t.Next, MaxText}, {"/deadline", was.Deadline, t.Deadline, MaxText}}, level)
	if t.Name.Kana != was.Name.Kana && !source.Hiragana(t.Name.Kana) {
		out = append(out, fault.Detail{Code: "invalid", Reason: "write-hiragana", Pointer: "/name/kana"})
	}
	return out
}

// changedText is a text at its place, as it was and as it is to be.
type changedText struct {
	at       string
	was, now catalogue.Text
	limit    int
}

func checkChanged(texts []changedText, level bool) []fault.Detail {
	var out []fault.Detail
	for _, t := range texts {
		if t.was != t.now {
			out = append(out, CheckText(t.at, t.now, t.limit, level)...)
		}
	}
	return out
}
