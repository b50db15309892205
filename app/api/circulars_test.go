package api_test

import (
	"net/http"
	"testing"

	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
)

// TestR17TheRegisterIsOpenToAll: whoever reads the history of phases finds the circulars that it names.
func TestR17TheRegisterIsOpenToAll(t *testing.T) {
	w := newWorld(t)
	admin := w.Person(t, "registrar", models.RoleNational, "")
	for _, number := range []string{"府番第1号", "府番第2号"} {
		req := dossier.Request{Route: "test", Key: number, BodyHash: make([]byte, 32)}
		_, err := w.circulars.Register(
			t.Context(),
			admin,
			req,
			circular.Entry{Number: number, IssuedOn: "2026-04-01", Issuer: "こども庁（架空）", Title: "本格運用の開始について", PDF: pdf(500)},
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	page := w.call("", http.MethodGet, "/api/v1/circulars?limit=1", nil).ok(http.StatusOK)
	first := page["items"].([]any)[0].(map[string]any)
	if first["number"] != "府番第2号" || first["issued_on"] != "2026-04-01" || first["pdf"] != "/circulars/"+first["id"].(string) || first["size"] != 500.0 {
		t.Errorf("%v", first)
	}
	rest := w.call("", http.MethodGet, "/api/v1/circulars?cursor="+page["next"].(string), nil).ok(http.StatusOK)
	if items := rest["items"].([]any); len(items) != 1 || items[0].(map[string]any)["number"] != "府番第1号" {
		t.Errorf("%v", items)
	}
}
