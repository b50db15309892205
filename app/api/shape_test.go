package api_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// shape checks that an answer has the members that the contract names; more are allowed, and described.
func shape(t *testing.T, what string, got map[string]any, members ...string) {
	t.Helper()
	for _, m := range members {
		if _, there := got[m]; !there {
			t.Errorf("%s has no %s: %v", what, m, slices.Sorted(maps.Keys(got)))
		}
	}
}

func TestAnswersHaveTheMembersOfTheContract(t *testing.T) {
	w := newWorld(t)
	body := w.claim(minato)
	page := w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?municipality="+minato, nil).ok(200)
	shape(t, "the procedure", page, "code", "name", "deadline", "signature", "office", "documents", "facts_schema", "form_schema", "example")
	plan := w.call("", http.MethodPost, "/api/v1/procedures/child-allowance-claim/evidence-plan", map[string]any{"municipality": minato, "facts": body["facts"],
		"consents": []any{}}).
		ok(200)
	shape(t, "the plan", plan, "version", "documents")
	replaceable, fixed := plan["documents"].([]any)[0].(map[string]any), plan["documents"].([]any)[1].(map[string]any)
	shape(t, "a requirement", replaceable, "document", "subject", "item", "decision", "reason", "inquire", "name", "help")
	if _, there := fixed["item"]; there {
		t.Errorf("what nothing can replace has an item: %v", fixed)
	}
	id, _ := w.draft("parent-1", body)
	draft := w.call("parent-1", http.MethodGet, applications+"/"+id, nil).ok(200)
	always := []string{
		"id",
		"procedure",
		"municipality",
		"state",
		"revision",
		"facts",
		"form",
		"consents",
		"declarations",
		"plan",
		"plan_changes",
		"files",
		"timeline",
	}
	shape(t, "a draft", draft, always...)
	if draft["receipt_number"] != nil || draft["arrived_at"] != nil || draft["late"] != nil {
		t.Errorf("a draft has arrived: %v", draft)
	}
	incomplete := w.call("parent-2", http.MethodPost, applications, map[string]any{"procedure": "child-allowance-claim", "municipality": minato}).ok(201)
	shape(t, "an incomplete draft", incomplete, append(always, "facts_missing")...)
	if incomplete["plan"] != nil {
		t.Errorf("a plan without facts: %v", incomplete["plan"])
	}
	declared := []any{}
	for _, d := range plan["documents"].([]any) {
		declared = append(
			declared,
			map[string]any{"document": d.(map[string]any)["document"], "subject": d.(map[string]any)["subject"], "kind": "cannot-provide", "reason": "窓口で相談します"},
		)
	}
	w.call("parent-1", http.MethodPatch, applications+"/"+id, map[string]any{"declarations": declared}, "If-Match", "*").ok(200)
	filed := w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).ok(201)
	shape(t, "a filing", filed, "id", "receipt_number", "arrived_at", "late", "plan")
	shown := w.call("parent-1", http.MethodGet, applications+"/"+id, nil).ok(200)
	shape(t, "a filed application", shown, append(always, "receipt_number", "arrived_at", "late", "claim_on", "deadline_on", "items")...)
	shape(t, "a step", shown["timeline"].([]any)[0].(map[string]any), "at", "event", "state", "text")
	manifest := w.call("parent-1", http.MethodGet, applications+"/"+id+"/manifest", nil)
	shape(t, "the manifest", manifest.ok(200), "application", "procedure", "municipality", "revision", "facts", "form", "consents", "declarations", "files")
	if again := w.call("parent-1", http.MethodGet, applications+"/"+id+"/manifest", nil); string(again.Body) != string(manifest.Body) {
		t.Error("two manifests of the same case differ")
	}
	change := w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", proposal(minato, "full")).ok(201)
	shape(t, "a phase change", change, "id", "state", "rows", "impact")
	shape(t, "its impact", change["impact"].(map[string]any), "drafts_fewer", "drafts_more", "awaiting", "pages", "agreement")
	shape(t, "the board", w.call("admin-national-1", http.MethodGet, "/api/v1/admin/phases", nil).ok(200), "rows", "board")
}
