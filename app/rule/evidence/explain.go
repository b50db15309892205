package evidence

import (
	"cmp"
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/phase"
)

// Editions are the digests of the editions that decide a case (edition.Ref converts to it); empty where none is known.
type Editions struct{ National, Local string }

// Explanation says of one case why each document is asked for or not. Its JSON is that of `onestop evidence --explain` and of the
// API (evidence.md, "Why").
type Explanation struct {
	Documents []Explained `json:"documents"` // exactly the requirements of the plan, in its order
	NotAsked  []Explained `json:"not_asked"` // every other document of the version, of every subject, in the same order

	Needs *Needs `json:"-"` // of which case: to say it in words
}

// Explained is one document of one subject, with why it is asked for or not.
type Explained struct {
	Document string `json:"document"`
	Subject  string `json:"subject"` // as in Requirement; its kind alone where the case has nobody of it
	Decision string `json:"decision,omitempty"`
	Reason   string `json:"reason,omitempty"`
	WhyNot   string `json:"why_not,omitempty"` // NotHeld, NoSubject or LookedUp; empty in Documents
	Why      Why    `json:"why"`
}

// Why a document that the rules name is not asked for.
const (
	NotHeld   = "condition-not-met" // the condition of the rule does not hold
	NoSubject = "no-such-person"    // the case has nobody of the kind that the rule speaks of
	LookedUp  = "looked-up"         // the municipality answers it from its own records
)

// Why is on what the answer for one document rests.
type Why struct {
	Rule      RuleSaid   `json:"rule"`
	Source    []Grounds  `json:"source"`
	CheckedOn string     `json:"checked_on,omitempty"` // YYYY-MM-DD
	CheckedBy string     `json:"checked_by,omitempty"`
	Doubtful  string     `json:"doubtful,omitempty"` // why the rule is not certain, in Japanese for those who keep the catalogue
	Facts     []FactRead `json:"facts"`              // the answers that the rule's conditions read
	Held      bool       `json:"held"`               // its condition holds

	// Of a document that an item can replace in this case.
	Item     string    `json:"item,omitempty"`
	Inquire  bool      `json:"inquire,omitempty"` // the network will be asked
	Phase    string    `json:"phase,omitempty"`
	PhaseRow *PhaseRow `json:"phase_row,omitempty"` // the row that decided; absent if none is in force
	Consent  string    `json:"consent,omitempty"`   // ConsentNotNeeded, ConsentGiven or ConsentRefused

	LookUp  *LookUpSaid `json:"look_up,omitempty"` // with LookedUp
	Edition EditionSaid `json:"edition"`           // in which the rule stands
}

// Consent to asking the network.
const (
	ConsentNotNeeded = "not-needed"
	ConsentGiven     = "given"
	ConsentRefused   = "refused"
)

// RuleSaid is a rule as it is written.
type RuleSaid struct {
	Document    string `json:"document"`
	Subject     string `json:"subject"` // kind of subject
	When        string `json:"when"`    // CEL; empty: always
	Item        string `json:"item,omitempty"`
	Replaceable string `json:"replaceable,omitempty"` // CEL
	Fixed       bool   `json:"fixed,omitempty"`       // no municipality may waive it
	File        string `json:"file"`
	Line        int    `json:"line"`

	Rule *catalogue.Rule `json:"-"`
}

// Grounds is a law or a page on which a rule rests.
type Grounds struct {
	Title   string `json:"title"`
	Article string `json:"article,omitempty"`
}

// FactRead is one answer that a condition read.
type FactRead struct {
	Name    string `json:"name"`              // as the condition says it: child.birth_date
	Pointer string `json:"pointer,omitempty"` // /facts/children/0/birth_date; absent for the municipality and the filing date
	Value   any    `json:"value"`             // null: no answer; of a list of persons their number
}

// PhaseRow is a row of phases as a case has them.
type PhaseRow struct {
	Procedure    string    `json:"procedure"`
	Item         string    `json:"item"`
	Municipality string    `json:"municipality"`
	Phase        string    `json:"phase"`
	From         time.Time `json:"from"`
}

// EditionSaid is an edition by its scope ("*", or a municipality) and its digest.
type EditionSaid struct {
	Scope  string `json:"scope"`
	Digest string `json:"digest,omitempty"`
}

// LookUpSaid is which of its records the municipality looks in, and the edition that says so.
type LookUpSaid struct {
	Reason  Texts       `json:"reason"`
	Edition EditionSaid `json:"edition"`
}

// Texts is a text in every language.
type Texts struct {
	Ja    string `json:"ja"`
	Plain string `json:"plain"`
	En    string `json:"en"`
}

