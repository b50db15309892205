package apply_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

// says checks that a refusal names what is so, and nothing else.
func says(t *testing.T, what string, err error, reason fault.Reason) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Conflict || f.Code != fault.CodeNotAllowedNow || f.Reason != reason {
		t.Errorf("%s: %v, want %q", what, err, reason)
	}
}

// A correction ends in three ways, and only one of them is that it was handed in.
func TestARefusedCorrectionSaysHowItEnded(t *testing.T) {
	s := setUp(t)
	submit := func(id string) error {
		_, err := s.service.SubmitCorrection(context.Background(), s.Parent, casetest.Once(), id, 1, nil)
		return err
	}
	ask := dossier.Ask{Text: "確認してください"}
	lapsed := s.inCorrection(t, "2018-05-10", ask)
	s.Exec(`update corrections set state = 'lapsed' where application_id = $1`, lapsed)
	s.move(lapsed, lifecycle.EventCorrectionLapsed, lifecycle.Facts{CorrectionDue: time.Now().Add(-time.Hour)})
	says(t, "lapsed", submit(lapsed), "correction-lapsed-already")

	withdrawn := s.inCorrection(t, "2018-05-11", ask)
	if _, err := s.service.Withdraw(context.Background(), s.Parent, casetest.Once(), withdrawn, "引っ越すため", nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	says(t, "withdrawn", submit(withdrawn), "correction-taken-back")

	done := s.inCorrection(t, "2018-05-12", ask)
	if err := submit(done); err != nil {
		t.Fatal(casetest.Details(err))
	}
	says(t, "handed in", submit(done), "correction-done")
}

// What may be done to a draft alone is refused for what became of it: an expired draft was never filed, and what was
// withdrawn cannot be withdrawn or corrected.
func TestARefusedChangeSaysWhatBecameOfTheApplication(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	filed := func(birth string, events ...func(id string)) string {
		f, err := s.whole(born(t, s.claim(t, hinata), birth))
		if err != nil {
			t.Fatal(casetest.Details(err))
		}
		for _, e := range events {
			e(f.ID)
		}
		return f.ID
	}
	event := func(e lifecycle.Event, f lifecycle.Facts) func(string) {
		return func(id string) { s.move(id, e, f) }
	}
	draft := s.create(t, born(t, s.claim(t, hinata), "2017-01-01"))
	s.Exec(`update applications set state = 'expired', version = version + 1 where id = $1`, draft.ID)
	withdraw := event(lifecycle.EventWithdraw, lifecycle.Facts{})
	accept, decide := event(lifecycle.EventAccept, lifecycle.Facts{}), event(lifecycle.EventDecide, lifecycle.Facts{Reason: true})
	transfer := event(lifecycle.EventTransfer, lifecycle.Facts{OtherOffice: true, Reason: true})
	for _, c := range []struct {
		state                models.ApplicationState
		id                   string
		file, change, remove fault.Reason
	}{
		{models.StateExpired, draft.ID, "while-expired", "", ""},
		{models.StateWithdrawn, filed("2017-01-02", withdraw), "over-withdrawn", "", ""},
		{models.StateTransferred, filed("2017-01-03", transfer), "over-passed-on", "", ""},
		{models.StateDecided, filed("2017-01-04", accept, decide), "over-decided", "", ""},
		{models.StateArrived, filed("2017-01-05"), "filed-already", "change-filed", "delete-filed"},
	} {
		if c.change == "" {
			c.change, c.remove = c.file, c.file
		}
		v := s.get(t, c.id)
		if v.State != c.state {
			t.Fatalf("%s: is %s", c.state, v.State)
		}
		_, err := s.file(c.id)
		says(t, string(c.state)+", filed", err, c.file)
		_, err = s.service.Change(ctx, s.Parent, c.id, v.Version, apply.Patch(`{"form":{"applicant":{"family_kana":"ベツノ"}}}`))
		says(t, string(c.state)+", changed", err, c.change)
		says(t, string(c.state)+", deleted", s.service.Delete(ctx, s.Parent, c.id, nil), c.remove)
		if state := fault.As(err).Extra["state"]; state != string(c.state) {
			t.Errorf("%s: the refusal says %q", c.state, state)
		}
	}
}
