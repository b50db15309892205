package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

const sentPath = "/api/v1/admin/broadcasts"

func groupMessage() map[string]any {
	return map[string]any{"child_age_from": 0, "child_age_to": 18, "title": map[string]any{"ja": "予防接種のお知らせ", "plain": "よぼうせっしゅの おしらせ", "en": "Vaccinations"},
		"text": map[string]any{"ja": "今年度の予防接種が始まります。", "plain": "よぼうせっしゅが はじまります。", "en": "This year's vaccinations begin."}}
}

func TestMessagesAreReadAndCounted(t *testing.T) {
	w := newWorld(t)
	filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)
	if err := w.notify.Notify(t.Context(), task.Notify{Municipality: hinata, Application: filed["id"].(string), What: notify.KindArrived}); err != nil {
		t.Fatal(err)
	}
	box := w.call("parent-1", http.MethodGet, "/api/v1/messages", nil).ok(http.StatusOK)
	items := box["items"].([]any)
	if box["unread"] != 1.0 || len(items) != 1 {
		t.Fatalf("%v", box)
	}
	read := "/api/v1/messages/" + items[0].(map[string]any)["id"].(string) + "/read"
	w.call("parent-2", http.MethodPost, read, nil).refused(http.StatusNotFound, "not-found")
	w.call("parent-1", http.MethodPost, "/api/v1/messages/1/read", nil).refused(http.StatusNotFound, "not-found")
	for range 2 {
		if got := w.call("parent-1", http.MethodPost, read, nil); got.Status != http.StatusNoContent {
			t.Fatalf("%d: %s", got.Status, got.Body)
		}
	}
	box = w.call("parent-1", http.MethodGet, "/api/v1/messages", nil).ok(http.StatusOK)
	if box["items"].([]any)[0].(map[string]any)["read_at"] == nil || box["unread"] != 0.0 {
		t.Errorf("%v", box)
	}
}

func TestHowOneIsTold(t *testing.T) {
	w := newWorld(t)
	const path = "/api/v1/me/settings"
	if got := w.call("parent-1", http.MethodGet, path, nil).ok(http.StatusOK); got["mail"] != "" || got["language"] != "ja" || got["wants_mail"] != false {
		t.Errorf("who never said so: %v", got)
	}
	wanted := map[string]any{"mail": "parent@example.jp", "language": "plain", "wants_mail": true}
	w.call("parent-1", http.MethodPut, path, wanted).ok(http.StatusOK)
	if got := w.call("parent-1", http.MethodGet, path, nil).ok(http.StatusOK); got["mail"] != "parent@example.jp" || got["language"] != "plain" ||
		got["wants_mail"] != true {
		t.Errorf("%v", got)
	}
	if got := w.call("parent-2", http.MethodGet, path, nil).ok(http.StatusOK); got["mail"] != "" {
		t.Errorf("another's: %v", got)
	}
	for _, bad := range []map[string]any{{"mail": "parent", "language": "ja", "wants_mail": true}, {"mail": "", "language": "ja", "wants_mail": true},
		{"mail": "a@example.jp, b@example.jp", "language": "ja", "wants_mail": false}, {"mail": "123456789018@example.jp", "language": "ja", "wants_mail": false},
		{"mail": "parent@example.jp\r\nBcc: x@example.jp", "language": "ja", "wants_mail": true}} {
		got := w.call("parent-1", http.MethodPut, path, bad)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), `"/mail"`) {
			t.Errorf("%v: %d: %s", bad, got.Status, got.Body)
		}
	}
	w.call("parent-1", http.MethodPut, path, map[string]any{"mail": "", "language": "fr", "wants_mail": false}).
		refused(http.StatusUnprocessableEntity, "invalid-request")
}

func TestAMessageToAGroup(t *testing.T) {
	w := newWorld(t)
	w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)
	body := groupMessage()
	delete(body, "child_age_from")
	delete(body, "child_age_to")
	sent := w.call("admin-hinata-1", http.MethodPost, sentPath, body).ok(http.StatusCreated)
	one := sentPath + "/" + sent["id"].(string)
	if sent["state"] != string(models.BroadcastRunning) {
		t.Errorf("%v", sent)
	}
	if got := w.call("admin-hinata-1", http.MethodPost, one+"/stop", nil).ok(http.StatusOK); got["state"] != string(models.BroadcastStopped) {
		t.Errorf("%v", got)
	}
	job := task.Broadcast{Municipality: hinata, Broadcast: sent["id"].(string)}
	if err := w.notify.Spread(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if got := w.call("parent-1", http.MethodGet, "/api/v1/messages", nil).ok(http.StatusOK); len(got["items"].([]any)) != 0 {
		t.Errorf("a stopped message arrives: %v", got)
	}
	w.call("admin-hinata-1", http.MethodPost, one+"/resume", nil).ok(http.StatusOK)
	for range 2 {
		if err := w.notify.Spread(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	for language, want := range map[string]string{"ja": "今年度の予防接種が始まります。", "en": "This year's vaccinations begin."} {
		got := w.call("parent-1", http.MethodGet, "/api/v1/messages", nil, "Accept-Language", language).ok(http.StatusOK)["items"].([]any)
		if len(got) != 1 || got[0].(map[string]any)["text"] != want || got[0].(map[string]any)["kind"] != notify.KindBroadcast {
			t.Errorf("%v", got)
		}
	}
	w.call("admin-hinata-1", http.MethodPost, one+"/stop", nil).refused(http.StatusConflict, "not-allowed-now")
	if got := w.call("admin-hinata-1", http.MethodGet, sentPath, nil).ok(http.StatusOK)["items"].([]any); len(got) != 1 ||
		got[0].(map[string]any)["state"] != string(models.BroadcastDone) {
		t.Errorf("%v", got)
	}
	bad := groupMessage()
	bad["text"] = map[string]any{"ja": "番号は123456789018です", "plain": " ", "en": "x"}
	bad["child_age_from"], bad["procedure"] = 19, "no-such"
	got := w.call("admin-hinata-1", http.MethodPost, sentPath, bad)
	for _, at := range []string{`"/text/ja"`, `"/text/plain"`, `"/child_age_to"`, `"/procedure"`} {
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), at) {
			t.Errorf("%s is not named: %d: %s", at, got.Status, got.Body)
		}
	}
}
