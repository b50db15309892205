package review_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
)

// A discrepancy that nobody works on comes to the top of the queue when its days are over, and leaves it with a step.
func TestAnOverdueDiscrepancyIsOnTopOfTheQueue(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	urgent := func() bool { return casetest.Value[bool](o, `select urgent from applications where id = $1`, h.Case) }
	sweep := func() {
		t.Helper()
		casetest.Must(t, o.review.Sweep(bg, o.Sweep))
	}
	sweep()
	if urgent() {
		t.Fatal("a new one is urgent")
	}
	o.Exec(`update discrepancies set opened_at = opened_at - interval '90 days', step_at = step_at - interval '90 days', version = version + 1`)
	sweep()
	sweep()
	if !urgent() {
		t.Fatal("one of 90 days is not urgent")
	}
	o.Exec(`update discrepancies set opened_at = now()`)
	o.steps(h, file, "operation-checked")
	if urgent() {
		t.Error("one that is worked on stays urgent")
	}
}
