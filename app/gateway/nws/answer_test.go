package nws_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
)

// secret stands for what must never get into an error.
const secret = "日向 花子"

// says is a network that gives one answer to everything.
func says(t *testing.T, media, body string) *nws.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return nws.New(nws.Options{URL: s.URL})
}

// done is the outcome of inquiry N-1 with some of its members.
func done(members string) string {
	return `{"reference":"N-1","state":"done","answered_at":"2026-06-01T00:00:00Z",` + members + `}`
}

func TestOutcomesThatAreNotAgreedOn(t *testing.T) {
	facts := map[string]string{}
	for i := range 65 {
		facts[fmt.Sprintf("fact_%d", i)] = "x"
	}
	many, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"an unknown kind":               done(`"result":"perhaps","provider":"X-P-001"`),
		"a kind in another case":        done(`"result":"Answered","provider":"X-P-001","facts":{"name":"` + secret + `"}`),
		"no kind":                       done(`"provider":"X-P-001"`),
		"an unknown state":              `{"reference":"N-1","state":"` + "lost" + `"}`,
		"pending with a result":         `{"reference":"N-1","state":"pending","result":"answered"}`,
		"pending with facts":            `{"reference":"N-1","state":"pending","facts":{"name":"` + secret + `"}}`,
		"no instant":                    `{"reference":"N-1","state":"done","result":"no-record"}`,
		"facts that are no answer":      done(`"result":"no-record","facts":{"name":"` + secret + `"}`),
		"an answer without facts":       done(`"result":"answered","provider":"X-P-001"`),
		"an answer with empty facts":    done(`"result":"answered","provider":"X-P-001","facts":{}`),
		"an answer without provider":    done(`"result":"answered","facts":{"name":"` + secret + `"}`),
		"a provider that is no code":    done(`"result":"no-record","provider":"` + secret + `"`),
		"deep facts":                    done(`"result":"answered","provider":"X-P-001","facts":{"name":{"family":"` + secret + `"}}`),
		"null facts":                    done(`"result":"answered","provider":"X-P-001","facts":{"name":null}`),
		"too many facts":                done(`"result":"answered","provider":"X-P-001","facts":` + string(many)),
		"a fact without a name":         done(`"result":"answered","provider":"X-P-001","facts":{"":"` + secret + `"}`),
		"a fact that is too long":       done(`"result":"answered","provider":"X-P-001","facts":{"name":"` + strings.Repeat("日", 1_001) + `"}`),
		"an individual number":          done(`"result":"answered","provider":"X-P-001","facts":{"name":"1234 5678 9018"}`),
		"an individual number, as such": done(`"result":"answered","provider":"X-P-001","facts":{"name":123456789018}`),
		"an unknown member":             done(`"result":"no-record","my_number":"` + secret + `"`),
		"another inquiry":               strings.Replace(done(`"result":"no-record"`), "N-1", "N-2", 1),
		"two values":                    done(`"result":"no-record"`) + done(`"result":"answered"`),
		"huge":                          done(`"result":"no-record","provider":"` + strings.Repeat("x", 5<<20) + `"`),
		"nothing":                       "",
		"HTML":                          "<html>" + secret,
	} {
		_, err := says(t, "application/json", body).Poll(t.Context(), "N-1")
		f := fault.As(err)
		if f == nil || f.Kind != fault.Unavailable || f.Extra["component"] != nws.Component || strings.Contains(err.Error(), secret) ||
			strings.Contains(err.Error(), "9018") {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	if _, err := says(t, "text/html", done(`"result":"no-record"`)).Poll(t.Context(), "N-1"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("another media type: %v", err)
	}
	if o, err := says(t, "application/json; charset=utf-8", done(`"result":"no-record"`)).Poll(t.Context(), "N-1"); err != nil || o.Result != nws.NoRecord {
		t.Errorf("a good one: %+v, %v", o, err)
	}
}

func TestTicketsThatAreNotAgreedOn(t *testing.T) {
	i := inquiry("998010", 1, "pension")
	good := `{"key":"` + i.Key + `","reference":"N-1","provider":"X-P-001","poll_after_ms":99999999999}`
	if ticket, err := says(t, "application/json", good).Submit(t.Context(), i); err != nil || ticket.PollAfter.Hours() != 1 {
		t.Errorf("%+v, %v", ticket, err)
	}
	for name, body := range map[string]string{
		"another key":           strings.Replace(good, i.Key, "1", 1),
		"no reference":          strings.Replace(good, "N-1", "", 1),
		"a reference of a path": strings.Replace(good, "N-1", "../../x", 1),
		"a provider's name":     strings.Replace(good, "X-P-001", secret, 1),
		"HTML":                  "<html>",
	} {
		if _, err := says(t, "application/json", body).Submit(t.Context(), i); fault.KindOf(err) != fault.Unavailable || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, body := range map[string]string{
		"a ticket twice":       `{"submitted":[` + good + `,` + good + `]}`,
		"a ticket of somebody": `{"submitted":[{"key":"1","reference":"N-1"}]}`,
	} {
		if _, err := says(t, "application/json", body).SubmitMany(t.Context(), []nws.Inquiry{i}); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := says(t, "application/json", `{"submitted":[]}`).SubmitMany(t.Context(), []nws.Inquiry{i})
	if err != nil || fault.KindOf(got[0].Err) != fault.Unavailable {
		t.Errorf("no ticket: %+v, %v", got, err)
	}
}

// One bad outcome of a batch hurts no other (P7).
func TestOneBadOutcomeHurtsNoOther(t *testing.T) {
	other := func(o, reference string) string { return strings.Replace(o, "N-1", reference, 1) }
	good := done(`"result":"answered","provider":"X-P-001","facts":{"scheme":"national"}`)
	c := says(t, "application/json", `{"outcomes":[`+strings.Join([]string{good, other(done(`"result":"perhaps"`), "N-2"),
		other(good, "N-3"), other(done(`"result":"no-record"`), "N-3"), other(good, "N-3")}, ",")+`]}`)
	got, err := c.PollMany(t.Context(), []string{"N-1", "N-2", "N-3", "N-4"})
	if err != nil || len(got) != 4 || got["N-1"].Result != nws.Answered || got["N-1"].Err != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, r := range []string{"N-2", "N-3", "N-4"} { // unknown kind, contradiction, not in the answer
		if fault.KindOf(got[r].Err) != fault.Unavailable || got[r].Facts != nil {
			t.Errorf("%s: %+v", r, got[r])
		}
	}
	if _, err := c.PollMany(t.Context(), []string{"N-2"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("outcomes that were not asked for: %v", err)
	}
}

func FuzzPoll(f *testing.F) {
	f.Add(done(`"result":"answered","provider":"X-P-001","facts":{"scheme":"national"}`))
	f.Add(`{"reference":"N-1","state":"pending","poll_after_ms":-1}`)
	f.Add(`{"outcomes":[]}`)
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}))
	f.Cleanup(s.Close)
	c := nws.New(nws.Options{URL: s.URL})
	f.Fuzz(func(t *testing.T, text string) {
		body = text
		o, err := c.Poll(t.Context(), "N-1")
		if err != nil && fault.KindOf(err) != fault.Unavailable {
			t.Fatal(err)
		}
		if err == nil && o.Pending == (o.Result != "") || o.PollAfter < 0 || o.Facts != nil && o.Result != nws.Answered {
			t.Fatalf("%q became %+v, %v", text, o, err)
		}
	})
}
