package form

import (
	"strings"
	"testing"
)

// TestTheChildsAccount: what was left unpaid goes to the child, so the account is held to the first child's name and not to the applicant's.
func TestTheChildsAccount(t *testing.T) {
	f, err := library(t).Compile([]Use{{Group: "applicant"}, {Group: "child", Each: "children"}, {Group: "payee-child"}})
	if err != nil {
		t.Fatal(err)
	}
	for held, want := range map[string]string{"ﾋﾅﾀ ｿﾗ": "", "ﾋﾅﾀ ﾊﾅｺ": "holder-mismatch /form/payee/account_holder"} {
		answers := f.Example(exampleDay, always, one1)
		answers["payee"].(map[string]any)["account_holder"] = held
		if _, faults := f.Validate(answers, always, one1, final()); strings.Join(codes(faults), " ") != want {
			t.Errorf("%s: %v, want %q", held, codes(faults), want)
		}
	}
}

// TestANameWithoutAFamilyName: who has one name only writes it once, and the account is held to it.
func TestANameWithoutAFamilyName(t *testing.T) {
	f := claim(t)
	for _, test := range []struct {
		single bool
		held   string
		want   string
	}{
		{true, "ﾊﾅｺ", ""},
		{true, "ﾋﾅﾀ ﾊﾅｺ", "holder-mismatch /form/payee/account_holder"},
		{false, "ﾊﾅｺ", "required /form/applicant/family_name required /form/applicant/family_kana"},
	} {
		answers := f.Example(exampleDay, always, one1)
		applicant := answers["applicant"].(map[string]any)
		delete(applicant, "family_name")
		delete(applicant, "family_kana")
		applicant["single_name"] = test.single
		answers["payee"].(map[string]any)["account_holder"] = test.held
		if _, faults := f.Validate(answers, always, one1, final()); strings.Join(codes(faults), " ") != test.want {
			t.Errorf("%+v: %v", test, codes(faults))
		}
	}
}
