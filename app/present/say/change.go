package say

import (
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// Said is one change in words.
type Said struct {
	Procedure string `json:"procedure"` // its name; empty for a document of all procedures
	Versions  string `json:"versions"`  // 2024年10月1日からの版
	Text      string `json:"text"`      // 第3子以降の確認書（申請者）：求める人が増えます。…
}

// Change says one change between two catalogues, in a language.
func Change(before, after *catalogue.Catalogue, c diff.Change, lang string) Said {
	w := words{before: before, after: after, change: c, lang: lang}
	out := Said{Text: w.sentence()}
	if c.Procedure != "" {
		out.Procedure = present.Procedure(w.newest(), c.Procedure, lang)
	}
	var days []string
	for _, on := range c.Versions {
		days = append(days, day(on, lang))
	}
	if len(days) > 0 {
		out.Versions = w.fill("diff-versions", "days", strings.Join(days, wording.In("fact-separator", lang)))
	}
	return out
}

// words says one change.
type words struct {
	before, after *catalogue.Catalogue
	change        diff.Change
	lang          string
}

func (w words) fill(name string, pairs ...string) string {
	return wording.Fill(wording.In(name, w.lang), pairs...)
}

// newest is the catalogue in which what the change is about still is.
func (w words) newest() *catalogue.Catalogue {
	c := w.change
	if c.Procedure != "" && w.after.Procedure(c.Procedure) == nil || c.Document != "" && w.after.Document(c.Document) == nil {
		return w.before
	}
	return w.after
}

func (w words) sentence() string {
	c := w.change
	text := w.direction()
	before, after := w.side(w.before, c.Before), w.side(w.after, c.After)
	name := "diff-changed"
	switch {
	case c.Before != nil && c.After != nil && c.Before.Text != (catalogue.Text{}) && before == after:
		name, before, after = w.elsewhere()
	case c.Kind == diff.QuestionForm, c.Before != nil && c.After != nil && before == "" && after == "":
		name = "diff-marked"
	case c.Before == nil && after == "":
		name = "diff-added-bare"
	case c.Before == nil:
		name = "diff-added"
	case c.After == nil && before == "":
		name = "diff-removed-bare"
	case c.After == nil:
		name = "diff-removed"
	}
	text += w.fill(name, "what", wording.In("diff-what-"+c.Kind, w.lang), "before", before, "after", after)
	if c.MoreCases+c.FewerCases > 0 {
		text += w.fill("diff-cases", "more", present.Number(int64(c.MoreCases), w.lang), "fewer", present.Number(int64(c.FewerCases), w.lang))
	}
	if text = strings.TrimSpace(text); w.about() == "" {
		return text
	}
	return w.fill("diff-about", "about", w.about(), "text", text)
}

// elsewhere is how a text is said that differs in other languages alone: in the first one in which it does.
func (w words) elsewhere() (name, before, after string) {
	for _, lang := range wording.Languages {
		other := words{w.before, w.after, w.change, lang}
		if before, after = other.side(w.before, w.change.Before), other.side(w.after, w.change.After); before != after {
			return "diff-changed-in-" + lang, before, after
		}
	}
	return "diff-marked", "", ""
}

// direction says what the change does to people; empty where it does nothing.
func (w words) direction() string {
	c := w.change
	switch {
	case c.Direction == "":
		return ""
	case c.Kind == diff.RuleItem, c.Kind == diff.RuleReplaceable, c.Kind == diff.RuleWaived:
		return wording.In("diff-bring-"+c.Direction, w.lang)
	case c.Document != "":
		return wording.In("diff-rule-"+c.Direction, w.lang)
	}
	return wording.In("diff-question-"+c.Direction, w.lang)
}

// about is the document, the question or the section that changes.
func (w words) about() string {
	c := w.change
	switch {
	case c.Document != "" && c.Subject != "":
		return document(w.newest(), c.Document, c.Subject, w.lang)
	case c.Document != "":
		return present.Document(w.newest(), c.Document, w.lang)
	case c.Question != "":
		return w.quote(w.question())
	case c.Section != "":
		return w.quote(w.section())
	}
	return ""
}

func (w words) quote(label string) string { return w.fill("said-quote", "label", label) }

// document is a document with the kind of subject whose it is.
func document(c *catalogue.Catalogue, code, subject, lang string) string {
	if subject == "" {
		return present.Document(c, code, lang)
	}
	return wording.Fill(wording.In("diff-whose", lang), "document", present.Document(c, code, lang), "whose", Kind(subject, lang))
}

// Kind is a kind of subject, without the number that one of several has.
func Kind(subject, lang string) string { return strings.TrimSpace(present.Whose(subject, lang)) }

// question is the label of the question that changes, as the newer catalogue that has it says it.
func (w words) question() string {
	for _, c := range []*catalogue.Catalogue{w.after, w.before} {
		for _, v := range w.versions(c) {
			among := v.Facts
			if w.change.Section != "" {
				among = nil
				for _, s := range v.FormRules().Sections() {
					if s.Use.Group == w.change.Section {
						among = s.Group.Fields
					}
				}
			}
			if q := question.Find(among, strings.Split(w.change.Question, "/")...); q != nil {
				return q.Label.In(w.lang)
			}
		}
	}
	return w.change.Question
}

func (w words) section() string {
	for _, c := range []*catalogue.Catalogue{w.after, w.before} {
		for _, v := range w.versions(c) {
			for _, s := range v.FormRules().Sections() {
				if s.Use.Group == w.change.Section {
					return s.Group.Label.In(w.lang)
				}
			}
		}
	}
	return w.change.Section
}

// versions are those of the procedure that the change names, in one of the catalogues.
func (w words) versions(c *catalogue.Catalogue) (out []*catalogue.Version) {
	p := c.Procedure(w.change.Procedure)
	if p == nil {
		return nil
	}
	for _, on := range w.change.Versions {
		if d, err := jp.ParseDate(on); err == nil && p.At(d) != nil {
			out = append(out, p.At(d))
		}
	}
	return out
}

// side says what stood, or stands.
func (w words) side(c *catalogue.Catalogue, s *diff.Side) string {
	switch {
	case s == nil || s.Yes:
		return ""
	case s.Text != (catalogue.Text{}):
		return w.quote(s.Text.In(w.lang))
	case len(s.Codes) > 0:
		return w.codes(c, s.Codes)
	}
	versions := w.versions(c)
	if len(versions) == 0 {
		return s.When
	}
	scope := condition.Of(c, versions[0], w.change.Subject)
	if w.change.Question != "" {
		scope = scope.Beside(strings.Split(w.change.Question, "/"))
	}
	said, _ := When(s.When, scope, w.lang)
	return said
}

// codes says codes by what they are.
func (w words) codes(c *catalogue.Catalogue, codes []string) string {
	var out []string
	switch w.change.Kind {
	case diff.DeadlineKind:
		return w.deadline(codes)
	case diff.RuleChecked, diff.Version:
		for _, code := range codes {
			out = append(out, day(code, w.lang))
		}
	default:
		for _, code := range codes {
			out = append(out, w.code(c, code))
		}
	}
	return strings.Join(out, wording.In("fact-separator", w.lang))
}

func (w words) code(c *catalogue.Catalogue, code string) string {
	switch w.change.Kind {
	case diff.Consents, diff.Linkage, diff.RuleItem:
		return present.Item(c, code, w.lang)
	case diff.RuleSubject:
		return Kind(code, w.lang)
	case diff.Signature:
		return wording.In("diff-signature-"+code, w.lang)
	case diff.Weeks:
		if n, err := strconv.Atoi(code); err == nil {
			return present.Weeks(n, w.lang)
		}
	case diff.DocumentWriter:
		return wording.In("diff-writer-"+code, w.lang)
	}
	return code // what somebody wrote: a source, a reason, a question of a paper
}

func (w words) deadline(codes []string) string {
	pairs := []string{"n", codes[len(codes)-1]}
	if len(codes) == 3 {
		pairs = append(pairs, "from", w.monthDay(codes[1]), "to", w.monthDay(codes[2]))
	}
	return w.fill("diff-deadline-"+codes[0], pairs...)
}

// monthDay writes MM-DD, a day of every year.
func (w words) monthDay(text string) string {
	d, err := time.Parse("01-02", text)
	switch {
	case err != nil:
		return text
	case w.lang == wording.English:
		return d.Format("2 January")
	}
	return d.Format("1月2日")
}

// day writes a day given as YYYY-MM-DD; what is none stays as it is.
func day(text, lang string) string {
	if d, err := jp.ParseDate(text); err == nil {
		return present.Date(d, lang)
	}
	return text
}
