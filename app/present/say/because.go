package say

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// mostAnswers is how many answers a sentence names: who reads more has forgotten the first.
const mostAnswers = 3

// applicant says in one or two sentences because of which own answer a document is needed and by which law, and what is looked up
// in its place if it is not asked for.
func (x *Reasons) applicant(e *evidence.Explained, scope condition.Scope) string {
	var parts []string
	switch e.WhyNot {
	case evidence.NoSubject, evidence.NotHeld:
		return x.outcome(e)
	case evidence.LookedUp:
		parts = append(parts, x.text("instead-records", "records", x.records(e.Why.LookUp)))
	default:
		if e.Decision == evidence.Omit {
			parts = append(parts, x.text("instead-network", "item", present.Item(x.Catalogue, e.Why.Item, x.Lang)))
		}
	}
	parts = append(parts, x.because(e, scope))
	if laws := x.laws(e.Why.Source); laws != "" {
		parts = append(parts, x.text("law", "laws", laws))
	}
	if x.Lang == wording.Japanese {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// because names the answers by which the condition of a rule holds.
func (x *Reasons) because(e *evidence.Explained, scope condition.Scope) string {
	expr, err := condition.Parse(e.Why.Rule.When)
	if err != nil || expr == nil {
		return x.text("because-always")
	}
	decided := map[string]bool{}
	for _, part := range x.decisive(e, expr) {
		counts := strings.Contains(condition.Text(part), condition.Size+"(")
		for _, found := range scope.Reads(part) {
			if counts || !objects(found.Question) { // else how many there are decides nothing
				decided[strings.Join(found.Path, "/")] = true
			}
		}
	}
	var said []string
	var seen []Answer
	whose := ""
	for _, f := range e.Why.Facts {
		path, _ := steps(f.Pointer)
		one, ok := x.answer(f)
		if !ok || f.Value == nil || !decided[strings.Join(path, "/")] || slices.Contains(seen, one) {
			continue
		}
		question := one.Question
		if one.whose != "" && one.whose == whose {
			question = one.what // the sentence has said of whom it speaks
		}
		seen, whose = append(seen, one), one.whose
		said = append(said, x.text("you-answered", "question", question, "answer", one.Answer))
	}
	switch {
	case len(said) == 0:
		return x.text("because-situation")
	case len(said) > mostAnswers:
		return x.text("because-answers-more", "answers", x.join(said[:mostAnswers]))
	}
	return x.text("because-answers", "answers", x.join(said))
}

// objects says whether a question is a list of several answers each.
func objects(q *question.Question) bool { return q.Of != nil && len(q.Of.Fields) > 0 }

// decisive are the parts of a condition that holds by which it does: of parts of which one is enough, those that hold.
func (x *Reasons) decisive(e *evidence.Explained, expr condition.Expr) []condition.Expr {
	function, args, _ := condition.Call(expr)
	var out []condition.Expr
	switch function {
	case operators.LogicalAnd:
		for _, part := range condition.Parts(expr, function) {
			out = append(out, x.decisive(e, part)...)
		}
	case operators.LogicalOr:
		for _, part := range condition.Parts(expr, function) {
			if x.holds(e, part) {
				out = append(out, x.decisive(e, part)...)
			}
		}
	case operators.Conditional:
		then := args[2]
		if x.holds(e, args[0]) {
			then = args[1]
		}
		out = append([]condition.Expr{args[0]}, x.decisive(e, then)...)
	default:
		out = []condition.Expr{expr}
	}
	return out
}

// holds tries a part of a rule's condition for the subject of a document.
func (x *Reasons) holds(e *evidence.Explained, part condition.Expr) bool {
	if x.trials == nil {
		x.trials = condition.NewTrials()
	}
	needs := x.Case.Needs
	s := condition.Situation{Version: needs.Version, Facts: needs.Facts, Case: &condition.Case{Municipality: needs.Municipality(), Filed: needs.Filing()}}
	each, ok := x.trials.Holds(s, condition.Text(part), e.Why.Rule.Subject)
	n := 0
	if _, number, several := strings.Cut(e.Subject, "-"); several {
		i, err := strconv.Atoi(number)
		n, ok = i-1, ok && err == nil
	}
	return ok && n >= 0 && n < len(each) && each[n]
}

// laws are the laws on which a rule rests, by their titles; of one that rests on none, what else it rests on.
func (x *Reasons) laws(sources []evidence.Grounds) string {
	var laws, others []string
	for _, s := range sources {
		into := &others
		if s.Article != "" {
			into = &laws
		}
		if title := x.quoted(s.Title); !slices.Contains(*into, title) {
			*into = append(*into, title)
		}
	}
	if len(laws) == 0 {
		laws = others
	}
	return x.join(laws)
}

func (x *Reasons) quoted(label string) string {
	return wording.Fill(wording.In("said-quote", x.Lang), "label", label)
}

// steps are the names on the way to an answer, and the numbers of the entries by the names after which they stand.
func steps(pointer string) (names []string, entries map[int]int) {
	entries = map[int]int{}
	for i, step := range strings.Split(pointer, "/") {
		if i < 2 { // the empty beginning, and "facts"
			continue
		}
		if n, err := strconv.Atoi(step); err == nil {
			entries[len(names)-1] = n
			continue
		}
		names = append(names, step)
	}
	return names, entries
}

// answer says one answer by the label of its question, and whose it is; false for what this case was not asked.
func (x *Reasons) answer(f evidence.FactRead) (Answer, bool) {
	if f.Pointer == "" {
		switch v, _ := f.Value.(string); f.Name {
		case condition.Municipality:
			return Answer{Question: wording.In("said-applied-to", x.Lang), Answer: present.Place(x.Places, v, x.Lang)}, true
		case condition.FilingDate:
			return Answer{Question: wording.In("said-filing-date", x.Lang), Answer: day(v, x.Lang)}, true
		}
		return Answer{}, false
	}
	names, entries := steps(f.Pointer)
	questions := x.Case.Needs.Version.Facts
	var q *question.Question
	var out Answer
	for i := range names {
		if q = question.Find(questions, names[i]); q == nil {
			return Answer{}, false
		}
		label := q.Label.In(x.Lang)
		if questions = q.Fields; q.Of != nil {
			questions = q.Of.Fields
		}
		if n, numbered := entries[i]; numbered {
			label = x.text("entry", "label", cmp.Or(q.Of.Label.In(x.Lang), label), "n", strconv.Itoa(n+1))
		}
		if label == "" {
			continue
		}
		out.whose = out.Question
		if out.what = x.quoted(label); out.whose == "" {
			out.Question = out.what
		} else {
			out.Question = wording.Fill(wording.In("said-of", x.Lang), "whose", out.whose, "what", out.what)
		}
	}
	if _, count := f.Value.(int); count && q != nil && objects(q) {
		out.Question = wording.Fill(wording.In("said-size", x.Lang), "list", out.Question)
	}
	if out.Question != "" {
		out.Answer = x.value(q, f.Value)
	}
	return out, out.Question != ""
}

// value is an answer as people read it.
func (x *Reasons) value(q *question.Question, v any) string {
	if q.Of != nil {
		if _, several := v.([]any); several || v == nil {
			q = q.Of
		}
	}
	switch v := v.(type) {
	case nil:
		return x.text("no-answer")
	case bool:
		return wording.In(map[bool]string{true: "fact-yes", false: "fact-no"}[v], x.Lang)
	case int:
		return present.Number(int64(v), x.Lang)
	case int64:
		return present.Number(v, x.Lang)
	case []any:
		if len(v) == 0 {
			return x.text("none")
		}
		all := make([]string, len(v))
		for i, one := range v {
			all[i] = x.value(q, one)
		}
		return x.join(all)
	case string:
		return present.Answer(q, v, x.Lang, x.Places)
	}
	return present.Fact("", v, x.Lang)
}
