package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/models"
)

const applications = "/api/v1/applications"

// deep is a value nested so many levels.
func deep(levels int) any {
	var v any = "x"
	for range levels {
		v = map[string]any{"a": v}
	}
	return v
}

// changed is a copy of a draft's body of which a path of members is another value; "-" takes the member away.
func changed(body map[string]any, value any, path ...string) map[string]any {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(err)
	}
	at := out
	for _, p := range path[:len(path)-1] {
		next, ok := at[p].(map[string]any)
		if !ok { // an element of a list: the first
			next = at[p].([]any)[0].(map[string]any)
		}
		at = next
	}
	if last := path[len(path)-1]; value == "-" {
		delete(at, last)
	} else {
		at[last] = value
	}
	return out
}

func TestWhatIsWrongWithABodyIsNamed(t *testing.T) {
	w := newWorld(t)
	good := w.claim(hinata)
	tomorrow := time.Now().AddDate(0, 0, 2).Format("2006-01-02")
	for name, c := range map[string]struct {
		body          any
		status        int
		code          string
		detail, where string // one of the errors; empty if the problem says it all
	}{
		"not JSON":                       {`{"procedure": `, 400, "malformed", "", ""},
		"two values":                     {`{} {}`, 400, "malformed", "", ""},
		"a list":                         {`[]`, 422, "invalid-request", "wrong-type", ""},
		"no body":                        {nil, 400, "malformed", "", ""},
		"a member too many":              {changed(good, 1, "colour"), 422, "invalid-request", "unknown-member", "/colour"},
		"no procedure":                   {changed(good, "-", "procedure"), 422, "invalid-request", "required", "/procedure"},
		"a number for the municipality":  {changed(good, 998010, "municipality"), 422, "invalid-request", "wrong-type", "/municipality"},
		"an unknown procedure":           {changed(good, "child-allowance", "procedure"), 422, "unknown-procedure", "unknown-procedure", "/procedure"},
		"a wrong check digit":            {changed(good, "998011", "municipality"), 422, "invalid-municipality", "invalid-municipality", "/municipality"},
		"a municipality without service": {changed(good, "131016", "municipality"), 422, "invalid-municipality", "invalid-municipality", "/municipality"},
		"facts as a list":                {changed(good, []any{}, "facts"), 422, "invalid-request", "wrong-type", "/facts"},
		"an unknown fact":                {changed(good, true, "facts", "has_spouse"), 422, "invalid-facts", "unknown-field", "/facts/has_spouse"},
		"a fact of the wrong type":       {changed(good, "yes", "facts", "divorce_in_progress"), 422, "invalid-facts", "wrong-type", "/facts/divorce_in_progress"},
		"a day that does not exist": {changed(good, "2025-02-30", "facts", "children", "birth_date"), 422, "invalid-facts", "invalid-date",
			"/facts/children/0/birth_date"},
		"a child of the future": {changed(good, tomorrow, "facts", "children", "birth_date"), 422, "invalid-facts", "date-in-future",
			"/facts/children/0/birth_date"},
		"a fact's wrong check digit": {changed(good, "131017", "facts", "children", "municipality"), 422, "invalid-facts", "invalid-municipality",
			"/facts/children/0/municipality"},
		"a form of ten levels": {changed(good, deep(10), "form", "applicant"), 422, "invalid-form", "too-deep", "/form"},
		"an unknown field": {changed(good, "x", "form", "applicant", "favourite_colour"), 422, "invalid-form", "unknown-field",
			"/form/applicant/favourite_colour"},
		"an individual number": {changed(good, "番号は 1234-5678-9018 です", "form", "applicant", "workplace"), 422, "individual-number", "individual-number",
			"/form/applicant/workplace"},
		"forty levels":          {changed(good, deep(40), "form", "applicant"), 400, "malformed", "", ""},
		"two megabytes":         {changed(good, strings.Repeat("あ", 700_000), "form", "applicant", "workplace"), 413, "too-large", "", ""},
		"a choice that is none": {changed(good, "replace", "on_duplicate"), 422, "invalid-request", "not-a-choice", "/on_duplicate"},
		"a declaration of nothing": {changed(good, []any{map[string]any{"document": "bank-passbook", "subject": "child-1", "kind": "will-follow", "reason": "x"}},
			"declarations"),
			422, "invalid-declaration", "unknown-document", "/declarations/0/document"},
		"a number in a reason": {changed(good, []any{map[string]any{"document": "bank-passbook", "subject": "applicant", "kind": "will-follow",
			"reason": "123456789018"}}, "declarations"),
			422, "individual-number", "individual-number", "/declarations/0/reason"},
	} {
		t.Run(name, func(t *testing.T) {
			one := w.within(t)
			for _, lang := range []string{"ja", "en"} {
				got := one.call("parent-1", http.MethodPost, applications, c.body, "Accept-Language", lang)
				p := got.refused(c.status, c.code)
				if c.detail != "" {
					got.names(p, c.detail, c.where)
				}
				inLanguage(t, p, lang)
				if strings.Contains(string(got.Body), "123456789018") || strings.Contains(string(got.Body), "5678") {
					t.Errorf("the individual number is repeated: %s", got.Body)
				}
			}
		})
	}
	if list := w.call("parent-1", http.MethodGet, applications, nil).ok(200); len(list["items"].([]any)) != 0 {
		t.Errorf("something of what was refused is there: %v", list)
	}
}

