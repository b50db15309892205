package apply

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
)

// faults says what is wrong with how identity was checked. The kind is one of a list, so that nothing that stands on a
// card can be written into it; what looks like its number is refused with the reason (P4).
func (i Identity) faults(now time.Time, elsewhere bool) []fault.Detail {
	var out []fault.Detail
	fail := func(at, code string, reason fault.Reason) {
		out = append(out, fault.Detail{Code: code, Reason: reason, Pointer: at})
	}
	const at = "/identity/kind"
	switch kind := norm.NFKC.String(i.Kind); {
	case strings.TrimSpace(kind) == "":
		fail(at, "required", "identity-kind-missing")
	case individual.InText(i.Kind):
		fail(at, fault.CodeIndividualNumber, "identity-number")
	case strings.ContainsFunc(kind, unicode.IsNumber):
		fail(at, "identity-number", "identity-number")
	case elsewhere && i.Kind == IdentityElsewhere:
		return nil // the other portal did
	case !slices.Contains(IdentityKinds, i.Kind):
		fail(at, "identity-kind", "identity-kind")
	}
	const when = "/identity/checked_at"
	switch {
	case i.CheckedAt.IsZero():
		fail(when, "required", "identity-when")
	case i.CheckedAt.After(now):
		fail(when, "date-in-future", "in-the-future")
	case i.CheckedAt.Before(now.Add(-MostReceivedBack)):
		fail(when, "too-long-ago", "too-long-ago")
	}
	return out
}

// receivedAt is when the paper reached the office (P5), by the database's clock.
func (d *PaperDraft) receivedAt(now time.Time) (time.Time, error) {
	at := d.ReceivedAt.UTC().Truncate(time.Microsecond) // as the database keeps it
	switch {
	case d.ReceivedAt.IsZero():
		return now, nil
	case at.After(now):
		return at, invalidRequest("/received_at", "date-in-future", "paper-in-the-future")
	case d.Begun == nil && at.Before(now.Add(-MostReceivedBack)): // another portal says by its signature when it was
		return at, invalidRequest("/received_at", "too-long-ago", "paper-too-long-ago")
	}
	return at, nil
}

const applicantGroup = "applicant"

// prefilled are the members of the form's applicant that came from beside the form.
type prefilled map[string]bool

// prefill puts the applicant into the form. What the form says itself stands.
func (d *PaperDraft) prefill() prefilled {
	form := maps.Clone(d.Form)
	if form == nil {
		form = map[string]any{}
	}
	written, shaped := form[applicantGroup].(map[string]any)
	if form[applicantGroup] != nil && !shaped { // check refuses it
		return nil
	}
	group, entered := map[string]any{}, prefilled{}
	for name, value := range d.Applicant {
		group[name], entered[name] = value, true
	}
	for name, value := range written {
		group[name] = value
		delete(entered, name)
	}
	form[applicantGroup] = group
	d.Form = form
	return entered
}

// pointAt writes the pointers of an error to where the clerk entered what is at fault.
func (p prefilled) pointAt(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	details := slices.Clone(f.Details)
	for i := range details {
		member, inGroup := strings.CutPrefix(details[i].Pointer, "/form/"+applicantGroup+"/")
		if inGroup && p[member] {
			details[i].Pointer = pointer(applicantGroup, member)
		}
	}
	moved := *f
	moved.Details = details
	return &moved
}

// named says what is missing of who the applicant is: names, kana and birth date, without which a case of the counter
// belongs to nobody. Who has one name only has no family name.
func named(form map[string]any) []fault.Detail {
	group, _ := form[applicantGroup].(map[string]any)
	needed := []string{"family_name", "given_name", "family_kana", "given_kana", "birth_date"}
	if group["single_name"] == true {
		needed = []string{"given_name", "given_kana", "birth_date"}
	}
	var out []fault.Detail
	for _, member := range needed {
		if text, _ := group[member].(string); text == "" {
			out = append(out, fault.Detail{Code: "required", Pointer: pointer(applicantGroup, member)})
		}
	}
	return out
}
