package directory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/directory/simulator"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/residents"
)

// start runs a directory that asks for certificates, and a client that has one.
func start(t *testing.T) (*simulator.Server, *directory.Client) {
	t.Helper()
	a, err := mutual.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	server, err := a.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	own, err := a.Client("onestop")
	if err != nil {
		t.Fatal(err)
	}
	s, err := simulator.Start(simulator.Options{Addr: "127.0.0.1:0", TLS: server})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	nobody, err := a.Client("")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Certificates = nil
	if err := directory.New(directory.Options{URL: s.URL(), TLS: nobody}).Ready(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a client without a certificate: %v", err)
	}
	return s, directory.New(directory.Options{URL: s.URL(), TLS: own, Timeout: 5 * time.Second})
}

// applicant is as in the example forms.
func applicant(municipality string) directory.Query {
	return directory.Query{Municipality: municipality, FamilyName: "日向", GivenName: "花子", FamilyKana: "ヒナタ", GivenKana: "ハナコ",
		BirthDate: "1992-04-10", Address: "ひなた市あおば町1丁目2番3号"}
}

func with(q directory.Query, change func(*directory.Query)) directory.Query {
	change(&q)
	return q
}

func TestFind(t *testing.T) {
	_, c := start(t)
	id := func(n int) string { return residents.ID("998010", n) }
	child := directory.Query{Municipality: "998010", FamilyName: "日向", GivenName: "空", FamilyKana: "ヒナタ", GivenKana: "ソラ", Address: "みなと町なみ1番地"}
	same := directory.Query{Municipality: "998010", FamilyKana: "あおぞら", GivenKana: "ゆい", BirthDate: "1991-07-07"}
	reading := directory.Query{
		Municipality: "998010",
		FamilyName:   "中嶋台",
		GivenName:    "奏",
		FamilyKana:   "ナカシマダイ",
		GivenKana:    "カナデ",
		BirthDate:    "1988-11-11",
		Address:      "ひなた市さくら台1-2-2",
	}
	for name, c1 := range map[string]struct {
		query directory.Query
		exact string   // who is exact, if anybody
		all   []string // who is among the candidates
		only  bool     // nobody else is
	}{
		"ひなた市": {applicant("998010"), id(residents.ExampleApplicant), nil, true},
		"みなと町": {applicant("998028"), residents.ID("998028", residents.ExampleApplicant), nil, true},
		"もり村":  {applicant("998036"), residents.ID("998036", residents.ExampleApplicant), nil, true},
		"written otherwise": {with(applicant("998010"), func(q *directory.Query) {
			q.FamilyKana, q.GivenKana, q.Address = "ひなた", "ﾊﾅｺ", "ひなた市 あおば町一丁目２－３"
		}), id(residents.ExampleApplicant), nil, true},
		"another address": {with(applicant("998010"), func(q *directory.Query) { q.Address = "もり村こだち1番地" }), "",
			[]string{id(residents.ExampleApplicant)}, true},
		"without address": {with(applicant("998010"), func(q *directory.Query) { q.Address = "" }), "", []string{id(residents.ExampleApplicant)}, true},
		"a wrong birth date": {with(applicant("998010"), func(q *directory.Query) { q.BirthDate = "1992-04-11" }), "",
			[]string{id(residents.ExampleApplicant)}, false},
		"a child at the former address": {with(child, func(q *directory.Query) { q.BirthDate = "2018-05-10" }), id(residents.ExampleChild2018), nil, true},
		"a child where it lives": {with(child, func(q *directory.Query) { q.BirthDate, q.Address = "2024-08-15", applicant("998010").Address }),
			id(residents.ExampleChild2024), nil, true},
		"two of one name": {same, "", []string{id(residents.SameNameFirst), id(residents.SameNameSecond)}, true},
		"one of them": {with(same, func(q *directory.Query) { q.Address = "ひなた市さくら台7-8-9" }), id(residents.SameNameSecond),
			[]string{id(residents.SameNameFirst)}, true},
		"one name, read in Latin letters": {directory.Query{Municipality: "998010", FamilyName: "SURYANI", FamilyKana: "Suryani", BirthDate: "1990-12-24",
			Address: "ひなた市さくら台3-3-3"}, id(residents.OneName), nil, true},
		"a family name alone": {with(applicant("998010"), func(q *directory.Query) { q.GivenName, q.GivenKana = "", "" }), "",
			[]string{id(residents.ExampleApplicant)}, true},
		"another sound mark": {reading, "", []string{id(residents.OtherReading)}, true},
		"its own sound mark": {with(reading, func(q *directory.Query) { q.FamilyKana = "ナカジマダイ" }), id(residents.OtherReading), nil, true},
		"nobody":             {directory.Query{Municipality: "998010", FamilyKana: "ダレモイナイ", GivenKana: "ヒト"}, "", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := c.Find(t.Context(), c1.query)
			if err != nil {
				t.Fatal(err)
			}
			wanted := c1.all
			if c1.exact != "" {
				wanted = append([]string{c1.exact}, wanted...)
			}
			got := map[string]directory.Candidate{}
			for i, one := range found {
				got[one.ResidentID] = one
				if one.Exact != (one.ResidentID == c1.exact) || one.Exact && i > 0 {
					t.Errorf("%+v", one)
				}
			}
			for _, w := range wanted {
				if got[w].ResidentID == "" {
					t.Errorf("%s is not among %v", w, found)
				}
			}
			if c1.only && len(found) != len(wanted) {
				t.Errorf("%d candidates instead of %d: %v", len(found), len(wanted), found)
			}
		})
	}
}

