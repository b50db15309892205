package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/api"
)

// everybody are the personas of the test: of the own municipality, which is ひなた市 here, and of foreign ones.
var everybody = []string{"", "parent-1", "parent-2", "reviewer-hinata-1", "reviewer-minato", "admin-hinata-1", "admin-national-1", "auditor", "partner",
	"core-hinata"}

// admitted says who may use a route with a permission. It is written down here a second time on purpose: the table of
// routes says what is so, this says what has to be so (security.md, "Identity").
func admitted(permission, who string) bool {
	switch permission {
	case "public":
		return true
	case "signed-in":
		return who != "" && who != "core-hinata" // a machine is no person
	case "applicant":
		return strings.HasPrefix(who, "parent-")
	case "reviewer":
		return strings.HasPrefix(who, "reviewer-")
	case "admin":
		return strings.HasPrefix(who, "admin-")
	case "auditor":
		return who == "auditor"
	case "oversight":
		return who == "auditor" || strings.HasPrefix(who, "admin-")
	case "municipal-admin":
		return strings.HasPrefix(who, "admin-") && !strings.HasPrefix(who, "admin-national")
	case "core:read", "core:write", "core:intake":
		return who == "core-hinata"
	case "scope:handover", "scope:share:…":
		return who == "partner"
	}
	return false
}

// permissions of api.md: a route that appears must be placed here by somebody who has thought about it.
var permissions = map[string]string{
	"list-municipalities": "public", "search-procedures": "public", "show-procedure": "public", "plan-evidence": "public", "list-phase-history": "public",
	"list-circulars":          "public",
	"count-papers-not-asked":  "public",
	"list-published-editions": "public", "show-published-edition": "public", "show-edition-certificate": "public",
	"list-editions": "admin", "upload-edition": "admin", "show-edition": "admin", "show-edition-bundle": "admin", "propose-edition": "admin",
	"approve-edition": "admin", "cancel-edition": "admin", "restore-edition": "admin", "explain-case": "reviewer", "list-checks": "admin",
	"replay-edition": "admin", "list-reassessments": "reviewer", "count-reassessments": "reviewer", "deal-with-reassessment": "reviewer",
	"tell-reassessed":    "reviewer",
	"list-receipt-keys":  "public",
	"create-application": "applicant", "list-applications": "applicant", "show-application": "applicant", "change-application": "applicant",
	"delete-application": "applicant", "put-file": "applicant", "open-file": "applicant", "delete-file": "applicant",
	"begin-upload": "applicant", "list-uploads": "applicant", "show-upload": "applicant", "put-part": "applicant", "finish-upload": "applicant",
	"cancel-upload":  "applicant",
	"show-statement": "applicant", "write-statement": "applicant",
	"show-manifest":    "applicant",
	"file-application": "applicant", "withdraw-application": "applicant", "submit-correction": "applicant", "show-receipt": "applicant", "file-whole": "applicant",
	"show-me": "signed-in", "list-records": "applicant", "list-accesses": "applicant", "show-information": "applicant", "list-messages": "applicant",
	"read-message": "applicant", "show-my-settings": "applicant", "put-my-settings": "applicant",
	"send-message": "municipal-admin", "list-sent-messages": "municipal-admin", "show-sent-message": "municipal-admin", "stop-message": "municipal-admin",
	"resume-message": "municipal-admin",
	"show-phases":    "admin", "propose-phases": "admin", "list-phase-changes": "admin", "show-phase-change": "admin", "approve-phases": "admin",
	"cancel-phases":  "admin",
	"suspend-phases": "admin", "confirm-suspension": "admin", "lift-suspension": "admin", "show-settings": "admin", "put-settings": "admin",
	"search-audit": "auditor", "show-letter-settings": "admin", "put-letter-settings": "admin", "list-boilerplates": "admin",
	"add-boilerplate": "admin", "put-boilerplate": "admin",
	"list-cases": "reviewer", "claim-case": "reviewer", "release-case": "reviewer", "add-note": "reviewer", "list-notes": "reviewer", "accept-cases": "reviewer",
	"open-case": "reviewer", "accept-case": "reviewer", "read-document": "reviewer", "settle-document": "reviewer", "receive-paper": "reviewer",
	"scan-paper":       "reviewer",
	"step-discrepancy": "reviewer", "request-correction": "reviewer", "lapse-correction": "reviewer", "waive-document": "reviewer", "decide-case": "reviewer",
	"reopen-case": "reviewer", "protect-person": "reviewer", "open-original": "reviewer", "open-view": "reviewer", "transfer-case": "reviewer",
	"request-export": "reviewer", "list-exports": "reviewer", "show-export": "reviewer", "open-export": "reviewer", "export-case": "reviewer",
	"show-decision": "applicant",
	"list-grants":   "municipal-admin", "propose-grant": "municipal-admin", "approve-grant": "municipal-admin", "end-grant": "municipal-admin",
	"list-staff-sessions": "municipal-admin", "end-staff-sessions": "municipal-admin",
	"list-staff": "admin", "put-staff": "admin", "list-readiness": "oversight", "put-readiness-check": "municipal-admin",
	"list-provider-requests": "reviewer", "receive-provider-request": "reviewer", "open-provider-request": "reviewer", "step-provider-request": "reviewer",
	"hand-over": "scope:handover", "open-handover": "applicant", "accept-handover": "applicant", "decline-handover": "applicant",
	"ask-to-share": "scope:share:…", "show-shared": "scope:share:…", "open-share-request": "applicant", "grant-consent": "applicant",
	"decline-consent": "applicant",
	"list-consents":   "applicant", "revoke-consent": "applicant",
	"ask-network": "reviewer", "list-inquiries": "reviewer", "find-resident": "reviewer", "choose-resident": "reviewer", "list-case-records": "reviewer",
	"hide-record": "reviewer",
	"sign-again":  "applicant", "create-counter-application": "reviewer", "list-counter-applications": "reviewer", "show-counter-application": "reviewer",
	"change-counter-application": "reviewer",
	"delete-counter-application": "reviewer", "file-counter-application": "reviewer", "withdraw-counter-application": "reviewer",
	"submit-counter-correction": "reviewer",
	"core-token":                "public", "list-core-events": "core:read", "list-core-cases": "core:read", "show-core-case": "core:read",
	"export-core-case": "core:read",
	"open-core-file":   "core:read", "acknowledge-core-case": "core:write", "decide-core-case": "core:write", "start-core-payment": "core:write",
	"choose-core-resident": "core:write", "send-intake": "core:intake",
	"list-core-systems": "municipal-admin", "propose-core-system": "municipal-admin", "approve-core-system": "municipal-admin",
	"stop-core-system": "municipal-admin", "revoke-core-system": "municipal-admin",
	"put-counter-file": "reviewer", "delete-counter-file": "reviewer", "show-counter-receipt": "reviewer",
}

