package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/models"
)

const readinessPath = "/api/v1/admin/readiness"

// compared adds comparisons of one item to a case, each of a document of its own.
func (w *world) compared(application, item string, outcomes ...string) {
	w.T.Helper()
	for i, outcome := range outcomes {
		w.Exec(`insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at)
			select $1, id, municipality, person_id, 'child-allowance-claim', $2, $3, 'child-1', 'trial', $4, $5 from applications where id = $6`,
			models.NewID(), item, fmt.Sprint("document-", i), outcome, time.Now(), application)
	}
}

func TestReadinessOverHTTP(t *testing.T) {
	w := newWorld(t)
	here, _ := w.filedCase(hinata)
	there, _ := w.filedCase(minato)
	w.compared(here, "resident-record", "matched", "matched")
	w.compared(there, "resident-record", "matched", "facts", "no-answer")
	one := func(who, query string, index int, headers ...string) map[string]any {
		t.Helper()
		items := w.call(who, http.MethodGet, readinessPath+"?procedure=child-allowance-claim&item=resident-record"+query, nil,
			headers...).ok(http.StatusOK)["items"].([]any)
		if len(items) <= index {
			t.Fatalf("%s %s: %d items", who, query, len(items))
		}
		return items[index].(map[string]any)
	}
	if got := one("admin-hinata-1", "", 0); got["municipality"] != hinata || got["ready"] != true || got["agreement_rate"] != 1.0 || got["phase"] != "full" ||
		len(got["missing"].([]any)) != 0 {
		t.Errorf("ひなた市: %v", got)
	}
	behind := one("admin-national-1", "&municipality="+minato, 0)
	if behind["ready"] != false || behind["phase"] != "trial" || behind["discrepant"].(map[string]any)["total"] != 2.0 {
		t.Errorf("みなと町: %v", behind)
	}
	missing := behind["missing"].([]any)[0].(map[string]any)
	if missing["threshold"] != "agreement" || missing["text"] != "一致率が33.33%で、基準の90%に届いていません。このあと続けて17件一致すると届きます。" ||
		!strings.Contains(missing["plain"].(string), "つづけて おなじ") {
		t.Errorf("missing: %v", missing)
	}
	english := one("auditor", "&municipality="+minato, 0, "Accept-Language", "en")["missing"].([]any)[0].(map[string]any)["text"]
	if english != "33.33% agreed; 90% are needed. It is reached when the next 17 all agree." {
		t.Errorf("in English: %v", english)
	}
	all := w.call("admin-national-1", http.MethodGet, readinessPath, nil).ok(http.StatusOK)
	if all["total"].(map[string]any)["compared"] != 5.0 || len(all["country"].([]any)) == 0 {
		t.Errorf("in total: %v", all["total"])
	}
	own := w.call("admin-hinata-1", http.MethodGet, readinessPath, nil).ok(http.StatusOK)
	if own["total"].(map[string]any)["compared"] != 2.0 || len(own["country"].([]any)) != 0 {
		t.Errorf("ひなた市 in total: %v", own["total"])
	}
	first := w.call("admin-national-1", http.MethodGet, readinessPath+"?limit=2", nil).ok(http.StatusOK)
	second := w.call("admin-national-1", http.MethodGet, readinessPath+"?limit=2&cursor="+first["next"].(string), nil).ok(http.StatusOK)
	if len(second["items"].([]any)) != 2 || fmt.Sprint(second["items"].([]any)[0]) != fmt.Sprint(all["items"].([]any)[2]) {
		t.Errorf("the second page: %v", second["items"])
	}
	for query, parameter := range map[string]string{"procedure=x": "procedure", "item=x": "item", "municipality=998011": "municipality", "cursor=x": "cursor",
		"limit=0": "limit"} {
		p := w.call("admin-national-1", http.MethodGet, readinessPath+"?"+query, nil).refused(http.StatusUnprocessableEntity, "invalid-request")
		if d := details(p); len(d) != 1 || d[0]["parameter"] != parameter || d[0]["detail"] == "" {
			t.Errorf("%s: %v", query, d)
		}
	}
	w.call("admin-hinata-1", http.MethodGet, readinessPath+"?municipality="+minato, nil).refused(http.StatusNotFound, "not-found")
}

func TestTheChecklistOverHTTP(t *testing.T) {
	w := newWorld(t)
	tried := map[string]any{"procedure": "child-allowance-claim", "item": "resident-record", "tried": "counter", "note": "窓口で3件"}
	put := w.call("admin-hinata-1", http.MethodPut, readinessPath+"/checks", tried).ok(http.StatusOK)
	if put["done"] != true || put["note"] != "窓口で3件" || put["name"] != "窓口で試した" {
		t.Errorf("%v", put)
	}
	pair := w.call("auditor", http.MethodGet, readinessPath+"?procedure=child-allowance-claim&item=resident-record&municipality="+hinata,
		nil).ok(http.StatusOK)["items"].([]any)[0].(map[string]any)
	checks := pair["checks"].([]any)
	if len(checks) != 3 || checks[0].(map[string]any)["done"] != true || checks[1].(map[string]any)["done"] != false {
		t.Errorf("%v", checks)
	}
	tried["done"] = false
	if put := w.call("admin-hinata-1", http.MethodPut, readinessPath+"/checks", tried).ok(http.StatusOK); put["done"] != false {
		t.Errorf("taken back: %v", put)
	}
	bad := w.call("admin-hinata-1", http.MethodPut, readinessPath+"/checks", map[string]any{"procedure": "x", "item": "y", "tried": "counter"}).
		refused(http.StatusUnprocessableEntity, "invalid-request")
	if d := details(bad); len(d) != 1 || d[0]["pointer"] != "/procedure" {
		t.Errorf("%v", d)
	}
	w.call("admin-national-1", http.MethodPut, readinessPath+"/checks", tried).refused(http.StatusForbidden, "forbidden")
}
