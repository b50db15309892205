package discrepancy_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	. "kosodate.example/onestop/app/rule/discrepancy"
)

var mainSteps = []Step{"", StepOperationChecked, StepSystemChecked, StepOwnCorrected, StepProviderAsked, StepCorrected, StepConfirmed, StepCannotConfirm}

// side are the steps that are possible at any time after the first.
var side = []Step{StepSimilarChecked, StepMinistryAsked, StepMinistryTold, StepReported}

// inOrder says which main steps R7 allows where a file stands.
var inOrder = map[Step][]Step{
	"":                   {StepOperationChecked},
	StepOperationChecked: {StepSystemChecked},
	StepSystemChecked:    {StepOwnCorrected, StepProviderAsked},
	StepOwnCorrected:     {StepProviderAsked},
	StepProviderAsked:    {StepProviderAsked, StepCorrected, StepConfirmed, StepCannotConfirm},
	StepCorrected:        {StepProviderAsked},
	StepConfirmed:        {StepProviderAsked, StepCorrected},
	StepCannotConfirm:    {StepProviderAsked, StepCorrected},
}

// closable has, by what is known, the main steps from which a file can be closed, and on what the case is processed then.
var closable = map[string]struct {
	file  File
	basis map[Step]string
}{
	"nothing known": {File{}, nil},
	"answer in":     {File{AnswerIn: true}, map[Step]string{StepConfirmed: BasisAnswer}},
	"asked again":   {File{AskedAgain: true}, map[Step]string{StepOwnCorrected: BasisAnswer, StepCorrected: BasisAnswer}},
	"read":          {File{DocumentRead: true}, map[Step]string{StepCannotConfirm: BasisDocument}},
	"all known": {File{AnswerIn: true, AskedAgain: true, DocumentRead: true}, map[Step]string{StepOwnCorrected: BasisAnswer, StepCorrected: BasisAnswer,
		StepConfirmed: BasisAnswer, StepCannotConfirm: BasisDocument}},
	"suspended, not read": {File{Suspended: true}, nil},
	"suspended, read":     {File{Suspended: true, DocumentRead: true}, everywhere(BasisDocument)},
	"no consent any more": {File{Unconsented: true, DocumentRead: true}, everywhere(BasisDocument)},
	"suspended, all known": {File{Suspended: true, AnswerIn: true, AskedAgain: true, DocumentRead: true}, func() map[Step]string {
		m := everywhere(BasisDocument)
		m[StepOwnCorrected], m[StepCorrected], m[StepConfirmed] = BasisAnswer, BasisAnswer, BasisAnswer
		return m
	}()},
}

func everywhere(basis string) map[Step]string {
	m := map[Step]string{}
	for _, s := range mainSteps[1:] {
		m[s] = basis
	}
	return m
}

// TestEveryStepEverywhere is the table of R7: where a file stands × what is known × open or closed × each step.
func TestEveryStepEverywhere(t *testing.T) {
	for name, c := range closable {
		for _, at := range mainSteps {
			for _, isClosed := range []bool{false, true} {
				if isClosed && at == "" {
					continue // there is no such file
				}
				f := c.file
				f.Step, f.Closed = at, isClosed
				var offered []Step
				for _, step := range Steps {
					if checkStep(t, name, f, step, c.basis) {
						offered = append(offered, step)
					}
				}
				if got := Allowed(f); !slices.Equal(got, offered) {
					t.Errorf("%s, %q, closed %v: offers %v, allows %v", name, at, isClosed, got, offered)
				}
			}
		}
	}
}

// checkStep holds one cell of the table, and says whether the step is allowed there.
func checkStep(t *testing.T, name string, f File, step Step, basis map[Step]string) bool {
	t.Helper()
	var ok bool
	want := f
	switch {
	case slices.Contains(side, step):
		ok = f.Step != "" && (!f.Closed || step == StepReported || step == StepMinistryTold)
	case f.Closed:
	case step == StepClosed:
		ok = basis[f.Step] != ""
		want.Closed = true
		want.Cause = map[Step]Cause{StepOwnCorrected: CauseOwn, StepCorrected: CauseProvider, StepConfirmed: CauseDocument}[f.Step]
		if want.Cause == "" {
			want.Cause = CauseUnknown
		}
	default:
		ok = slices.Contains(inOrder[f.Step], step)
		want.Step = step
		want.AskedAgain = f.AskedAgain && step != StepOwnCorrected && step != StepCorrected
	}
	if !ok {
		want = f
	}
	got, err := Next(f, step)
	if (err == nil) != ok || got != want {
		t.Errorf("%s: %+v, %s: %+v %v, want %+v", name, f, step, got, err, want)
	}
	if why := fault.As(err); !ok && (why == nil || why.Kind != fault.Conflict || why.Code != fault.CodeNotAllowedNow || why.Reason == "") {
		t.Errorf("%s: %+v, %s: %v, want a refusal that says why", name, f, step, err)
	}
	if ok && step == StepClosed && Basis(got) != basis[f.Step] {
		t.Errorf("%s: %+v is processed on %q, want %q", name, got, Basis(got), basis[f.Step])
	}
	return ok
}

