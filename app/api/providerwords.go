package api

import (
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/provider"
)

// providerSteps name the steps of what other bodies ask this municipality to confirm.
var providerSteps = map[string]said{
	"received":        {"確認の依頼を受け付けた", "Received"},
	"checked":         {"自機関のデータを確認した", "Own data checked"},
	"corrected":       {"自機関のデータを直した", "Own data corrected"},
	"confirmed":       {"データが正しいことを確認した", "Own data confirmed"},
	"cannot-confirm":  {"すぐには確認できない", "Cannot confirm"},
	"similar-checked": {"同じような誤りを調べた", "Similar records looked for"},
	"answered":        {"照会した機関に回答した", "The body that asked was told"},
	"reported":        {"顛末を報告した", "Reported"},
	"closed":          {"終わりにする", "Close"},
}

func providerStepName(step, lang string) string {
	if lang == edge.English {
		return providerSteps[step].en
	}
	return providerSteps[step].ja
}

// providerReason is why a step is not possible now. The rule says it in English; in Japanese it follows from where the
// request stands.
func providerReason(s provider.Allowed, r *provider.Request, lang string) string {
	if s.Reason == "" || lang == edge.English {
		return s.Reason
	}
	if r.State == provider.StateClosed {
		return "この依頼は終わっています。顛末の報告だけできます。"
	}
	switch s.Step {
	case "checked":
		return "自機関のデータの確認は終わっています。"
	case "corrected", "confirmed", "cannot-confirm":
		if r.Outcome == "" {
			return "先に、自機関のデータを確認してください。"
		}
		return "確認の結果は記録されています。"
	case "similar-checked":
		return "自機関のデータを直したときに調べます。"
	case "answered":
		if r.State == provider.StateAnswered {
			return "回答は終わっています。"
		}
		return "先に、確認の結果を記録してください。"
	}
	if r.State != provider.StateAnswered {
		return "先に、照会した機関に回答してください。"
	}
	return "先に、同じような誤りがほかにないか調べてください。"
}
