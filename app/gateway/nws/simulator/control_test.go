package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/models"
)

func start(t *testing.T) *simulator.Server {
	t.Helper()
	s, err := simulator.Start(simulator.Options{Addr: "127.0.0.1:0", Delay: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// call makes a call to the controls and gives the status and the body.
func call(t *testing.T, s *simulator.Server, method, path, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// answer asks for the example applicant's item in みなと町.
func answer(t *testing.T, s *simulator.Server, item string) nws.Outcome {
	t.Helper()
	c := nws.New(nws.Options{URL: s.URL()})
	ticket, err := c.Submit(t.Context(), nws.Inquiry{Key: models.NewID(), Inquirer: "998028", Affair: "X-A-001", Item: item, Basis: "法",
		Resident: residents.ID("998028", residents.ExampleApplicant), Subject: "applicant", AsOf: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for {
		o, err := c.Poll(t.Context(), ticket.Reference)
		if err != nil {
			t.Fatal(err)
		}
		if !o.Pending {
			return o
		}
	}
}

const applicantsPension = "/control/residents/R-998028-0900001/items/pension"

func TestFaultsOverHTTP(t *testing.T) {
	s := start(t)
	all := simulator.Faults{Down: true, Cut: true, Slow: simulator.Duration(time.Millisecond), AnswerDelay: simulator.Duration(time.Second), WrongField: true,
		Duplicate: "twice", Late: true, Lost: 3, MaxBatch: 5, ProvidersDown: []string{"X-P-001"}, Results: map[string]nws.Result{"pension": nws.Timeout}}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := call(t, s, "PUT", "/control/faults", string(text)); status != 200 || !reflect.DeepEqual(s.Faults(), all) {
		t.Fatalf("%d %s", status, body)
	}
	_, body := call(t, s, "GET", "/control/faults", "")
	var shown simulator.Faults
	if err := json.Unmarshal([]byte(body), &shown); err != nil || !reflect.DeepEqual(shown, all) { // also while everything else is down
		t.Errorf("%s, %v", body, err)
	}
	for _, wrong := range []string{`{"results":{"pension":"perhaps"}}`, `{"results":{"diary":"timeout"}}`, `{"providers_down":["X"]}`, `{"slow":"2h"}`,
		`{"slow":"soon"}`,
		`{"lost":-1}`, `{"duplicate":"thrice"}`, `{"unknown":1}`, `{`, `{}{}`} {
		if status, _ := call(t, s, "PUT", "/control/faults", wrong); status < 400 || status > 499 || !reflect.DeepEqual(s.Faults(), all) {
			t.Errorf("%s: %d", wrong, status)
		}
	}
	if status, _ := call(t, s, "PUT", "/control/faults", "{}", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	if status, _ := call(t, s, "PUT", "/control/faults", "{}"); status != 200 || !reflect.DeepEqual(s.Faults(), simulator.Faults{}) {
		t.Errorf("%d, %+v", status, s.Faults())
	}
}

func TestAProviderCorrectsItsData(t *testing.T) {
	s := start(t)
	if o := answer(t, s, "pension"); o.Facts["enrolled_on"] != "2019-04-01" {
		t.Errorf("%+v", o)
	}
	_, body := call(t, s, "GET", applicantsPension, "")
	if !strings.Contains(body, `"enrolled_on":"2018-04-01"`) || !strings.Contains(body, `"corrected":false`) {
		t.Error(body)
	}
	if status, body := call(t, s, "PUT", applicantsPension, `{"facts":{"scheme":"employees","enrolled_on":"2018-04-01"}}`); status != 200 ||
		!strings.Contains(body, `"corrected":true`) {
		t.Errorf("%d %s", status, body)
	}
	if o := answer(t, s, "pension"); o.Facts["enrolled_on"] != "2018-04-01" || o.Provider != "X-P-001" {
		t.Errorf("%+v", o)
	}
	if status, _ := call(t, s, "PUT", applicantsPension, `{"result":"not-disclosed"}`); status != 200 {
		t.Error(status)
	}
	if o := answer(t, s, "pension"); o.Result != nws.NotDisclosed || o.Facts != nil {
		t.Errorf("%+v", o)
	}
	if status, _ := call(t, s, "DELETE", applicantsPension, ""); status != http.StatusNoContent {
		t.Error(status)
	}
	if o := answer(t, s, "pension"); o.Facts["enrolled_on"] != "2019-04-01" {
		t.Errorf("%+v", o)
	}
	for _, wrong := range []string{`{}`, `{"facts":{}}`, `{"result":"answered"}`, `{"result":"perhaps"}`, `{"facts":{"a":"b"},"result":"timeout"}`,
		`{"facts":{"a":{"b":"c"}}}`, `{"facts":{"A b":"c"}}`, `{"facts":{"a":"1234-5678-9018"}}`} {
		if status, _ := call(t, s, "PUT", applicantsPension, wrong); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, status)
		}
	}
	if status, _ := call(t, s, "PUT", "/control/residents/R-998028-0999999/items/pension", `{"result":"timeout"}`); status != http.StatusUnprocessableEntity {
		t.Errorf("nobody: %d", status)
	}
	if status, _ := call(t, s, "GET", "/control/residents/R-998028-0900001/items/diary", ""); status != http.StatusNotFound {
		t.Errorf("nothing: %d", status)
	}
}

func TestDuplicateAsAResult(t *testing.T) {
	s := start(t)
	if err := s.SetFaults(simulator.Faults{Duplicate: simulator.DuplicateResult}); err != nil {
		t.Fatal(err)
	}
	if o := answer(t, s, "pension"); o.Result != nws.Duplicate {
		t.Errorf("%+v", o)
	}
}

func TestCounts(t *testing.T) {
	s := start(t)
	answer(t, s, "pension")
	var totals simulator.Totals
	_, body := call(t, s, "GET", "/control/totals", "")
	if err := json.Unmarshal([]byte(body), &totals); err != nil || totals.Processed != 1 || totals.Answered != 1 || totals.Polled < 1 || totals.Waiting != 1 {
		t.Errorf("%s, %v", body, err)
	}
	if _, body := call(t, s, "GET", "/control/inquiries/"+models.NewID(), ""); strings.TrimSpace(body) != `{"asked":0}` {
		t.Error(body)
	}
}

func TestThePageHasNoScriptAndNamesEachField(t *testing.T) {
	s := start(t)
	for lang, title := range map[string]string{"ja": "情報提供ネットワークシステムの模擬", "en": "Simulated inter-agency network"} {
		status, body := call(t, s, "GET", "/?lang="+lang, "")
		if status != 200 || !strings.Contains(body, "<title>"+title+"</title>") || strings.Contains(body, "<no value>") || strings.Contains(body, "<script") {
			t.Fatalf("%d %s", status, body)
		}
		for _, field := range regexp.MustCompile(`<(?:input|select)[^>]*>`).FindAllString(body, -1) {
			id := regexp.MustCompile(` id="([^"]+)"`).FindStringSubmatch(field)
			labelled := strings.Contains(body, `<label class="tick">`+field) || id != nil && strings.Contains(body, ` for="`+id[1]+`"`)
			if !labelled && !strings.Contains(field, `type="hidden"`) {
				t.Errorf("%s has no label", field)
			}
		}
	}
	if _, body := call(t, s, "GET", "/", "", "Accept-Language", "en-GB,ja;q=0.5"); !strings.Contains(body, `<html lang="en">`) {
		t.Error("the browser's language is not used")
	}
}

func TestTheSwitchesOfThePage(t *testing.T) {
	s := start(t)
	post := func(path string, form url.Values) (int, string) {
		t.Helper()
		return call(t, s, "POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	status, body := post(
		"/faults",
		url.Values{"lang": {"en"}, "late": {"1"}, "duplicate": {"twice"}, "slow": {"1ms"}, "answer_delay": {""}, "lost": {"2"}, "max_batch": {""},
			"provider": {"X-P-001", "998036"}, "result.local-tax": {"undeclared"}, "result.pension": {""}},
	)
	want := simulator.Faults{Late: true, Duplicate: "twice", Slow: simulator.Duration(time.Millisecond), Lost: 2, ProvidersDown: []string{"X-P-001", "998036"},
		Results: map[string]nws.Result{"local-tax": nws.Undeclared}}
	if status != 200 || !reflect.DeepEqual(s.Faults(), want) || !strings.Contains(body, "Changed.") || !strings.Contains(body, `value="998036" checked`) {
		t.Errorf("%d %+v %s", status, s.Faults(), body)
	}
	for _, wrong := range []url.Values{{"slow": {"soon"}}, {"lost": {"many"}}, {"provider": {"X"}}, {"result.pension": {"perhaps"}}} {
		if status, body := post("/faults", wrong); status != http.StatusUnprocessableEntity || !strings.Contains(body, `role="alert"`) ||
			!reflect.DeepEqual(s.Faults(), want) {
			t.Errorf("%v: %d", wrong, status)
		}
	}
	if status, _ := post("/faults", url.Values{}); status != 200 {
		t.Error(status)
	}

	one := url.Values{"resident": {"R-998028-0900001"}, "item": {"pension"}, "field": {"enrolled_on"}, "value": {"2018-04-01"}}
	if status, _ := post("/corrections", one); status != 200 {
		t.Error(status)
	}
	one.Set("field", "pension_amount")
	one.Set("value", "780000")
	if status, _ := post("/corrections", one); status != 200 {
		t.Error(status)
	}
	if o := answer(t, s, "pension"); o.Facts["enrolled_on"] != "2018-04-01" || o.Facts["pension_amount"] != 780_000.0 || o.Facts["scheme"] != "employees" {
		t.Errorf("%+v", o)
	}
	one.Set("undo", "1")
	if status, _ := post("/corrections", one); status != 200 {
		t.Error(status)
	}
	if o := answer(t, s, "pension"); o.Facts["enrolled_on"] != "2019-04-01" {
		t.Errorf("%+v", o)
	}
	if status, _ := post("/corrections", url.Values{"resident": {"nobody"}, "item": {"pension"}, "field": {"a"},
		"value": {"b"}}); status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
}
