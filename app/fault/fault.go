// Package fault holds the one error type that crosses package borders, with stable codes.
//
// A code is a contract: clients, the OpenAPI document and the tests name it. Where one code has several causes, a reason
// says which. No sentence is here: what people read is found by the reason, else by the code, in app/wording
// (texts/fault.yaml), in each language with the parameters. Only the standard library is imported, so every layer may use it.
package fault

import (
	"errors"
	"strings"
)

// Kind says what sort of failure it is; one place in app/edge turns a kind into an HTTP status.
type Kind int

// The kinds, in the order of the status codes they become (api.md, "Errors").
const (
	Internal     Kind = iota // 500, its cause never leaves the program
	Malformed                // 400 the request cannot be read
	Unauthorized             // 401 no token or a bad one
	Forbidden                // 403 the role lacks the route, or no second factor
	NotFound                 // 404 not there, or not visible to this person: nobody learns which
	Conflict                 // 409 the state does not allow it now
	LengthNeeded             // 411 Content-Length is missing
	Stale                    // 412 If-Match names an older version
	TooLarge                 // 413 over a limit
	Unsupported              // 415 media type refused
	Refused                  // 422 the content is refused
	Precondition             // 428 If-Match is missing
	TooMany                  // 429 over a rate
	Unavailable              // 503 something this needs is down
)

// Reason says more exactly than a code why something was refused, and names the sentence that people read. It is stable:
// clients may tell causes of one code apart by it. A constant of this type has its sentence, which a test finds.
type Reason string

// Answer is the code of what is wrong with an answer of a person: of the facts, the form or a free text. Its sentence is
// that of its Reason.
type Answer string

// Reason is the name of the answer's sentence.
func (a Answer) Reason() Reason { return Reason("answer-" + a) }

// Detail is one thing wrong with a request: at a member (Pointer), with a query parameter or header (Parameter), or about a
// document (Document, Subject).
type Detail struct {
	Code      string // stable, for example "required"
	Reason    Reason // names the sentence; where it is empty, the code does
	Pointer   string // JSON Pointer to the member at fault, "/form/applicant/family_name"
	Parameter string // name of the query parameter or header at fault
	Document  string // which document, and its sentence may say {document}
	Subject   string // and whose: "applicant", "child-1"; {whose}
	// Municipality is the one whose edition has the document; empty for the national one. It is not told.
	Municipality string
	Params       []Param
}

// Sentence names what people read.
func (d Detail) Sentence() Reason { return sentence(d.Reason, d.Code) }

// Alone is the error of which the detail is all that is wrong: it says the same.
func (d Detail) Alone(kind Kind, code string) *Error {
	reason := d.Sentence()
	if string(reason) == code {
		reason = ""
	}
	return New(kind, code, reason, d.Params...).With(d)
}

// Error is a failure with a stable code. It is immutable once returned.
type Error struct {
	Kind    Kind
	Code    string
	Reason  Reason            // why, where the code has several causes
	Params  []Param           // of the sentence; no personal data
	Details []Detail          // what is wrong, one entry each
	Extra   map[string]string // members of the problem document beside the standard ones, for example the id of a duplicate
	cause   error
}

// New makes an error of a kind with a stable code and the reason that names its sentence; "" where the code says enough.
func New(kind Kind, code string, reason Reason, params ...Param) *Error {
	return &Error{Kind: kind, Code: code, Reason: reason, Params: params}
}

// Checked is the refusal of details. An individual number among them names it, whatever the code is else: it must not be sent
// at all (P4).
func Checked(code string, reason Reason, details []Detail) *Error {
	for _, d := range details {
		if d.Code == CodeIndividualNumber {
			return New(Refused, CodeIndividualNumber, "").With(details...)
		}
	}
	return New(Refused, code, reason).With(details...)
}

// Sentence names what people read.
func (e *Error) Sentence() Reason { return sentence(e.Reason, e.Code) }

func sentence(reason Reason, code string) Reason {
	if reason != "" {
		return reason
	}
	return Reason(code)
}

// Error gives the code, the reason, the parameters and the cause, for logs; and of each detail its code and place.
func (e *Error) Error() string {
	var out strings.Builder
	write(&out, e.Code, e.Reason, e.Params)
	for _, d := range e.Details {
		out.WriteString("; ")
		for _, at := range []string{d.Pointer, d.Parameter, d.Document, d.Subject} {
			if at != "" {
				out.WriteString(at + " ")
			}
		}
		write(&out, d.Code, d.Reason, d.Params)
	}
	if e.cause != nil {
		out.WriteString(": " + e.cause.Error())
	}
	return out.String()
}

func write(out *strings.Builder, code string, reason Reason, params []Param) {
	out.WriteString(code)
	if reason != "" && string(reason) != code {
		out.WriteString("/" + string(reason))
	}
	for _, p := range params {
		out.WriteString(" " + p.Name + "=" + p.Value)
	}
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare by code, so that a sentinel below matches any error of its code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy with more details.
func (e *Error) With(d ...Detail) *Error {
	c := *e
	c.Details = append(append([]Detail(nil), e.Details...), d...)
	return &c
}

// Note returns a copy with an extra member of the problem document.
func (e *Error) Note(key, value string) *Error {
	c := *e
	c.Extra = map[string]string{key: value}
	for k, v := range e.Extra {
		if k != key {
			c.Extra[k] = v
		}
	}
	return &c
}

// Because returns a copy that remembers its cause, for logs only.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// As finds the *Error in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf is the kind of err; an error of another type is Internal.
func KindOf(err error) Kind {
	if e := As(err); e != nil {
		return e.Kind
	}
	return Internal
}
