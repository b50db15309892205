package api_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/gateway/portal/simulator"
)

// A portal sends its batch with the token of its registration, and is told what became of each application; sent again, nothing is taken twice.
func TestAPortalSendsABatch(t *testing.T) {
	w := newWorld(t)
	token := w.bearer("core-hinata")
	m, now := w.machines["core-hinata"], time.Now()
	send := func(system string, more ...string) answer {
		var body bytes.Buffer
		_, err := simulator.Make(&body, simulator.Options{System: system, Municipality: hinata, Batch: "B7", Key: m.key, Count: 6, Broken: 1, Seed: 3,
			Now: now})
		casetest.Must(t, err)
		return w.call("", http.MethodPost, "/api/v1/core/intake", body.Bytes(), append([]string{"Authorization", "Bearer " + token, "Content-Type",
			"application/zip"}, more...)...)
	}
	got := send(m.id).ok(http.StatusOK)
	if got["announced"] != 6.0 || got["taken"] != 5.0 || got["waiting"] != 1.0 || len(got["for_clerk"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	if again := send(m.id).ok(http.StatusOK); again["taken"] != 0.0 || again["known"] != 6.0 {
		t.Errorf("again: %v", again)
	}
	w.bearer("core-hinata-reader")
	send(w.machines["core-hinata-reader"].id).refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("core-hinata", http.MethodPost, "/api/v1/core/intake", []byte("PK"), "Content-Type", "application/zip").
		refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("core-hinata", http.MethodPost, "/api/v1/core/intake", []byte("x"), "Content-Type", "text/csv").
		refused(http.StatusUnsupportedMediaType, "unsupported-media-type")
	w.call("core-hinata-reader", http.MethodPost, "/api/v1/core/intake", []byte("PK"), "Content-Type", "application/zip").
		refused(http.StatusForbidden, "forbidden")
}
