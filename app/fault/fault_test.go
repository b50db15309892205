package fault

import (
	"errors"
	"slices"
	"testing"
)

func TestTheLogSaysCodeReasonParametersAndCause(t *testing.T) {
	f := New(TooLarge, CodeTooLarge, "file-too-large", Size("limit", 20<<20)).
		With(Detail{Code: "too-long", Pointer: "/name", Params: []Param{Number("max", 255)}}, Detail{Code: "required", Reason: "say-why", Parameter: "reason"}).
		Because(errors.New("it is long"))
	want := "too-large/file-too-large limit=20971520; /name too-long max=255; reason required/say-why: it is long"
	if got := f.Error(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := ErrNotFound.Error(); got != "not-found" {
		t.Error(got)
	}
}

func TestASentenceIsNamedByTheReasonElseByTheCode(t *testing.T) {
	if got := New(Conflict, CodeConflict, "colleague").Sentence(); got != "colleague" {
		t.Error(got)
	}
	if got := (Detail{Code: "required"}).Sentence(); got != "required" {
		t.Error(got)
	}
	alone := Detail{Code: "too-many-files", Params: []Param{Number("limit", 20)}}.Alone(Refused, CodeInvalidFile)
	if alone.Sentence() != "too-many-files" || !slices.Equal(alone.Params, alone.Details[0].Params) || alone.Code != CodeInvalidFile {
		t.Errorf("%+v", alone)
	}
	if same := (Detail{Code: CodeIndividualNumber}).Alone(Refused, CodeIndividualNumber); same.Reason != "" {
		t.Errorf("a reason that says nothing more: %+v", same)
	}
}

// An individual number among what is wrong names the refusal (P4), whatever stands beside it.
func TestAnIndividualNumberNamesTheRefusal(t *testing.T) {
	odd, number := Detail{Code: "required"}, Detail{Code: CodeIndividualNumber}
	if f := Checked(CodeInvalidForm, "", []Detail{odd, number}); f.Code != CodeIndividualNumber || len(f.Details) != 2 {
		t.Errorf("%+v", f)
	}
	if f := Checked(CodeInvalidForm, "consents-wrong", []Detail{odd}); f.Code != CodeInvalidForm || f.Reason != "consents-wrong" {
		t.Errorf("%+v", f)
	}
}

func TestACopyLeavesTheErrorAsItWas(t *testing.T) {
	noted := ErrConflict.Note("state", "draft").With(Detail{Code: "required"})
	if ErrConflict.Extra != nil || ErrConflict.Details != nil || noted.Extra["state"] != "draft" || !errors.Is(noted, ErrConflict) || KindOf(noted) != Conflict {
		t.Errorf("%+v, %+v", ErrConflict, noted)
	}
}