// TestRefusalNamesWhatIsMissing: a reviewer knows what to do next.
func TestRefusalNamesWhatIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		file File
		step Step
		want fault.Reason
	}{
		"provider first":       {File{}, StepProviderAsked, "own-side-before-provider"},
		"system twice":         {File{Step: StepSystemChecked}, StepSystemChecked, "system-checked"},
		"own fault too late":   {File{Step: StepProviderAsked}, StepOwnCorrected, "own-side-first"},
		"close at once":        {File{}, StepClosed, "own-operation-first"},
		"close half checked":   {File{Step: StepOperationChecked}, StepClosed, "own-system-first"},
		"close unasked":        {File{Step: StepSystemChecked}, StepClosed, "correct-or-ask"},
		"close unanswered":     {File{Step: StepProviderAsked}, StepClosed, "provider-unanswered"},
		"close, not again":     {File{Step: StepOwnCorrected, AnswerIn: true}, StepClosed, "ask-again-after-own"},
		"close, corrected":     {File{Step: StepCorrected, AnswerIn: true, DocumentRead: true}, StepClosed, "ask-again-after-provider"},
		"close, no answer":     {File{Step: StepConfirmed, DocumentRead: true}, StepClosed, "confirmed-without-answer"},
		"close, unread":        {File{Step: StepCannotConfirm, AnswerIn: true}, StepClosed, "read-before-closing"},
		"suspended, unread":    {File{Step: StepSystemChecked, Suspended: true}, StepClosed, "close-after-reading"},
		"after the end":        {File{Step: StepConfirmed, Closed: true}, StepProviderAsked, "file-closed"},
		"similar after end":    {File{Step: StepConfirmed, Closed: true}, StepSimilarChecked, "closed-before-similar"},
		"ministry after end":   {File{Step: StepConfirmed, Closed: true}, StepMinistryAsked, "closed-before-ministry"},
		"side step at once":    {File{}, StepReported, "own-operation-first"},
		"corrected, not asked": {File{Step: StepSystemChecked}, StepCorrected, "provider-unasked"},
	} {
		_, err := Next(test.file, test.step)
		if fault.As(err) == nil || fault.As(err).Reason != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatDoesNotExistIsInvalid(t *testing.T) {
	open := File{Step: StepConfirmed, AnswerIn: true}
	if _, err := Next(open, "forgotten"); !errors.Is(err, fault.New(fault.Refused, fault.CodeInvalidRequest, "")) || fault.As(err).Details[0].Pointer != "/step" {
		t.Errorf("step: %v", err)
	}
	open.Cause = "the-weather"
	if _, err := Next(open, StepClosed); fault.As(err) == nil || fault.As(err).Details[0].Pointer != "/cause" {
		t.Errorf("cause: %v", err)
	}
	for _, cause := range Causes {
		open.Cause = cause
		if f, err := Next(open, StepClosed); err != nil || f.Cause != cause || !f.Closed {
			t.Errorf("a cause that the reviewer gives stays: %+v %v", f, err)
		}
	}
}

func TestCheckCount(t *testing.T) {
	n := func(n int) *int { return &n }
	for _, test := range []struct {
		step  Step
		count *int
		code  string
	}{
		{StepSimilarChecked, n(0), ""}, {StepSimilarChecked, n(12), ""}, {StepReported, nil, ""},
		{StepSimilarChecked, nil, "required"}, {StepSimilarChecked, n(-1), "out-of-range"}, {StepSimilarChecked, n(1 << 30), "out-of-range"}, {StepReported, n(0),
			"not-wanted"},
	} {
		got := ""
		if f := fault.As(CheckCount(test.step, test.count)); f != nil {
			got = f.Details[0].Code
			if f.Code != fault.CodeInvalidRequest || f.Details[0].Pointer != "/count" {
				t.Errorf("%+v: %v", test, f)
			}
		}
		if got != test.code {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// TestPaperOnlyBy3ii: whatever is known and tried, in any order, a file is closed on paper alone only after the provider said
// that it cannot confirm, or where the item was suspended or the consent taken back after filing; and on an answer only after
// the own side was checked and somebody corrected or confirmed (R5, R7).
func TestPaperOnlyBy3ii(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, taken := File{}, map[Step]bool{}
		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			f.AnswerIn = rapid.Bool().Draw(t, "answer in")
			f.DocumentRead = rapid.Bool().Draw(t, "read")
			f.AskedAgain = rapid.Bool().Draw(t, "asked again")
			f.Suspended = f.Suspended || rapid.IntRange(0, 30).Draw(t, "suspended") == 0
			f.Unconsented = f.Unconsented || rapid.IntRange(0, 30).Draw(t, "unconsented") == 0
			tries := Steps
			if i%2 == 0 {
				tries = append(Allowed(f), StepClosed) // so that the walk gets somewhere
			}
			step := rapid.SampledFrom(tries).Draw(t, "step")
			next, err := Next(f, step)
			if err != nil {
				if next != f {
					t.Fatalf("a refused step changed the file: %+v, %+v", f, next)
				}
				continue
			}
			if taken[step] = true; next.Closed && !f.Closed {
				checkEnding(t, next, taken)
			}
			f = next
		}
	})
}

func checkEnding(t *rapid.T, f File, taken map[Step]bool) {
	known := slices.Sorted(maps.Keys(taken))
	switch Basis(f) {
	case BasisDocument:
		if !f.DocumentRead || !taken[StepCannotConfirm] && !f.Suspended && !f.Unconsented {
			t.Fatalf("closed on paper: %+v after %v", f, known)
		}
	case BasisAnswer:
		if !taken[StepOperationChecked] || !taken[StepSystemChecked] || !f.AskedAgain && !(f.AnswerIn && taken[StepConfirmed]) {
			t.Fatalf("closed on the answer: %+v after %v", f, known)
		}
	default:
		t.Fatalf("closed on nothing: %+v after %v", f, known)
	}
	if f.Cause == "" {
		t.Fatalf("closed without a cause: %+v", f)
	}
}
