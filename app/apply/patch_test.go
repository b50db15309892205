package apply_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
)

func TestMergePatch(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	v = s.patch(t, v.ID, v.Version, `{"form":{"event":{"note":null},"applicant":{"phone_other":null,"occupation":"self-employed"}}}`)
	event, applicant := v.Form["event"].(map[string]any), v.Form["applicant"].(map[string]any)
	if event["note"] != nil || event["kind"] != "birth" || applicant["phone_other"] != nil || applicant["occupation"] != "self-employed" ||
		applicant["family_name"] != "日向" {
		t.Errorf("null removes and the rest stays: %v %v", event, applicant)
	}
	// An array is replaced as a whole.
	v = s.patch(t, v.ID, v.Version, `{"consents":["local-tax","local-tax","pension/applicant"]}`)
	v = s.patch(
		t,
		v.ID,
		v.Version,
		`{"consents":["disability"],"declarations":[{"document":"`+record+`","subject":"child-1","kind":"cannot-provide","reason":"役所にない"}]}`,
	)
	if !slices.Equal(v.Consents, []string{"disability"}) || len(v.Declarations) != 1 || v.Declarations[0].Document != record {
		t.Errorf("arrays: %v %v", v.Consents, v.Declarations)
	}
	// null takes a whole member away.
	v = s.patch(t, v.ID, v.Version, `{"consents":null,"declarations":null,"form":null,"facts":null}`)
	if len(v.Consents) != 0 || len(v.Declarations) != 0 || string(v.Facts) != "{}" || v.Plan != nil {
		t.Errorf("emptied: %+v", v)
	}
	// An empty patch changes nothing but the version.
	if w := s.patch(t, v.ID, v.Version, `{}`); w.Version != v.Version+1 || string(w.Facts) != "{}" {
		t.Errorf("an empty patch: %+v", w)
	}
}

// A fact is taken as people write it, and saved as a plan reads it.
func TestAFactIsTakenAsPeopleWriteIt(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	var facts map[string][]map[string]any
	before := string(v.Facts)
	_ = json.Unmarshal(v.Facts, &facts) // of its members, the lists
	children := facts["children"]
	children[0]["birth_date"] = "令和５年４月２日"
	raw, err := json.Marshal(map[string]any{"facts": map[string]any{"children": children}})
	if err != nil {
		t.Fatal(err)
	}
	v = s.patch(t, v.ID, v.Version, string(raw))
	if v.Plan == nil || !strings.Contains(string(v.Facts), `"birth_date":"2023-04-02"`) || strings.Contains(before, "2023-04-02") {
		t.Errorf("it became %s", v.Facts)
	}
}

