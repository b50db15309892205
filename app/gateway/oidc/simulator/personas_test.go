package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestPersonasAreThoseOfTheContract(t *testing.T) {
	want := strings.Fields(
		"parent-1 parent-2 reviewer-hinata-1 reviewer-hinata-2 reviewer-minato admin-national-1 admin-national-2 admin-hinata-1 admin-hinata-2 auditor partner",
	)
	got := Personas()
	if len(got) != len(want) {
		t.Fatalf("%d personas, want %d", len(got), len(want))
	}
	roles := map[string]string{
		"parent-1": "applicant", "reviewer-hinata-2": "reviewer@998010", "reviewer-minato": "reviewer@998028",
		"admin-national-1": "admin@national", "admin-hinata-2": "admin@998010", "auditor": "auditor",
	}
	for i, p := range got {
		if p.Key != want[i] {
			t.Errorf("persona %d is %s, want %s", i, p.Key, want[i])
		}
		if role := roles[p.Key]; role != "" && (len(p.Roles) != 1 || p.Roles[0] != role) {
			t.Errorf("%s has roles %v, want %s", p.Key, p.Roles, role)
		}
	}
}

func TestEveryPersonaHasAWholeProfile(t *testing.T) {
	seen := map[string]bool{}
	check := func(p Persona) {
		t.Helper()
		if seen[p.Name()+p.Birthdate] {
			t.Errorf("%s is somebody else's double", p.Key)
		}
		seen[p.Name()+p.Birthdate] = true
		if p.Kind == KindPartner {
			return
		}
		for _, v := range []string{p.FamilyName, p.GivenName, p.FamilyKana, p.GivenKana, p.FamilyLatin, p.GivenLatin} {
			if v == "" {
				t.Errorf("%s lacks a part of its name", p.Key)
			}
		}
		if _, err := time.Parse(time.DateOnly, p.Birthdate); err != nil {
			t.Errorf("%s: %v", p.Key, err)
		}
		if !strings.HasSuffix(p.Email(), "@example.test") {
			t.Errorf("%s has an address that could exist: %s", p.Key, p.Email())
		}
	}
	for _, p := range Personas() {
		check(p)
	}
	for _, key := range []string{"load-0001", "load-0002", "load-0011", "load-1000"} {
		p, ok := PersonaByKey(key)
		if !ok {
			t.Fatalf("no %s", key)
		}
		check(p)
	}
}

func TestThereIsNobodyElse(t *testing.T) {
	for _, key := range []string{"", "load-0000", "load-1001", "load-1", "load-00001", "load-0001x", "load- 001", "load-+001", "admin-minato-1", "PARENT-1"} {
		if p, ok := PersonaByKey(key); ok {
			t.Errorf("%q is %v", key, p)
		}
	}
}

func TestAPersonaIsACopy(t *testing.T) {
	p, _ := PersonaByKey("parent-1")
	p.Roles[0] = "admin@national"
	if again, _ := PersonaByKey("parent-1"); again.Roles[0] != "applicant" {
		t.Error("a caller can change the personas")
	}
}
