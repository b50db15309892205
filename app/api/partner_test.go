package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/partner"
)

const handovers, shareRequests, wishes = "/api/v1/handovers", "/api/v1/share-requests", "/api/v1/me/share-requests/"

// partners is the use cases of other sites on a network of this world.
func (w *world) partners() *partner.Service {
	w.T.Helper()
	n, err := network.Start(network.Options{Addr: "127.0.0.1:0", Delay: time.Millisecond, Data: &residents.Register{}})
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { _ = n.Close() })
	return partner.New(w.Dossiers, w.Sweep, w.Apply, nws.New(nws.Options{URL: n.URL()}), partner.Options{PublicURL: "https://onestop.example"})
}

func wishFor(item string) map[string]any {
	return map[string]any{"item": item, "purpose": "次の予防接種の時期をお知らせするため", "until": time.Now().Add(24 * time.Hour).Format(time.RFC3339)}
}

// prefilled is what a site sends for the procedure's example.
func (w *world) prefilled(procedure string) map[string]any {
	body := w.example(procedure, hinata)
	out := map[string]any{"source": "手帳 2026-0042"}
	for _, name := range []string{"procedure", "municipality", "facts", "form"} {
		out[name] = body[name]
	}
	return out
}

// handedOver gives the id of a hand-over and the query of its link.
func (w *world) handedOver() (id, query string) {
	w.T.Helper()
	link := w.call("partner", http.MethodPost, handovers, w.prefilled("pregnancy-notification")).ok(http.StatusCreated)
	return link["id"].(string), queryOf(w.T, link)
}

func queryOf(t testing.TB, link map[string]any) string {
	t.Helper()
	u, err := url.Parse(link["url"].(string))
	if err != nil || !strings.HasPrefix(link["url"].(string), "https://onestop.example/") || u.Query().Get("secret") == "" || link["expires_at"] == nil {
		t.Fatalf("link: %v", link)
	}
	return "?" + u.RawQuery
}

// The partner persona's hand-over ends in a case that the parent has filed.
func TestAHandOverThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	id, query := w.handedOver()
	shown := w.call("parent-1", http.MethodGet, handovers+"/"+id+query, nil).ok(http.StatusOK)
	if shown["site"] != "ことり手帳アプリ（架空）" || shown["source"] != "手帳 2026-0042" || !slices.Contains(shown["fields"].([]any), any("/form/applicant/family_name")) {
		t.Errorf("shown: %v", shown)
	}
	w.call("parent-2", http.MethodGet, handovers+"/"+id+query, nil).refused(http.StatusNotFound, "not-found")
	w.call("parent-2", http.MethodPost, handovers+"/"+id+"/accept"+query, nil).refused(http.StatusNotFound, "not-found")
	w.call("parent-1", http.MethodPost, handovers+"/"+id+"/accept"+query, nil, "Idempotency-Key", "").refused(http.StatusBadRequest, "idempotency-key-missing")
	got := w.call("parent-1", http.MethodPost, handovers+"/"+id+"/accept", nil, "Idempotency-Key", "accept-1")
	draft := got.ok(http.StatusCreated)
	if draft["channel"] != "handover" || draft["state"] != "draft" || draft["origins"].(map[string]any)["/form/applicant/family_name"] != shown["site"] {
		t.Errorf("draft: %v", draft)
	}
	if again := w.call("parent-1", http.MethodPost, handovers+"/"+id+"/accept", nil, "Idempotency-Key", "accept-1"); string(again.Body) != string(got.Body) {
		t.Errorf("the same request again: %s", again.Body)
	}
	used := w.call("parent-1", http.MethodPost, handovers+"/"+id+"/accept"+query, nil)
	if p := used.refused(http.StatusConflict, "not-allowed-now"); p["reason"] != "link-used" || !strings.Contains(p["detail"].(string), "リンク") {
		t.Errorf("a second use: %s", used.Body)
	}
	filed := w.call("parent-1", http.MethodPost, applications+"/"+draft["id"].(string)+"/file", nil).ok(http.StatusCreated)
	if filed["receipt_number"] == "" {
		t.Errorf("filed: %v", filed)
	}
	// For the same thing once more: the person decides, and the link is not used up by the question.
	other, query := w.handedOver()
	w.call("parent-1", http.MethodPost, handovers+"/"+other+"/accept"+query, nil).refused(http.StatusConflict, "duplicate-application")
	second := w.call("parent-1", http.MethodPost, handovers+"/"+other+"/accept"+query, map[string]any{"on_duplicate": "separate"}).ok(http.StatusCreated)
	if second["id"] == draft["id"] {
		t.Error("the same draft")
	}
	third, query := w.handedOver()
	w.call("parent-2", http.MethodPost, handovers+"/"+third+"/decline"+query, nil).ok(http.StatusNoContent)
	w.call("parent-2", http.MethodGet, handovers+"/"+third+query, nil).refused(http.StatusConflict, "not-allowed-now")
}

