package say

import (
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// Reasons says of one case why each document is asked for or not: to the clerk on what the answer rests, and to the applicant in
// one or two sentences.
type Reasons struct {
	Case      *evidence.Explanation
	Catalogue *catalogue.Catalogue // by which the case is decided
	Places    []models.Municipality
	Since     func(scope, digest string) time.Time // from when an edition was in force; zero: nobody can say
	Lang      string

	trials *condition.Trials // made once, where a condition has to be tried
}

// Reason is why one document is asked for or not, in words. No code, no digest and no pointer stands in any text.
type Reason struct {
	Document string `json:"-"`
	Subject  string `json:"-"`

	Name      string   `json:"name"`
	Whose     string   `json:"whose"`
	Outcome   string   `json:"outcome"`            // whether it is asked for, and why
	When      string   `json:"when"`               // when the rule asks for it
	Instead   string   `json:"instead,omitempty"`  // what can take its place, and when
	Answers   []Answer `json:"answers"`            // those that the rule reads
	Phase     string   `json:"phase,omitempty"`    // that decided, and since when
	Consent   string   `json:"consent,omitempty"`  // to asking the network
	Edition   string   `json:"edition"`            // in which the rule stands, and from when that is in force
	Sources   []string `json:"sources"`            // on what the rule rests
	Checked   string   `json:"checked"`            // when it was last held to that, and by whom
	Doubtful  string   `json:"doubtful,omitempty"` // why it is not certain
	Applicant string   `json:"for_applicant"`      // the one or two sentences
}

// Answer is one answer that a rule read, by the label of its question.
type Answer struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`

	whose, what string // the last two parts of the question
}

// Asked are the documents of the plan, in its order.
func (x *Reasons) Asked() []Reason { return x.all(x.Case.Documents) }

// NotAsked are all other documents that the rules of the procedure name.
func (x *Reasons) NotAsked() []Reason { return x.all(x.Case.NotAsked) }

func (x *Reasons) all(list []evidence.Explained) []Reason {
	out := make([]Reason, len(list))
	for i := range list {
		out[i] = x.reason(&list[i])
	}
	return out
}

func (x *Reasons) text(name string, pairs ...string) string {
	return wording.Fill(wording.In("reason-"+name, x.Lang), pairs...)
}

func (x *Reasons) join(parts []string) string {
	return strings.Join(parts, wording.In("fact-separator", x.Lang))
}

func (x *Reasons) reason(e *evidence.Explained) Reason {
	why := &e.Why
	scope := condition.Of(x.Catalogue, x.Case.Needs.Version, why.Rule.Subject)
	out := Reason{
		Document:  e.Document,
		Subject:   e.Subject,
		Name:      why.Rule.Rule.Definition().Name.In(x.Lang),
		Whose:     Kind(e.Subject, x.Lang),
		Outcome:   x.outcome(e),
		Answers:   []Answer{},
		Phase:     x.phase(why),
		Edition:   x.edition(why.Edition),
		Sources:   []string{},
		Checked:   x.text("never-checked"),
		Doubtful:  why.Doubtful,
		Applicant: x.applicant(e, scope),
	}
	out.When, _ = When(why.Rule.When, scope, x.Lang)
	if why.Rule.Item != "" {
		when, _ := When(why.Rule.Replaceable, scope, x.Lang)
		out.Instead = x.text("instead", "item", present.Item(x.Catalogue, why.Rule.Item, x.Lang), "when", when)
	}
	if why.Consent != "" {
		out.Consent = x.text("consent-" + why.Consent)
	}
	for _, f := range why.Facts {
		if one, ok := x.answer(f); ok && !slices.Contains(out.Answers, one) {
			out.Answers = append(out.Answers, one)
		}
	}
	for _, s := range why.Source {
		out.Sources = append(out.Sources, strings.TrimSpace(s.Title+" "+s.Article))
	}
	if why.CheckedOn != "" {
		out.Checked = x.text("checked", "day", day(why.CheckedOn, x.Lang), "by", why.CheckedBy)
	}
	return out
}

// outcome says whether a document is asked for, and why in a word.
func (x *Reasons) outcome(e *evidence.Explained) string {
	switch e.WhyNot {
	case "":
		return present.Why(x.Catalogue, e.Reason, e.Why.Item, x.Lang)
	case evidence.NoSubject:
		return x.text("no-subject", "whose", Kind(e.Subject, x.Lang))
	case evidence.LookedUp:
		return x.text("looked-up", "records", x.records(e.Why.LookUp))
	}
	return x.text("not-held")
}

func (x *Reasons) records(l *evidence.LookUpSaid) string {
	return catalogue.Text{Ja: l.Reason.Ja, Plain: l.Reason.Plain, En: l.Reason.En}.In(x.Lang)
}

// phase says which phase decided, where it was said, and from when.
func (x *Reasons) phase(w *evidence.Why) string {
	if w.Item == "" {
		return ""
	}
	name := wording.In("phase-"+w.Phase, x.Lang)
	if w.PhaseRow == nil {
		return name
	}
	place := x.text("whole-country")
	if w.PhaseRow.Municipality != catalogue.National {
		place = present.Place(x.Places, w.PhaseRow.Municipality, x.Lang)
	}
	return x.text("phase", "phase", name, "place", place, "when", present.DateTime(w.PhaseRow.From, x.Lang))
}

// edition is the edition in which a rule stands, by its title and from when it has been in force.
func (x *Reasons) edition(e evidence.EditionSaid) string {
	title := x.Catalogue.Title(e.Scope).In(x.Lang)
	if since := x.Since(e.Scope, e.Digest); !since.IsZero() {
		return x.text("edition", "title", title, "when", present.DateTime(since, x.Lang))
	}
	return title
}

// Because is what Reason says to who applies, of one document of the plan; empty for one that it does not have.
func (x *Reasons) Because(document, subject string) string {
	if x == nil {
		return ""
	}
	for i := range x.Case.Documents {
		if e := &x.Case.Documents[i]; e.Document == document && e.Subject == subject {
			return x.applicant(e, condition.Of(x.Catalogue, x.Case.Needs.Version, e.Why.Rule.Subject))
		}
	}
	return ""
}

// LookedUp are the documents that nobody brings since the municipality looks them up in its own records.
func (x *Reasons) LookedUp() []Reason {
	var out []Reason
	if x == nil {
		return nil
	}
	for i := range x.Case.NotAsked {
		if e := &x.Case.NotAsked[i]; e.WhyNot == evidence.LookedUp {
			out = append(out, x.reason(e))
		}
	}
	return out
}