// Explain makes the plan of a case, and says why of each document. The errors are those of Make.
func Explain(c *catalogue.Catalogue, in Input, editions Editions) (Plan, Explanation, error) {
	needs, err := Assess(c, in)
	if err != nil {
		return Plan{}, Explanation{}, err
	}
	plan := needs.At(in.Phases, in.FiledAt)
	return plan, needs.Explain(c, plan, editions), nil
}

// Explain says of a plan of these needs why each document is asked for or not. It decides nothing: what the plan has is joined to
// the rules of the version. c is the catalogue by which the case was assessed.
func (n *Needs) Explain(c *catalogue.Catalogue, plan Plan, editions Editions) Explanation {
	e := explainer{needs: n, catalogue: c, editions: editions, asked: map[string]*Requirement{}, lookUp: map[string]bool{}}
	for i := range plan.Requirements {
		e.asked[plan.Requirements[i].Name()] = &plan.Requirements[i]
	}
	for _, l := range plan.LookUp {
		e.lookUp[l.Document+"/"+l.Subject] = true
	}
	out := Explanation{Documents: []Explained{}, NotAsked: []Explained{}, Needs: n}
	for _, r := range n.Version.Documents {
		subjects := r.Subjects(n.Facts)
		if len(subjects) == 0 {
			out.NotAsked = append(out.NotAsked, e.one(r, r.Subject, -1))
		}
		for i, subject := range subjects {
			if one := e.one(r, subject, i); one.WhyNot == "" {
				out.Documents = append(out.Documents, one)
			} else {
				out.NotAsked = append(out.NotAsked, one)
			}
		}
	}
	for _, list := range [][]Explained{out.Documents, out.NotAsked} {
		slices.SortStableFunc(list, func(a, b Explained) int {
			return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Subject, b.Subject))
		})
	}
	return out
}

// explainer joins one plan to the rules.
type explainer struct {
	needs     *Needs
	catalogue *catalogue.Catalogue
	editions  Editions
	asked     map[string]*Requirement
	lookUp    map[string]bool
}

// one explains a rule for its n-th subject; n is below 0 if the case has none.
func (e *explainer) one(r *catalogue.Rule, subject string, n int) Explained {
	name := r.Document + "/" + subject
	asked, looked := e.asked[name], e.lookUp[name]
	out := Explained{Document: r.Document, Subject: subject, Why: e.why(r, asked != nil || looked)}
	switch {
	case asked != nil:
		out.Decision, out.Reason = asked.Decision, asked.Reason
		e.phase(&out.Why, asked)
	case looked:
		w := r.Waived.Reason
		out.WhyNot = LookedUp
		out.Why.LookUp = &LookUpSaid{Reason: Texts{Ja: w.Ja, Plain: w.Plain, En: w.En}, Edition: EditionSaid{e.needs.municipality, e.editions.Local}}
	case n < 0:
		out.WhyNot = NoSubject
	default:
		out.WhyNot = NotHeld
	}
	for _, read := range r.Reads(e.needs.Facts, e.needs.municipality, e.needs.filing, n, asked != nil) {
		out.Why.Facts = append(out.Why.Facts, FactRead{Name: read.Name, Pointer: read.Pointer, Value: read.Value})
	}
	return out
}

func (e *explainer) why(r *catalogue.Rule, held bool) Why {
	at := r.At()
	out := Why{
		Rule: RuleSaid{Document: r.Document, Subject: r.Subject, When: r.When, Item: r.Item, Replaceable: r.Replaceable, Fixed: r.Fixed,
			File: at.File, Line: at.Line, Rule: r},
		Source:    []Grounds{},
		CheckedOn: r.Checked.On,
		CheckedBy: r.Checked.By,
		Doubtful:  r.Doubtful,
		Facts:     []FactRead{},
		Held:      held,
		Edition:   EditionSaid{catalogue.National, e.editions.National},
	}
	if r.Local {
		out.Edition = EditionSaid{e.needs.municipality, e.editions.Local}
	}
	for _, s := range e.catalogue.Grounds(r.Source) {
		out.Source = append(out.Source, Grounds{Title: s.Title, Article: s.Article})
	}
	return out
}

// phase says what decided whether the network replaces the document.
func (e *explainer) phase(w *Why, r *Requirement) {
	if w.Item = r.Item; r.Item == "" {
		return
	}
	w.Phase, w.Inquire = r.Phase, r.Inquire
	w.PhaseRow = phaseRow(r.Row)
	switch {
	case !e.needs.Version.NeedsConsent(r.Item):
		w.Consent = ConsentNotNeeded
	case consented(e.needs.consents, r.Item, r.Subject):
		w.Consent = ConsentGiven
	default:
		w.Consent = ConsentRefused
	}
}

func phaseRow(r *phase.Row) *PhaseRow {
	if r == nil {
		return nil
	}
	return &PhaseRow{Procedure: r.Procedure, Item: r.Item, Municipality: r.Municipality, Phase: r.Phase, From: r.From}
}