// inLanguage checks that every text of a problem is in the reader's language.
func inLanguage(t *testing.T, p map[string]any, lang string) {
	t.Helper()
	texts := []string{p["title"].(string), p["detail"].(string)}
	for _, d := range details(p) {
		texts = append(texts, d["detail"])
	}
	for _, text := range texts {
		if japanese := strings.ContainsFunc(text, func(r rune) bool { return r >= 'ぁ' && r <= '鿿' && r != 'マ' }); japanese != (lang == "ja") &&
			!strings.Contains(text, "マイナンバー") {
			t.Errorf("not in %s: %q", lang, text)
		}
	}
}

func TestNumbersAreTakenAsTheyWereWritten(t *testing.T) {
	w := newWorld(t)
	body := w.claim(hinata)
	body["facts"].(map[string]any)["older_siblings_18_22"] = json.RawMessage("1.0")
	got := w.call("parent-1", http.MethodPost, applications, body)
	got.names(got.refused(422, "invalid-facts"), "number-form", "/facts/older_siblings_18_22")
	id, etag := w.draft("parent-1", w.example("pregnancy-notification", hinata))
	for patch, code := range map[string]string{`{"form":{"pregnancy":{"weeks":9.0}}}`: "number-form", `{"form":{"pregnancy":{"weeks":"9"}}}`: "wrong-type"} {
		got = w.call("parent-1", http.MethodPatch, applications+"/"+id, patch, "If-Match", etag)
		got.names(got.refused(422, "invalid-form"), code, "/form/pregnancy/weeks")
	}
}

func TestNamesKeepEveryCharacter(t *testing.T) {
	w := newWorld(t)
	body := w.example("pregnancy-notification", hinata)
	const family, given = "𠮷野", "葛\U000E0100城" // outside the basic plane; with an ideographic variation selector
	applicant := body["form"].(map[string]any)["applicant"].(map[string]any)
	applicant["family_name"], applicant["given_name"] = family, given
	id, _ := w.draft("parent-1", body)
	path := applications + "/" + id
	form := w.call("parent-1", http.MethodGet, path, nil).ok(200)["form"].(map[string]any)["applicant"].(map[string]any)
	if form["family_name"] != family || form["given_name"] != given {
		t.Errorf("the name came back as %q %q", form["family_name"], form["given_name"])
	}
	if got := w.call("parent-1", http.MethodGet, path+"/manifest", nil); !strings.Contains(string(got.Body), family) ||
		!strings.Contains(string(got.Body), given) {
		t.Errorf("the manifest escapes the name: %s", got.Body)
	}
	w.call("parent-1", http.MethodPost, path+"/file", nil).ok(201)
	for lang, word := range map[string]string{"": "受付票", "?lang=en": "Receipt", "?lang=plain": "うけつけの", "?lang=fr": "受付票"} {
		if got := w.call("parent-1", http.MethodGet, path+"/receipt"+lang, nil); !strings.Contains(string(got.Body), family+" "+given) ||
			!strings.Contains(string(got.Body), word) {
			t.Errorf("the receipt%s does not show the name, or not %s: %s", lang, word, got.Body)
		}
	}
}

