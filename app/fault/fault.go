// Package fault holds the one error type that crosses package borders, with stable codes.
//
// A code is a contract: clients, the OpenAPI document and the tests name it. Its text is for people and may change.
// Only the standard library is imported, so every layer may use it.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is; one place in app/edge turns a kind into an HTTP status.
type Kind int

// The kinds, in the order of the status codes they become (api.md, "Errors").
const (
	Internal     Kind = iota // 500, its text never leaves the program
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

// Detail is one thing wrong with a request. Exactly one of Pointer and Document is set.
type Detail struct {
	Code     string // stable, for example "required"
	Text     string // plain English; the edge translates by Code where a translation exists
	Pointer  string // JSON Pointer to the member at fault, "/form/applicant/family_name"
	Document string // for a missing document: which
	Subject  string // and whose: "applicant", "child-1"
	Params   map[string]string
}

// Error is a failure with a stable code. It is immutable once returned.
type Error struct {
	Kind    Kind
	Code    string
	Text    string            // plain English for people; no personal data
	Details []Detail          // what is wrong, one entry each
	Extra   map[string]string // members of the problem document beside the standard ones, for example the id of a duplicate
	cause   error
}

// New makes an error of a kind with a stable code and a text for people.
func New(kind Kind, code, text string) *Error { return &Error{Kind: kind, Code: code, Text: text} }

// Newf is New with a format.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Text: fmt.Sprintf(format, args...)}
}

// Error gives the code, the text and the cause, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.Text + ": " + e.cause.Error()
	}
	return e.Code + ": " + e.Text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare by code, so that a sentinel below matches any error of its code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy with one more detail.
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
