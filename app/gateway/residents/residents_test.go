package residents_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/individual"
)

// noon of the day of the tests, in Japan.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.FixedZone("JST", 9*60*60))

func register() *residents.Register {
	return &residents.Register{Now: func() time.Time { return noon }}
}

func TestTheExampleFamilyIsThatOfTheForms(t *testing.T) {
	form, err := os.ReadFile("../../../configs/procedures/_form.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := register()
	for _, municipality := range residents.Municipalities {
		for _, n := range []int{residents.ExampleApplicant, residents.ExampleSpouse, residents.ExampleSupporter, residents.ExampleChild2024,
			residents.ExampleDeceased} {
			r, ok := g.Resident(residents.ID(municipality, n))
			if !ok {
				t.Fatalf("no resident %d in %s", n, municipality)
			}
			for _, text := range []string{r.FamilyName, r.GivenName, r.FamilyKana, r.GivenKana, r.BirthDate, r.Address, r.Former[len(r.Former)-1]} {
				if !strings.Contains(string(form), `example: "`+text+`"`) {
					t.Errorf("%s: %q is not in the example forms", r.ID, text)
				}
			}
		}
		for n, birth := range map[int]string{residents.ExampleChild2013: "2013-05-10", residents.ExampleChild2017: "2017-07-10",
			residents.ExampleChild2018: "2018-05-10"} {
			if r, _ := g.Resident(residents.ID(municipality, n)); r.BirthDate != birth {
				t.Errorf("%s was born on %s", r.ID, r.BirthDate)
			}
		}
		want := "2018-04-01"
		applicant := residents.ID(municipality, residents.ExampleApplicant)
		if municipality == "998028" {
			want = "2019-04-01"
		}
		held, _ := g.Holds(applicant, "pension")
		if held.Facts["enrolled_on"] != want || g.DocumentSays(applicant, "pension")["enrolled_on"] != "2018-04-01" {
			t.Errorf("%s: %v", applicant, held)
		}
		for _, item := range residents.Items[:7] {
			if held, _ := g.Holds(applicant, item); held.Result != residents.Answered || held.Provider == "" {
				t.Errorf("%s %s: %v", applicant, item, held)
			}
		}
	}
}

// fields of each item, as the catalogue has them.
func fields(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../../configs/procedures/_common.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, items, _ := strings.Cut(string(text), "\nitems:\n")
	items, _, _ = strings.Cut(items, "\nfacts:\n")
	out, item := map[string][]string{}, ""
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z-]+):$|^      - \{name: ([a-z_]+),`).FindAllStringSubmatch(items, -1) {
		if m[1] != "" {
			item = m[1]
			continue
		}
		out[item] = append(out[item], m[2])
	}
	return out
}

func TestFactsHaveTheFieldsOfTheCatalogue(t *testing.T) {
	known, g := fields(t), register()
	if len(known) != 7 {
		t.Fatalf("%d items in the catalogue", len(known))
	}
	answered := map[string]int{}
	for n := 1; n <= 2_000; n++ {
		id := residents.ID("998036", n)
		for item, names := range known {
			held, ok := g.Holds(id, item)
			if !ok {
				t.Fatalf("nothing about %s %s", id, item)
			}
			if (held.Result == residents.Answered) != (held.Facts != nil) ||
				!slices.ContainsFunc(residents.Providers, func(p residents.Provider) bool { return p.Code == held.Provider }) {
				t.Fatalf("%s %s: %+v", id, item, held)
			}
			if held.Facts != nil {
				answered[item]++
			}
			for name, value := range held.Facts {
				text, isText := value.(string)
				if !slices.Contains(names, name) || isText && individual.InText(text) {
					t.Fatalf("%s %s: %s is %v", id, item, name, value)
				}
			}
		}
	}
	for item := range known {
		if answered[item] == 0 {
			t.Errorf("nobody has %s", item)
		}
	}
}

func TestAboutOneInTwentyDiffersAndTheOthersAgree(t *testing.T) {
	g, differing, people := register(), 0, 4_000
	for n := 1; n <= people; n++ {
		id := residents.ID("998010", n)
		differs := false
		for _, item := range residents.Items {
			held, _ := g.Holds(id, item)
			if held.Facts == nil {
				continue
			}
			if unlike := !reflect.DeepEqual(held.Facts, g.DocumentSays(id, item)); unlike != g.Differs(id, item) {
				t.Fatalf("%s %s: %v, the document says %v", id, item, held.Facts, g.DocumentSays(id, item))
			} else if unlike {
				differs = true
			}
		}
		if differs {
			differing++
		}
	}
	if rate := float64(people) / float64(differing); rate < 18 || rate > 35 { // children pay no tax: some have nothing to differ in
		t.Errorf("one in %.1f", rate)
	}
}

func TestPeopleAreAlwaysTheSame(t *testing.T) {
	a, b := register(), register()
	seen := map[string]bool{}
	for n := 1; n <= 400; n++ {
		id := residents.ID("998028", n)
		one, _ := a.Resident(id)
		other, _ := b.Resident(id)
		if !reflect.DeepEqual(one, other) || one.ID != id || individual.InText(id) {
			t.Fatalf("%+v, %+v", one, other)
		}
		seen[one.Name()+one.BirthDate] = true
	}
	if len(seen) < 395 {
		t.Errorf("only %d of 400 differ in name and birth date", len(seen))
	}
	for _, bad := range []string{"", "R-998010-0", "R-998010-0000000", "R-998010-0100001", "R-998044-0000001", "R-998010-+000001", "X-998010-0000001",
		"R-998010-000001", "R-998010-00000001"} {
		if _, ok := a.Resident(bad); ok {
			t.Errorf("%q is somebody", bad)
		}
	}
}

func TestANewbornHasNoLinkingCodeForThirtyDays(t *testing.T) {
	id, now := residents.ID("998010", residents.ExampleNewborn), noon
	g := &residents.Register{Now: func() time.Time { return now }}
	born, _ := g.Resident(id)
	if held, _ := g.Holds(id, "resident-record"); held.Result != "no-linking-code" || born.BirthDate != "2026-05-22" {
		t.Errorf("%+v, born on %s", held, born.BirthDate)
	}
	// the child of the example that was born in 2018 is no newborn now, but was one
	now = time.Date(2018, 5, 20, 0, 0, 0, 0, time.UTC)
	if held, _ := g.Holds(residents.ID("998010", residents.ExampleChild2018), "resident-record"); held.Result != "no-linking-code" {
		t.Errorf("%+v", held)
	}
}

func TestSignInsAreResidents(t *testing.T) {
	g := register()
	for login, name := range map[string]string{"https://idp.example/parent-1": "若葉 みのり", "https://idp.example/parent-2": "空野 大地"} {
		if r, ok := g.Resident(residents.OfLogin(login)); !ok || r.Name() != name {
			t.Errorf("%s is %s", login, r.Name())
		}
	}
	for _, login := range []string{"", "x/", "https://idp.example/load-0001", "https://idp.example/load-99999999", "https://idp.example/9f8a"} {
		if r, ok := g.Resident(residents.OfLogin(login)); !ok || r.Role != residents.Parent {
			t.Errorf("%s is %+v", login, r)
		}
	}
}