func TestAnOldCopyIsNotSaved(t *testing.T) {
	w := newWorld(t)
	body := w.example("pregnancy-notification", hinata)
	id, etag := w.draft("parent-1", body)
	path := applications + "/" + id
	w.call("parent-1", http.MethodPatch, path, `{"consents":[]}`).refused(428, "if-match-required")
	w.call("parent-1", http.MethodPatch, path, `{"colour":1}`, "If-Match", etag).refused(422, "invalid-request")
	saved := w.call(
		"parent-1",
		http.MethodPatch,
		path,
		`{"form":{"applicant":{"workplace":"ひなた商店"}}}`,
		"If-Match",
		etag,
		"Content-Type",
		"application/merge-patch+json",
	)
	saved.ok(200)
	if saved.Header.Get("ETag") == etag {
		t.Error("the ETag did not change")
	}
	got := w.call("parent-1", http.MethodPatch, path, `{"form":{"applicant":{"workplace":"みなと工業"}}}`, "If-Match", etag)
	p := got.refused(412, "stale")
	got.names(p, "changed-meanwhile", "/form/applicant/workplace")
	if p["etag"] != saved.Header.Get("ETag") {
		t.Errorf("the newer version is not named: %s", got.Body)
	}
	w.call("parent-1", http.MethodPost, path+"/file", nil, "If-Match", etag).refused(412, "stale")
	w.call("parent-1", http.MethodDelete, path, nil, "If-Match", etag).refused(412, "stale")
	now := w.call("parent-1", http.MethodGet, path, nil)
	w.call("parent-1", http.MethodDelete, path, nil, "If-Match", now.Header.Get("ETag")).ok(204)
	w.call("parent-1", http.MethodGet, path, nil).refused(404, "not-found")
}

func TestARepeatedRequestIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	body := w.example("pregnancy-notification", hinata)
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	w.call("parent-1", http.MethodPost, "/api/v1/filings", raw, "Idempotency-Key", "").refused(400, "idempotency-key-missing")
	w.call("parent-1", http.MethodPost, "/api/v1/filings", raw, "Idempotency-Key", "鍵").refused(400, "malformed")
	key := models.NewID()
	first := w.call("parent-1", http.MethodPost, "/api/v1/filings", raw, "Idempotency-Key", key)
	first.ok(201)
	second := w.call("parent-1", http.MethodPost, "/api/v1/filings", raw, "Idempotency-Key", key)
	if second.ok(201); string(second.Body) != string(first.Body) {
		t.Errorf("the answers differ:\n%s\n%s", first.Body, second.Body)
	}
	w.call("parent-1", http.MethodPost, "/api/v1/filings", string(raw)+" ", "Idempotency-Key", key).refused(409, "idempotency-key-reused")
	again := w.call("parent-1", http.MethodPost, "/api/v1/filings", raw)
	if p := again.refused(409, "duplicate-application"); p["id"] != first.ok(201)["id"] {
		t.Errorf("the first is not named: %s", again.Body)
	}
	w.call("parent-2", http.MethodPost, "/api/v1/filings", raw, "Idempotency-Key", key).ok(201) // a key is a person's own
}

func TestAClosedProcedureIsNotFiled(t *testing.T) {
	w := newWorld(t)
	body := w.example("pregnancy-notification", mori)
	id, _ := w.draft("parent-1", body)
	yesterday := time.Now().AddDate(0, 0, -2).Format("2006-01-02")
	_, err := w.operate.Import(t.Context(), casetest.National, strings.NewReader(
		"municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n"+
			mori+",pregnancy-notification,,"+yesterday+",login,,,,\n"+mori+",child-allowance-donation,,,signature,,,,\n"))
	casetest.Must(t, err)
	p := w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).refused(409, "procedure-closed")
	if p["closes_on"] != yesterday {
		t.Errorf("it does not say until when: %v", p)
	}
	w.call("parent-2", http.MethodPost, applications, body).refused(409, "procedure-closed")
	w.call("parent-2", http.MethodPost, "/api/v1/filings", body).refused(409, "procedure-closed")
	signed := w.example("child-allowance-donation", mori)
	w.call("parent-2", http.MethodPost, "/api/v1/filings", signed).refused(422, "invalid-signature") // it wants a signature, which is made over a draft
	withSignature := maps.Clone(map[string]any{"signature": "MIIB"})
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", withSignature).refused(409, "procedure-closed") // whatever was signed
}
