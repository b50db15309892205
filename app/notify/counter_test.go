package notify_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

// Who came to the counter (R16) has no account, and so no inbox; a job about such a case is done, and tells nobody.
func TestNobodyIsToldOfACaseOfTheCounter(t *testing.T) {
	o := newOffice(t)
	app := o.filed(models.StateArrived, models.ItemAwaiting)
	o.Exec(`update applications set channel = 'counter', version = version + 1 where id = $1`, app.ID)
	for _, kind := range []string{notify.KindArrived, notify.KindFileInfected, notify.KindDecided, notify.KindExpired} {
		if err := o.service.Notify(t.Context(), task.Notify{Municipality: hinata, Application: app.ID, What: kind}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := o.service.Remind(t.Context(), task.Remind{Municipality: hinata, Application: app.ID, Document: "pension-enrolment",
		Subject: "applicant"}); err != nil {
		t.Error(err)
	}
	if n := casetest.Value[int](o, `select count(*) from messages`); n != 0 {
		t.Errorf("%d messages", n)
	}
}
