package api_test

import (
	"net/http"
	"testing"
	"time"
)

// TestR8WhatIsOmittedDisappearsFromTheGuidance: while the trial lasts the page asks for the document and carries the note;
// from the instant of the switch it does neither, without anybody having edited a page.
func TestR8WhatIsOmittedDisappearsFromTheGuidance(t *testing.T) {
	w := newWorld(t)
	const note = "マイナンバー制度による情報連携が本格運用されるまでは添付書類の提出をお願いします"
	show := func(municipality, at string) (needed bool, says string) {
		t.Helper()
		p := w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?municipality="+municipality+"&at="+at, nil, "Accept-Language", "ja").
			ok(http.StatusOK)
		for _, d := range p["documents"].([]any) {
			if doc := d.(map[string]any); doc["document"] == "household-resident-record" {
				needed = doc["needed"] == true
			}
		}
		says, _ = p["trial_note"].(string)
		return needed, says
	}
	if needed, says := show(minato, ""); !needed || says != note {
		t.Errorf("on trial: needed %v, note %q", needed, says)
	}
	if needed, says := show(hinata, ""); needed || says != "" {
		t.Errorf("in full operation: needed %v, note %q", needed, says)
	}
	change := w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", proposal(minato, "full")).ok(http.StatusCreated)
	approved := w.call("admin-national-2", http.MethodPost, "/api/v1/admin/phase-changes/"+change["id"].(string)+"/approve", nil).ok(http.StatusOK)
	from, err := time.Parse(time.RFC3339, approved["rows"].([]any)[0].(map[string]any)["from"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if needed, says := show(minato, from.Add(-time.Second).UTC().Format(time.RFC3339)); !needed || says != note {
		t.Errorf("just before the switch: needed %v, note %q", needed, says)
	}
	if needed, says := show(minato, from.Add(time.Second).UTC().Format(time.RFC3339)); needed || says != "" {
		t.Errorf("just after the switch: needed %v, note %q", needed, says)
	}
}