func TestTheTableOfRoutesIsTheContract(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for _, r := range w.api.Routes() {
		if want := permissions[r.Operation]; want != r.Permission.String() {
			t.Errorf("%s %s (%s) is for %s, want %s", r.Method, r.Path, r.Operation, r.Permission, want)
		}
		if seen[r.Operation] {
			t.Errorf("two routes are called %s", r.Operation)
		}
		seen[r.Operation] = true
	}
	for operation := range permissions {
		if !seen[operation] {
			t.Errorf("there is no route %s", operation)
		}
	}
}

// secrets are ids of things that exist and belong to parent-1 in ひなた市, a draft and a filed case, and a change that みなと町 alone
// knows of.
type secrets struct{ application, filed, file, upload, change, name string }

func (w *world) secrets() secrets {
	w.T.Helper()
	body := w.claim(hinata)
	body["form"].(map[string]any)["applicant"].(map[string]any)["family_name"] = "秘密野"
	delete(body["form"].(map[string]any), "payee") // whose holder would have to follow the name
	id, _ := w.draft("parent-1", body)
	file := w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/separate-custody-statement/child-1/files/statement.pdf", pdf(500)).
		ok(http.StatusCreated)
	change := w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", proposal(minato, "full")).ok(http.StatusCreated)
	filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)
	upload := w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/uploads", beginning("open.pdf", 300)).ok(http.StatusCreated)
	return secrets{
		application: id,
		filed:       filed["id"].(string),
		file:        file["id"].(string),
		upload:      upload["id"].(string),
		change:      change["id"].(string),
		name:        "秘密野",
	}
}

func proposal(municipality, phase string) map[string]any {
	return map[string]any{"reason": "The trial has agreed.", "circular": "府番第1号",
		"rows": []any{
			map[string]any{"procedure": "*", "item": "*", "municipality": municipality, "phase": phase, "from": time.Now().Add(time.Hour).Format(time.RFC3339)},
		}}
}

// path fills a route's parameters in with things that exist.
func (s secrets) path(r api.Route) string {
	id := s.application
	switch {
	case strings.Contains(r.Path, "/admin/"):
		id = s.change
	case strings.Contains(r.Path, "/review/"):
		id = s.filed
	}
	code := hinata
	if strings.Contains(r.Path, "/procedures/") {
		code = "child-allowance-claim"
	}
	return strings.NewReplacer("{id}", id, "{file}", s.file, "{upload}", s.upload, "{document}", "separate-custody-statement", "{subject}", "child-1", "{name}",
		"other.pdf",
		"{n}", "1", "{page}", "1", "{code}", code, "{person}", s.application, "{item}", "vaccination", "{d}", s.application, "{record}", s.application).
		Replace(r.Path)
}