func TestWhatAPatchRefusesIsNotLost(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	deep := strings.Repeat(`{"a":`, 12) + `1` + strings.Repeat(`}`, 12)
	for patch, c := range map[string]struct {
		code string
		at   []string
	}{
		`null`:                     {fault.CodeMalformed, nil},
		`[]`:                       {fault.CodeMalformed, nil},
		`"facts"`:                  {fault.CodeMalformed, nil},
		`{"facts":`:                {fault.CodeMalformed, nil},
		``:                         {fault.CodeMalformed, nil},
		`{"state":"arrived"}`:      {fault.CodeInvalidRequest, []string{"/state unknown-member"}},
		`{"receipt_number":null}`:  {fault.CodeInvalidRequest, []string{"/receipt_number unknown-member"}},
		`{"a/b~c":1}`:              {fault.CodeInvalidRequest, []string{"/a~1b~0c unknown-member"}},
		`{"123456789018":1}`:       {fault.CodeIndividualNumber, []string{" individual-number"}},
		`{"facts":[]}`:             {fault.CodeInvalidRequest, []string{"/facts wrong-type"}},
		`{"facts":"x"}`:            {fault.CodeInvalidRequest, []string{"/facts wrong-type"}},
		`{"form":[]}`:              {fault.CodeInvalidRequest, []string{"/form wrong-type"}},
		`{"consents":"local-tax"}`: {fault.CodeInvalidRequest, []string{"/consents wrong-type"}},
		`{"consents":[1]}`:         {fault.CodeInvalidRequest, []string{"/consents wrong-type"}},
		`{"declarations":{}}`:      {fault.CodeInvalidRequest, []string{"/declarations wrong-type"}},
		`{"declarations":[{"document":"a","x":1}]}`: {fault.CodeInvalidRequest, []string{"/declarations wrong-type"}},
		`{"facts":{"older_siblings_18_22":3.0}}`:    {fault.CodeInvalidFacts, []string{"/facts/older_siblings_18_22 number-form"}},
		`{"facts":{"older_siblings_18_22":1e1}}`:    {fault.CodeInvalidFacts, []string{"/facts/older_siblings_18_22 number-form"}},
		`{"facts":{"older_siblings_18_22":-1}}`:     {fault.CodeInvalidFacts, []string{"/facts/older_siblings_18_22 negative"}},
		`{"facts":{"colour":"red"}}`:                {fault.CodeInvalidFacts, []string{"/facts/colour unknown-field"}},
		`{"facts":{"colour":` + deep + `}}`:         {fault.CodeInvalidFacts, []string{"/facts/colour unknown-field"}},
		`{"facts":{"divorce_in_progress":0}}`:       {fault.CodeInvalidFacts, []string{"/facts/divorce_in_progress wrong-type"}},
		`{"form":{"event":{"date":"2026-02-30"}}}`:  {fault.CodeInvalidForm, []string{"/form/event/date invalid-date"}},
		`{"form":{"colour":"red"}}`:                 {fault.CodeInvalidForm, []string{"/form/colour unknown-field"}},
		`{"form":` + deep + `}`:                     {fault.CodeInvalidForm, []string{"/form too-deep"}},
	} {
		_, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version, apply.Patch(patch))
		t.Run(patch, func(t *testing.T) { casetest.RefusedAt(t, err, c.code, c.at...) })
	}
	after := s.get(t, v.ID)
	if after.Version != v.Version || string(after.Facts) != string(v.Facts) || fmt.Sprint(after.Form) != fmt.Sprint(v.Form) {
		t.Errorf("something was changed: %+v", after)
	}
}

func TestAStaleCopy(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	s.patch(t, v.ID, v.Version, `{"form":{"event":{"note":"一つ目の窓"}},"facts":{"divorce_in_progress":true}}`)
	_, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version,
		apply.Patch(`{"form":{"event":{"note":"二つ目の窓","kind":"birth"},"applicant":{"family_name":"港"}},"facts":{"divorce_in_progress":true}}`))
	casetest.RefusedAt(t, err, fault.CodeStale, "/form/event/note changed-meanwhile", "/form/applicant/family_name changed-meanwhile")
	if f := fault.As(err); f.Kind != fault.Stale || f.Extra["etag"] != `"2"` {
		t.Errorf("%v %v", f.Kind, f.Extra)
	}
	if now := s.get(t, v.ID); now.Form["event"].(map[string]any)["note"] != "一つ目の窓" {
		t.Errorf("the first save is lost: %v", now.Form["event"])
	}
	again, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version, apply.Patch(`{"form":{"event":{"note":"一つ目の窓"}}}`))
	if err != nil || again.Form["event"].(map[string]any)["note"] != "一つ目の窓" {
		t.Errorf("what is saved already is refused: %v", err)
	}
	stranger := s.Person(t, "stranger", "applicant", "")
	_, err = s.service.Change(context.Background(), stranger, v.ID, v.Version, apply.Patch(`{}`))
	casetest.Refused(t, err, fault.CodeNotFound)
}

