package apply

import (
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
)

// checkOptions say when and for what a content is checked.
type checkOptions struct {
	at    time.Time // whose rules hold: now for a draft, its arrival ever after (P5)
	now   time.Time // from which due dates count
	final bool      // it is handed in: everything has to be there
	// kept are declarations that were accepted before: the calendar does not refuse them while nobody touches them.
	kept []dossier.Declaration
}

// check validates and normalises a content for a procedure of a catalogue. While it is a draft, what is missing is not
// a fault; when it is handed in, everything has to be there. Errors: unknown-procedure, not-in-force, invalid-facts,
// invalid-form, individual-number, invalid-declaration, invalid-request, each with every member at fault.
func (s *Service) check(cat *catalogue.Catalogue, procedure, municipality string, c dossier.Content, o checkOptions) (*checked, error) {
	v, err := dossier.Version(cat, procedure, o.at)
	if err != nil {
		return nil, err
	}
	today := jp.DateIn(o.at)
	out := &checked{version: v, content: c, on: today, options: o}
	if len(c.Facts) == 0 {
		out.content.Facts = json.RawMessage(`{}`)
	}
	facts, normal, faults := v.TakeFacts(out.content.Facts, today)
	wrong, missing := split(faults)
	if o.final && len(faults) > 0 {
		return nil, catalogue.InvalidFacts(faults)
	}
	if len(wrong) > 0 {
		return nil, catalogue.InvalidFacts(wrong)
	}
	out.facts, out.missing, out.content.Facts = facts, missing, normal
	if err := s.checkForm(out, municipality, today, o.final); err != nil {
		return nil, err
	}
	consents, faults := normalConsents(c.Consents)
	if len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidRequest, "consents-wrong", faults)
	}
	declarations, faults := s.checkDeclarations(v, c.Declarations, o)
	if len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidDeclaration, "", faults)
	}
	out.content.Consents, out.content.Declarations = consents, declarations
	return out, nil
}

// checkForm validates the form with the groups that the facts call for; while the facts are not complete, all groups
// of the version may be filled in.
func (s *Service) checkForm(out *checked, municipality string, today jp.Date, final bool) error {
	active := func(form.Use) bool { return true }
	count := func(list string) int { return listLength(out.content.Facts, list) }
	if out.facts != nil {
		uses, err := out.version.FormGroups(out.facts, municipality, today)
		if err != nil {
			return err
		}
		called := map[form.Use]bool{}
		for _, u := range uses {
			called[u] = true
		}
		active = func(u form.Use) bool { return called[u] }
		count = out.facts.Count
	}
	answers := out.content.Form
	if answers == nil {
		answers = map[string]any{}
	}
	normal, faults := out.version.FormRules().Validate(answers, active, count, form.Options{Final: final, FiledOn: today})
	if len(faults) > 0 {
		return fault.Checked(fault.CodeInvalidForm, "", faults)
	}
	out.content.Form = normal
	return nil
}

// split separates what is not answered yet from what is answered wrongly.
func split(faults []fault.Detail) (wrong, missing []fault.Detail) {
	for _, f := range faults {
		if f.Code == "required" || f.Code == "too-few" {
			missing = append(missing, f)
		} else {
			wrong = append(wrong, f)
		}
	}
	return wrong, missing
}

// listLength counts the elements of a list in facts that are not complete.
func listLength(facts json.RawMessage, list string) int {
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	if json.Unmarshal(facts, &members) != nil || json.Unmarshal(members[list], &elements) != nil {
		return 0
	}
	return len(elements)
}
