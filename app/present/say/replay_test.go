package say_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest/editiontest"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/wording"
)

// TestWhyAReplayComesOutOtherwise: by what the edition changes, else by when it asks for the paper, or that it does not.
func TestWhyAReplayComesOutOtherwise(t *testing.T) {
	before, after := editiontest.Load(t), editiontest.Load(t, "claim.yaml", third, "facts.older_siblings >= 1")
	changes := diff.Compare(before, after, nil)
	document := changes[0].Document
	const asked = "この版で求めるのは、次の場合です。「18歳から22歳の子の数」が1以上であり、かつ「子ども」の数と「18歳から22歳の子の数」の合計が3以上であるとき。"
	for name, x := range map[string]struct {
		changes             []diff.Change
		procedure, document string
		want                string
	}{
		"changed":        {changes, "claim", document, say.Change(before, after, changes[0], wording.Japanese).Text},
		"asked":          {nil, "claim", document, asked},
		"not asked":      {changes, "claim", "no-such-document", "この版では求めません。"},
		"not there":      {changes, "no-such-procedure", document, "この版では求めません。"},
		"of another one": {changes, "other", document, "この版では求めません。"},
	} {
		of := after
		if x.changes == nil {
			of = before
		}
		if got := say.Replayed(before, of, x.changes, x.procedure, x.document, wording.Japanese); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}
