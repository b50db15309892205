package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A refusal of the rules tells a Japanese reviewer what it tells an English one: what stands in the way, and what to do.
func TestARefusalSaysInJapaneseWhatToDo(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(minato)
	path := "/api/v1/review/applications/" + id
	ja := func(code, at string, body any) string {
		t.Helper()
		return w.call("reviewer-minato", http.MethodPost, path+at, body, "Fence", "1", "Accept-Language", "ja").refused(http.StatusConflict, code)["detail"].(string)
	}
	if got := ja("conflict", "/accept", nil); !strings.Contains(got, "担当になってください") {
		t.Errorf("without a claim: %s", got)
	}
	w.call("reviewer-minato", http.MethodPost, path+"/claim", nil).ok(http.StatusOK)
	if got := ja("not-allowed-now", "/decision", map[string]any{"outcome": "approved"}); !strings.Contains(got, "先に受理してください") {
		t.Errorf("before it is accepted: %s", got)
	}
	path = w.inReview()
	p := w.call("reviewer-minato", http.MethodPost, path+"/decision", map[string]any{"outcome": "approved"}, "Fence", "1", "Accept-Language", "ja").
		refused(http.StatusConflict, "not-allowed-now")
	if got := p["detail"].(string); !strings.Contains(got, "終わっていない") {
		t.Errorf("with open items: %s", got)
	}
	for _, e := range p["errors"].([]any) {
		if got := e.(map[string]any)["detail"].(string); !strings.Contains(got, "書類がまだ提出されていません") {
			t.Errorf("an open item: %s", got)
		}
	}
}
