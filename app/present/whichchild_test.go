package present_test

import (
	"encoding/json"
	"testing"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/wording"
)

// TestADocumentSaysWhichChild: by name and birth date, as far as they are known; nobody else is called so.
func TestADocumentSaysWhichChild(t *testing.T) {
	form := map[string]any{"children": []any{map[string]any{"family_name": "日向", "given_name": "空"}, map[string]any{}}}
	facts := json.RawMessage(`{"children":[{"birth_date":"2018-05-10"},{},{"birth_date":"2020-05-10"}]}`)
	for _, test := range []struct{ subject, lang, want string }{
		{"child-1", wording.Japanese, "子ども1 日向 空、2018年5月10日生まれ"},
		{"child-2", wording.Japanese, "子ども2"},
		{"child-3", wording.English, "child 3, born 10 May 2020"},
		{"child-4", wording.Japanese, "子ども4"},
		{"applicant", wording.Japanese, "申請者"},
		{"child-0", wording.Japanese, "子ども0"},
	} {
		if got := present.Person(form, facts, test.subject, test.lang); got != test.want {
			t.Errorf("%s: %q, want %q", test.subject, got, test.want)
		}
	}
}
