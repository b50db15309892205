package jp

import (
	"strings"
	"testing"
)

// TestAMunicipalityIsFoundByItsName: nobody types a code.
func TestAMunicipalityIsFoundByItsName(t *testing.T) {
	all := list()
	if len(all) < 1741 {
		t.Fatalf("%d municipalities", len(all))
	}
	codes := map[string]bool{}
	for _, m := range all {
		if !ValidMunicipality(m.code) || codes[m.code] {
			t.Errorf("%s %s: not a code, or twice", m.code, m.name)
		}
		codes[m.code] = true
		if code, ok := MunicipalityCode(m.prefecture + m.name); !ok || code != m.code || MunicipalityName(code) != m.prefecture+m.name {
			t.Errorf("%s%s is %s", m.prefecture, m.name, code)
		}
	}
	first := all[0]
	for _, written := range []string{first.name, " " + first.prefecture + "　" + first.name + " ", first.kana} {
		if code, ok := MunicipalityCode(written); !ok || code != first.code {
			t.Errorf("%q is %q", written, code)
		}
	}
	several := map[string]int{}
	for _, m := range all {
		several[m.name]++
	}
	for _, m := range all {
		if several[m.name] < 2 {
			continue
		}
		if code, ok := MunicipalityCode(m.name); ok {
			t.Errorf("%s, of which there are several, is %s", m.name, code)
		}
	}
	for _, wrong := range []string{"", "ない町", "131016", strings.Repeat("町", 2000)} {
		if code, ok := MunicipalityCode(wrong); ok {
			t.Errorf("%q is %s", wrong, code)
		}
	}
	for typed, want := range map[string]string{"府中市": "132063 342084", "ふちゅうし": "132063 342084", "フチュウシ": "132063 342084", "広島県府中": "342084 343021",
		"茅ケ崎": "142077", "ない町": "", " ": ""} {
		got := FindMunicipalities(typed)
		if strings.Join(got, " ") != want {
			t.Errorf("%q may be %v, want %s", typed, got, want)
		}
	}
	if MunicipalityName("998010") != "" {
		t.Error("the demo's town is in the country's list")
	}
}