// Saving a case in any number of patches gives the case that was sent at once.
func TestPatchesAddUp(t *testing.T) {
	s := setUp(t)
	whole := s.claim(t, minato)
	var facts map[string]any
	if err := json.Unmarshal(whole.Facts, &facts); err != nil {
		t.Fatal(err)
	}
	wanted := s.create(t, whole)
	rapid.Check(t, func(rt *rapid.T) {
		v := s.create(t, apply.Draft{Procedure: whole.Procedure, Municipality: minato, OnDuplicate: apply.Separate})
		patches := make([]map[string]map[string]any, rapid.IntRange(1, 3).Draw(rt, "patches"))
		for i := range patches {
			patches[i] = map[string]map[string]any{"facts": {}, "form": {}}
		}
		for member, values := range map[string]map[string]any{"facts": facts, "form": whole.Form} {
			for _, name := range slices.Sorted(maps.Keys(values)) {
				patches[rapid.IntRange(0, len(patches)-1).Draw(rt, member+name)][member][name] = values[name]
			}
		}
		for _, p := range patches {
			raw, err := json.Marshal(p)
			if err != nil {
				rt.Fatal(err)
			}
			v = s.patch(t, v.ID, v.Version, string(raw))
		}
		got, _ := json.Marshal([]any{v.Form, v.Plan, v.FactsMissing})
		want, _ := json.Marshal([]any{wanted.Form, wanted.Plan, wanted.FactsMissing})
		if string(got) != string(want) {
			rt.Fatalf("%s\n%s", got, want)
		}
		if err := s.service.Delete(context.Background(), s.Parent, v.ID, nil); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestDeclarations(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	today := s.Now().In(jst)
	day := func(n int) string { return today.AddDate(0, 0, n).Format("2006-01-02") }
	follow := dossier.Declaration{Document: record, Subject: child, Kind: dossier.WillFollow, Reason: "取り寄せ中"}
	for name, c := range map[string]struct {
		change func(d *dossier.Declaration)
		code   string
		at     []string
	}{
		"no due date":      {func(d *dossier.Declaration) {}, "", nil},
		"due today":        {func(d *dossier.Declaration) { d.Due = day(0) }, "", nil},
		"due at the limit": {func(d *dossier.Declaration) { d.Due = day(90) }, "", nil},
		"a document not asked": {func(d *dossier.Declaration) { d.Document = "passport" }, "invalid-declaration",
			[]string{"/declarations/0/document unknown-document"}},
		"another's document": {func(d *dossier.Declaration) { d.Subject = "applicant" }, "invalid-declaration",
			[]string{"/declarations/0/document unknown-document"}},
		"no such kind":  {func(d *dossier.Declaration) { d.Kind = "maybe" }, "invalid-declaration", []string{"/declarations/0/kind invalid-choice"}},
		"no reason":     {func(d *dossier.Declaration) { d.Reason = " 　" }, "invalid-declaration", []string{"/declarations/0/reason required"}},
		"due yesterday": {func(d *dossier.Declaration) { d.Due = day(-1) }, "invalid-declaration", []string{"/declarations/0/due date-in-past"}},
		"due too late":  {func(d *dossier.Declaration) { d.Due = day(91) }, "invalid-declaration", []string{"/declarations/0/due date-too-late"}},
		"due on no day": {func(d *dossier.Declaration) { d.Due = "2026-02-30" }, "invalid-declaration", []string{"/declarations/0/due invalid-date"}},
		"never, but due": {func(d *dossier.Declaration) { d.Kind, d.Due = dossier.CannotProvide, day(1) }, "invalid-declaration",
			[]string{"/declarations/0/due not-applicable"}},
		"an individual number": {func(d *dossier.Declaration) { d.Reason = "番号 123456789018" }, fault.CodeIndividualNumber,
			[]string{"/declarations/0/reason individual-number"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := follow
			c.change(&d)
			raw, _ := json.Marshal(map[string]any{"declarations": []dossier.Declaration{d}})
			w, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version, raw)
			if c.code == "" {
				if err != nil {
					t.Fatal(casetest.Details(err))
				}
				v = w
				return
			}
			casetest.RefusedAt(t, err, c.code, c.at...)
		})
		if t.Failed() {
			return
		}
		v = s.get(t, v.ID)
	}
	raw, _ := json.Marshal(map[string]any{"declarations": []dossier.Declaration{follow, follow}})
	_, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version, raw)
	casetest.RefusedAt(t, err, "invalid-declaration", "/declarations/1 repeated")
}