// body is one that the route would take, so that nothing but the permission stands in the way.
func (w *world) bodyFor(r api.Route, s secrets) any {
	switch r.Operation {
	case "hand-over", "create-application", "file-whole":
		return w.example("pregnancy-notification", hinata)
	case "plan-evidence":
		return map[string]any{"municipality": hinata, "facts": w.claim(hinata)["facts"], "consents": []any{}}
	case "write-statement":
		return map[string]any{"answers": map[string]any{}}
	case "ask-network":
		return map[string]any{}
	case "transfer-case":
		return map[string]any{"municipality": mori, "reason": "because"}
	case "request-export":
		return map[string]any{"kind": "core-system"}
	case "choose-resident":
		return map[string]any{"resident": ""}
	case "hide-record":
		return map[string]any{"hidden": true, "reason": "because"}
	case "sign-again":
		return map[string]any{"signature": "MA=="}
	case "create-counter-application":
		return w.paper("pregnancy-notification")
	case "change-application", "change-counter-application":
		return map[string]any{"consents": []any{}}
	case "withdraw-application", "withdraw-counter-application", "lift-suspension":
		return map[string]any{"reason": "because"}
	case "propose-phases":
		return proposal(hinata, "trial")
	case "suspend-phases":
		return map[string]any{"procedure": "*", "item": "pension", "municipality": hinata, "reason": "A wrong field was found."}
	case "put-my-settings":
		return map[string]any{"mail": "", "language": "ja", "wants_mail": false}
	case "send-message":
		return groupMessage()
	case "put-settings", "deal-with-reassessment":
		return map[string]any{}
	case "put-letter-settings":
		return letterSettings()
	case "add-boilerplate", "put-boilerplate":
		return map[string]any{"kind": "reason", "name": "要件", "texts": map[string]any{"text": "要件を満たしません。"}}
	case "replay-edition":
		return lastYear()
	case "tell-reassessed":
		return letter("support-statement", "too-little")
	case "add-note":
		return map[string]any{"text": "because"}
	case "accept-cases":
		return map[string]any{"applications": []any{s.filed}}
	case "ask-to-share":
		return wishFor("vaccination")
	case "put-staff":
		return map[string]any{"categories": []any{}, "sees_protected": false}
	case "propose-grant":
		return map[string]any{"person": s.application, "reason": "because", "until": "2026-12-31"}
	case "propose-core-system":
		return newMachine().wanted("core:read", "core:write")
	case "acknowledge-core-case":
		return map[string]any{"state": "taken", "revision": 1}
	case "decide-core-case":
		return map[string]any{"outcome": "approved"}
	case "start-core-payment":
		return map[string]any{"on": "2026-12-25"}
	case "choose-core-resident":
		return map[string]any{"resident": "宛名1"}
	case "put-readiness-check":
		return map[string]any{"procedure": "child-allowance-claim", "item": "resident-record", "tried": "counter"}
	case "receive-provider-request":
		return confirmation()
	case "step-provider-request":
		return map[string]any{"step": "checked"}
	case "begin-upload":
		return beginning("new.pdf", 300)
	case "put-file", "put-counter-file", "put-part", "scan-paper":
		return pdf(300)
	}
	return reviewBody(r.Operation)
}

func TestEveryRouteAsEverybody(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	for _, r := range w.api.Routes() {
		for _, who := range everybody {
			t.Run(fmt.Sprintf("%s as %s", r.Operation, who), func(t *testing.T) {
				one := w.within(t)
				got := one.call(who, r.Method, s.path(r), one.bodyFor(r, s), "If-Match", `"9999"`, "Fence", "1")
				switch {
				case !admitted(r.Permission.String(), who) && who == "":
					got.refused(http.StatusUnauthorized, "unauthorized")
					if !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Bearer") {
						t.Errorf("no challenge: %q", got.Header.Get("WWW-Authenticate"))
					}
				case !admitted(r.Permission.String(), who):
					got.refused(http.StatusForbidden, "forbidden")
				case got.Status == http.StatusUnauthorized || got.Status == http.StatusForbidden || got.Status == http.StatusMethodNotAllowed ||
					got.Status == http.StatusInternalServerError:
					t.Errorf("%s: %d: %s", got.asked, got.Status, got.Body)
				}
				trail := who == "auditor" && r.Operation == "search-audit" // names what was done to what, and nothing that anybody wrote
				if who != "parent-1" && (strings.Contains(string(got.Body), s.name) || !trail && strings.Contains(string(got.Body), s.file)) {
					t.Errorf("%s shows %s what belongs to somebody else: %s", got.asked, who, got.Body)
				}
			})
		}
	}
}
