package api

import "kosodate.example/onestop/app/edge"

// stepTexts name what a reviewer may do.
var stepTexts = map[string]said{
	"read":          {"書類を読み取る", "Read the document"},
	"ask":           {"情報連携で照会する", "Ask the network"},
	"network-alone": {"照会の回答だけで処理する", "Process with the network alone (R4 a)"},
	"direct":        {"保有機関に直接確認する", "Obtain the facts directly (R4 b)"},
	"paper":         {"紙の書類を受け取る", "Take the document in on paper"},
	"correct":       {"申請者に書類を求める", "Ask the parent for the document"},
	"waive":         {"不要にする", "Waive it"},

	"accept":             {"受け付ける", "Accept"},
	"request-correction": {"補正を求める", "Ask for a correction"},
	"correction-lapsed":  {"補正を待たずに進める", "Go on without the correction"},
	"approve":            {"認める決定をする", "Approve"},
	"reject":             {"認めない決定をする", "Reject"},
	"reopen":             {"決定を見直す", "Reopen"},
	"transfer":           {"移送する", "Pass on"},

	"operation-checked":       {"自機関の操作を確認した", "Own operation checked"},
	"system-checked":          {"自機関のシステムを確認した", "Own system checked"},
	"own-fault-corrected":     {"自機関の誤りを直した", "Own fault corrected"},
	"provider-asked":          {"提供機関に確認を求めた", "Provider asked"},
	"provider-corrected":      {"提供機関が情報を直した", "Provider corrected its data"},
	"provider-confirmed":      {"提供機関が正しいと確認した", "Provider confirmed its data"},
	"provider-cannot-confirm": {"提供機関がすぐに確認できない", "Provider cannot confirm"},
	"similar-checked":         {"同じような誤りを調べた", "Similar records looked for"},
	"ministry-asked":          {"省庁に相談した", "Ministry asked"},
	"ministry-told":           {"省庁に知らせた", "Ministry told"},
	"reported":                {"顛末を報告した", "Reported"},
	"closed":                  {"終わりにする", "Close"},
}

// reasons say in Japanese why a step is not allowed, by what the rules say.
var reasons = map[string]string{
	"The network may not be asked for this item now.":                                                     "今は、この項目を照会できません。",
	"The network is being asked.":                                                                         "照会中です。",
	"The document is not there.":                                                                          "書類がありません。",
	"This document is settled already.":                                                                   "この書類の確認は終わっています。",
	"The document cannot be opened yet. Try again in a minute.":                                           "まだ開けません。少し待ってから、もう一度操作してください。",
	"The reading is fixed. Only a document that is handed in anew is read anew.":                          "読み取りは確定しています。新しく提出された書類だけ、もう一度読み取れます。",
	"The facts still call for this document. Ask for a correction of the facts first, if they are wrong.": "申請の内容では、この書類が必要です。内容が誤っているときは、先に補正を求めてください。",
	"The network alone: only on trial, without the document, with its answer, and with when and how the purpose was explained (R4 a).":                                "試行運用中で、書類がなく、照会の回答があるときだけできます。",
	"Obtained directly: only on trial and without the document; record from whom and when, that no individual number was used, and for tax facts the consent (R4 b).": "試行運用中で、書類がないときだけできます。",
	"Only an omitted document is asked for after all.":                                "省略した書類だけ、あとから提出を求められます。",
	"No document is taken in any more.":                                               "もう書類は受け取れません。",
	"Some documents are not settled yet.":                                             "確認が終わっていない書類か、終わっていない齟齬があります。",
	"Say why the application is rejected.":                                            "認めない理由を書いてください。",
	"For missing papers, ask for a correction first and wait until its time is over.": "書類の不足で認めないときは、先に補正を求め、期限が過ぎるまで待ってください。",
	"The time set for the correction is not over.":                                    "補正の期限が過ぎていません。",
	"Another person than the one who decided reopens a case.":                         "決定した人とは別の人が見直してください。",
}

// stepName is a step's name for people.
func stepName(step, lang string) string {
	t := stepTexts[step]
	if lang == edge.English {
		return t.en
	}
	return t.ja
}

// reasonText is why a step is not allowed. What the rules say with the state of a thing in it has one text in Japanese.
func reasonText(reason, lang string) string {
	if reason == "" || lang == edge.English {
		return reason
	}
	if text, ok := reasons[reason]; ok {
		return text
	}
	return "今の状態ではできません。"
}
