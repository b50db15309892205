package review_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
)

// A document that the municipality looks up itself is not asked of the parent, and the clerk reads where to look.
func TestWhatTheOfficeLooksUp(t *testing.T) {
	o := newOffice(t)
	waive := "waive: [{document: " + statement.Document + ", subject: child, reason: {ja: 住民記録で確認します。, plain: 住民記録で 見ます。, en: Look into the residents' " +
		"register.}}]"
	before := o.Filed(o.claim(hinata))
	o.InForce(o.Local(hinata, casetest.Claim, waive), casetest.TrialFrom.AddDate(1, 0, 0))
	id := o.Filed(o.claim(hinata))
	c, err := o.review.Open(bg, o.one, id)
	casetest.Must(t, err)
	if len(c.LookUp) != 1 || c.LookUp[0].Document != statement.Document || c.LookUp[0].Subject != statement.Subject ||
		c.LookUp[0].Reason.Ja != "住民記録で確認します。" {
		t.Errorf("to look up: %+v", c.LookUp)
	}
	for _, i := range c.Items {
		if i.Document == statement.Document {
			t.Errorf("asked for: %+v", i)
		}
	}
	// The case that came before keeps what decided it.
	c, err = o.review.Open(bg, o.one, before)
	casetest.Must(t, err)
	if len(c.LookUp) != 0 || len(c.Items) != 2 {
		t.Errorf("decided before: %+v, %d items", c.LookUp, len(c.Items))
	}
}
