package nws

import (
	"errors"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/individual"
)

// Inquiry is one question (情報照会). It names a person by the resident id of the inquirer's directory, never by the
// individual number (P4).
type Inquiry struct {
	Key      string    // idempotency key, a UUID: asked again with the same key, the network asks once and returns the same reference
	Inquirer string    // municipality code, six digits
	Affair   string    // code of the affair (事務), "X-A-001"
	Item     string    // linkage item, "local-tax"
	Basis    string    // legal basis, as it is to stand in the record of information provided
	Resident string    // resident id (宛名番号)
	Subject  string    // role in the application: applicant, spouse, child-1
	AsOf     time.Time // the instant whose facts are asked for; arrival as a rule
}

// OwnRequest asks for a person's own information (自己情報) on that person's behalf (R14).
type OwnRequest struct {
	Key   string // as of Inquiry
	Login string // pseudonymous subject of the person's sign-in at the network's portal, "provider/subject"
	Item  string
}

// Ticket says that an inquiry was taken.
type Ticket struct {
	Reference string        // to poll with
	Provider  string        // code of the body that was asked; empty if the network does not say
	PollAfter time.Duration // before that, there is no answer
}

// Submitted is what became of one inquiry of a batch: Err is nil or a *fault.Error as of Submit.
type Submitted struct {
	Key    string
	Ticket Ticket
	Err    error
}

var (
	uuid         = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	municipality = regexp.MustCompile(`^[0-9]{6}$`)
)

// Longest texts of an inquiry, in characters.
const (
	maxResident = 64
	maxLogin    = 300
	maxBasis    = 1_000
)

// check refuses what the network would refuse, before a resident's id leaves the program.
func (i Inquiry) check() error {
	switch {
	case !uuid.MatchString(i.Key):
		return unfit("the key is no UUID in lower case")
	case !municipality.MatchString(i.Inquirer):
		return unfit("the inquirer is no municipality code")
	case !mutual.IsToken(i.Affair), !mutual.IsToken(i.Item), !mutual.IsToken(i.Subject):
		return unfit("the affair, the item or the subject is no code")
	case i.Resident == "" || utf8.RuneCountInString(i.Resident) > maxResident:
		return unfit("the resident id is missing or too long")
	case i.Basis == "" || utf8.RuneCountInString(i.Basis) > maxBasis:
		return unfit("the legal basis is missing or too long")
	case i.AsOf.IsZero():
		return unfit("the instant is missing")
	case slices.ContainsFunc([]string{i.Resident, i.Basis}, individual.InText):
		return individualNumber()
	}
	return nil
}

func (o OwnRequest) check() error {
	switch {
	case !uuid.MatchString(o.Key):
		return unfit("the key is no UUID in lower case")
	case !mutual.IsToken(o.Item):
		return unfit("the item is no code")
	case o.Login == "" || utf8.RuneCountInString(o.Login) > maxLogin:
		return unfit("the sign-in's subject is missing or too long")
	}
	return nil // the subject is the provider's own and pseudonymous: one of random digits may look like an individual number
}

func unfit(what string) error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "refused-elsewhere").Note("component", Component).
		Because(errors.New("the inquiry cannot be made: " + what))
}

func individualNumber() error {
	return fault.New(fault.Refused, fault.CodeIndividualNumber, "").
		Note("component", Component)
}
