package wire

import (
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/evidence"
)

// Why is evidence.Explanation, each document with the same in words.
type Why struct {
	Documents []explained `json:"documents"`
	NotAsked  []explained `json:"not_asked"`
}

type explained struct {
	evidence.Explained
	Words say.Reason `json:"words"`
}

// WhyOf is an explanation as the API gives it.
func WhyOf(x *say.Reasons) Why {
	return Why{Documents: explainedOf(x.Case.Documents, x.Asked()), NotAsked: explainedOf(x.Case.NotAsked, x.NotAsked())}
}

func explainedOf(list []evidence.Explained, words []say.Reason) []explained {
	out := make([]explained, len(list))
	for i := range list {
		out[i] = explained{list[i], words[i]}
	}
	return out
}