func TestGeneratedResidentsAreFound(t *testing.T) {
	_, c := start(t)
	g := &residents.Register{}
	for _, n := range []int{1, 2, 3, 4, 4_711, residents.Generated} {
		r, _ := g.Resident(residents.ID("998036", n))
		found, err := c.Find(t.Context(), directory.Query{Municipality: "998036", FamilyName: r.FamilyName, GivenName: r.GivenName, FamilyKana: r.FamilyKana,
			GivenKana: r.GivenKana, BirthDate: r.BirthDate, Address: r.Address})
		if err != nil || len(found) == 0 || !found[0].Exact || found[0].ResidentID != r.ID || len(found) > 1 && found[1].Exact {
			t.Errorf("%+v: %+v, %v", r, found, err)
		}
	}
	many, err := c.Find(t.Context(), directory.Query{Municipality: "998036", FamilyKana: "アオバノ", GivenKana: "アオイ"})
	if err != nil || len(many) != directory.MaxCandidates {
		t.Errorf("%d candidates, %v", len(many), err)
	}
}

func TestAProtectedPersonIsMarked(t *testing.T) {
	_, c := start(t)
	found, err := c.Find(t.Context(), directory.Query{Municipality: "998028", FamilyKana: "ツキカゲ", GivenKana: "サクラ"})
	if err != nil || len(found) != 1 || !found[0].Protected {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestQueriesThatCannotBeAsked(t *testing.T) {
	s, c := start(t)
	s.SetFaults(simulator.Faults{Down: true}) // none of these may get there
	for name, q := range map[string]directory.Query{
		"no municipality":       {FamilyKana: "ヒナタ"},
		"no family name":        {Municipality: "998010", GivenKana: "ハナコ"},
		"a date that is none":   {Municipality: "998010", FamilyKana: "ヒナタ", BirthDate: "1992-02-30"},
		"too long":              {Municipality: "998010", FamilyKana: strings.Repeat("ア", 301)},
		"an individual number":  {Municipality: "998010", FamilyKana: "ヒナタ", Address: "1234-5678-9018"},
		"one in the given name": {Municipality: "998010", FamilyKana: "ヒナタ", GivenName: "１２３４５６７８９０１８"},
	} {
		_, err := c.Find(t.Context(), q)
		f := fault.As(err)
		if f == nil || f.Kind != fault.Refused || f.Extra["component"] != directory.Component || strings.Contains(f.Error(), "5678") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Find(t.Context(), directory.Query{Municipality: "999999", FamilyKana: "ヒナタ"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("down: %v", err)
	}
}

func TestDownAndSlow(t *testing.T) {
	s, c := start(t)
	set := func(body string) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.ControlURL()+"/control/faults", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	if set(`{"down":true}`) != http.StatusOK {
		t.Error("the fault was refused")
	}
	if f := fault.As(c.Ready(t.Context())); f == nil || f.Kind != fault.Unavailable || f.Extra["retry_after"] != "5" {
		t.Errorf("%v", f)
	}
	if set(`{"slow":"1h"}`) != http.StatusOK || set(`{"slow":"2h"}`) != http.StatusUnprocessableEntity || set(`{"fast":1}`) != http.StatusUnprocessableEntity {
		t.Error("delays are not checked")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Find(ctx, applicant("998010")); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("slow: %v", err)
	}
	if set(`{}`) != http.StatusOK || c.Ready(t.Context()) != nil {
		t.Error("it did not recover")
	}
	_ = s.Close()
	if _, err := c.Find(t.Context(), applicant("998010")); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("gone: %v", err)
	}
}

func TestWrongAnswers(t *testing.T) {
	good := map[string]any{"resident_id": "R-1", "name": "日向 花子", "kana": "ヒナタ ハナコ", "birth_date": "1992-04-10", "address": "ひなた市", "protected": false}
	one := func(key string, value any) map[string]any {
		c := map[string]any{}
		for k, v := range good {
			c[k] = v
		}
		c[key] = value
		return map[string]any{"candidates": []any{c}}
	}
	for name, body := range map[string]any{
		"no id":                   one("resident_id", ""),
		"an id that is none":      one("resident_id", "../../etc"),
		"an individual number":    one("resident_id", "123456789018"),
		"one in the address":      one("address", "1234 5678 9018"),
		"a date that is none":     one("birth_date", "平成4年"),
		"an unknown member":       one("my_number", "x"),
		"a name that is too long": one("name", strings.Repeat("日", 301)),
		"one resident twice":      map[string]any{"candidates": []any{good, good}},
		"another shape":           map[string]any{"found": []any{}},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			var b bytes.Buffer
			_ = json.NewEncoder(&b).Encode(body)
			_, _ = w.Write(b.Bytes())
		}))
		_, err := directory.New(directory.Options{URL: s.URL}).Find(t.Context(), applicant("998010"))
		if fault.KindOf(err) != fault.Unavailable || strings.Contains(err.Error(), "9018") {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}