func TestAHandOverIsRefusedWithPointers(t *testing.T) {
	w := newWorld(t)
	body := w.prefilled("pregnancy-notification")
	body["form"].(map[string]any)["applicant"].(map[string]any)["family_name"] = 7
	bad := w.call("partner", http.MethodPost, handovers, body)
	p := bad.refused(http.StatusUnprocessableEntity, "invalid-form")
	bad.names(p, "wrong-type", "/form/applicant/family_name")
	body["procedure"] = "no-such"
	w.call("partner", http.MethodPost, handovers, body).refused(http.StatusUnprocessableEntity, "unknown-procedure")
	for _, scopes := range [][]string{{"share:*"}, {"handover:*"}, {}} {
		token := minted(t, provider.Minting{Persona: "partner", Claims: map[string]any{"scope": strings.Join(scopes, " ")}})
		w.call("", http.MethodPost, handovers, body, "Authorization", "Bearer "+token).refused(http.StatusForbidden, "forbidden")
	}
}

// What is shared, with whom and why is the person's to say, and to take back at once.
func TestSharingThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	link := w.call("partner", http.MethodPost, shareRequests, wishFor("vaccination")).ok(http.StatusCreated)
	id, query := link["id"].(string), queryOf(t, link)
	get := func(item string) answer {
		return w.call("partner", http.MethodGet, "/api/v1/shared/"+item, nil, "Consent", id)
	}
	get("vaccination").refused(http.StatusForbidden, "forbidden")
	wish := w.call("parent-1", http.MethodGet, wishes+id+query, nil, "Accept-Language", "en").ok(http.StatusOK)
	if wish["site"] != "ことり手帳アプリ（架空）" || wish["item_name"] != "Vaccination record" || wish["purpose"] == "" {
		t.Errorf("the wish: %v", wish)
	}
	w.call("parent-2", http.MethodPost, wishes+id+"/grant"+query, nil).refused(http.StatusNotFound, "not-found")
	granted := w.call("parent-1", http.MethodPost, wishes+id+"/grant"+query, nil).ok(http.StatusOK)
	if granted["state"] != "active" || granted["state_text"] == "" {
		t.Errorf("granted: %v", granted)
	}
	told := get("vaccination").ok(http.StatusOK)
	if facts := told["facts"].(map[string]any); told["result"] != "answered" || facts["vaccine"] != "MR" || told["consent"] != id {
		t.Errorf("told: %v", told)
	}
	get("infant-checkup").refused(http.StatusForbidden, "forbidden")
	get("diary").refused(http.StatusNotFound, "not-found")
	w.call("partner", http.MethodGet, "/api/v1/shared/vaccination", nil).refused(http.StatusBadRequest, "malformed")
	consents := w.call("parent-1", http.MethodGet, "/api/v1/me/consents", nil).ok(http.StatusOK)["items"].([]any)
	if one := consents[0].(map[string]any); len(consents) != 1 || one["uses"] != 1.0 || one["last_used_at"] == nil || one["id"] != id {
		t.Errorf("consents: %v", consents)
	}
	accesses := w.call("parent-1", http.MethodGet, "/api/v1/me/accesses", nil).ok(http.StatusOK)["items"].([]any)
	if one := accesses[0].(map[string]any); len(accesses) != 1 || one["role"] != "partner" || one["action"] != "use-consent" || one["object"] != id {
		t.Errorf("accesses: %v", accesses)
	}
	w.call("parent-2", http.MethodPost, "/api/v1/me/consents/"+id+"/revoke", nil).refused(http.StatusNotFound, "not-found")
	w.call("parent-1", http.MethodPost, "/api/v1/me/consents/"+id+"/revoke", nil).ok(http.StatusOK)
	if p := get("vaccination").refused(http.StatusForbidden, "forbidden"); p["reason"] != "consent-revoked" {
		t.Errorf("revoked: %v", p)
	}
}

// A token is good for the items that its scopes name, and another site's consent does not exist.
func TestScopesOfSharing(t *testing.T) {
	w := newWorld(t)
	link := w.call("partner", http.MethodPost, shareRequests, wishFor("vaccination")).ok(http.StatusCreated)
	id := link["id"].(string)
	w.call("parent-1", http.MethodPost, wishes+id+"/grant"+queryOf(t, link), nil).ok(http.StatusOK)
	as := func(claims map[string]any, method, path string, body any) answer {
		return w.call("", method, path, body, "Consent", id, "Authorization", "Bearer "+minted(t, provider.Minting{Persona: "partner", Claims: claims}))
	}
	narrow := map[string]any{"scope": "share:vaccination"}
	as(narrow, http.MethodGet, "/api/v1/shared/vaccination", nil).ok(http.StatusOK)
	if p := as(narrow, http.MethodGet, "/api/v1/shared/infant-checkup", nil).refused(http.StatusForbidden, "forbidden"); p["scope"] != "share:infant-checkup" {
		t.Errorf("the scope that is missing: %v", p)
	}
	as(narrow, http.MethodPost, shareRequests, wishFor("local-tax")).refused(http.StatusForbidden, "forbidden")
	as(narrow, http.MethodPost, handovers, w.prefilled("pregnancy-notification")).refused(http.StatusForbidden, "forbidden")
	as(map[string]any{"scope": "handover"}, http.MethodGet, "/api/v1/shared/vaccination", nil).refused(http.StatusForbidden, "forbidden")
	as(map[string]any{"sub": "another-site"}, http.MethodGet, "/api/v1/shared/vaccination", nil).refused(http.StatusNotFound, "not-found")
}
