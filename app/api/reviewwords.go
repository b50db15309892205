package api

import (
	"regexp"

	"kosodate.example/onestop/app/edge"
)

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
	"Only an omitted document is asked for after all.":                                                      "省略した書類だけ、あとから提出を求められます。",
	"No document is taken in any more.":                                                                     "もう書類は受け取れません。",
	"Some documents are not settled yet.":                                                                   "確認が終わっていない書類か、終わっていない齟齬があります。",
	"Say why the application is rejected.":                                                                  "認めない理由を書いてください。",
	"For missing papers, ask for a correction first and wait until its time is over.":                       "書類の不足で認めないときは、先に補正を求め、期限が過ぎるまで待ってください。",
	"The discrepancy's file is not closed (R7).":                                                            "齟齬の手順が終わっていません。",
	"No safe copy of this file can be made. Open the original, which is recorded, or ask for another file.": "安全な写しを作れないファイルです。記録を残して原本を開くか、別のファイルを求めてください。",
	"The copy of this file is being made. Try again in a minute.":                                           "写しを作っています。少し待ってから、もう一度操作してください。",
	"Claim the case first.":                                                                                 "先にこの申請の担当になってください（claim）。",
	"Another reviewer has this case now.":                                                                   "ほかの担当者がこの申請を担当しています。",
	"Your claim was renewed since; use its newest number.":                                                  "担当の番号が新しくなっています。新しい番号（Fence）を使ってください。",
	"Your claim is over; claim the case again.":                                                             "担当の時間が過ぎました。もう一度担当になってください。",
	"A colleague works on this case.":                                                                       "ほかの担当者がこの申請を担当しています。",
	"The network is asked only while a case is in review.":                                                  "照会できるのは、審査中の申請だけです。",
	"The plan decided at arrival does not ask the network for this document.":                               "到達した時の判定では、この書類は照会の対象ではありません。",
	"There is nothing to ask the network about this case now.":                                              "この申請には、今照会できるものがありません。",
	"The directory has no single resident who agrees in name, birth date and address. Choose who it is, or that nobody is found.": "氏名・生年月日・住所が一致する住民を1人に決められません。該当する住民を選ぶか、該当なしとしてください。",
	"Read the document before comparing (R3).": "先に書類を読み取ってください。",
	"Read the document first.":                 "先に書類を読み取ってください。",
	"The network has not answered.":            "照会の回答がまだありません。",
	"On trial a case is not processed on attachments alone (R5). Ask the network, or go through the discrepancy.":                                  "試行運用中は、添付書類だけで処理できません。照会するか、齟齬の手順を進めてください。",
	"The discrepancy's steps are not finished (R7).":                                                                                               "齟齬の手順が終わっていません。",
	"Without an answer a case is processed on attachments, which are there and were read, and only after the provider could not confirm (R5, R7).": "回答がないときに添付書類で処理できるのは、提供者が確認できなかった後で、書類を読み取ってあるときだけです。",
	"Say why the document is no longer needed.":                                                                                                    "書類が不要になった理由を書いてください。",
	"Say why the application is passed on.":                                                                                                        "引き継ぐ理由を書いてください。",
	"Say why the decision is looked at again.":                                                                                                     "見直す理由を書いてください。",
	"An application is passed on to another municipality.":                                                                                         "引き継ぎ先は、別の市区町村にしてください。",
	"The other municipality does not offer this procedure.":                                                                                        "その市区町村では、この手続を受け付けていません。",
	"The export is not made yet. Try again shortly.":                                                                                               "まだ作成中です。少し待ってから、もう一度操作してください。",
	"The time set for the correction is not over.":                                                                                                 "補正の期限が過ぎていません。",
	"Another person than the one who decided reopens a case.":                                                                                      "決定した人とは別の人が見直してください。",
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
	if text := RefusalText(reason); text != "" {
		return text
	}
	return "今の状態ではできません。"
}

// whileIn reads the state out of what the rules say when something is not possible in it.
var whileIn = regexp.MustCompile(`^.* is not possible while the (application|document) is ([a-z-]+)\.`)

// thisDocument reads the state of a document that does not allow a decision yet.
var thisDocument = regexp.MustCompile(`^This document is ([a-z-]+)\.$`)

// RefusalText is a refusal of the rules in Japanese, by what they say in English; empty for what they do not say.
func RefusalText(text string) string {
	if ja, ok := reasons[text]; ok {
		return ja
	}
	if m := thisDocument.FindStringSubmatch(text); m != nil {
		return whileDocument[m[1]]
	}
	m := whileIn.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case m[1] == "application" && whileApplication[m[2]] != "":
		return whileApplication[m[2]]
	case m[1] == "document" && whileDocument[m[2]] != "":
		return whileDocument[m[2]]
	}
	return ""
}

// What is not possible in a state of an application, and who moves first.
var whileApplication = map[string]string{
	"draft":                "まだ提出されていない申請です。先に申請者が提出します。",
	"arrived":              "まだ受理していない申請です。先に受理してください。",
	"in-review":            "審査中の申請では、この操作はできません。",
	"correction-requested": "補正をお願いしている申請です。申請者の提出を待つか、期限が過ぎてから審査に戻してください。",
	"decided":              "決定した申請です。見直すときは、決定した人とは別の人が審査に戻してください。",
	"withdrawn":            "取り下げられた申請です。",
	"signature-invalid":    "署名をやり直していただいている申請です。",
	"expired":              "期限が過ぎた下書きです。",
	"transferred":          "別の市区町村に引き継いだ申請です。",
}

// What is not possible in a state of a document.
var whileDocument = map[string]string{
	"awaiting-document": "書類がまだ提出されていません。",
	"received":          "書類はすでに届いています。",
	"inquiring":         "照会中です。",
	"answered":          "照会の回答が届いています。",
	"matched":           "この書類の確認は終わっています。",
	"discrepant":        "齟齬の確認が終わっていません。",
	"resolved":          "この書類の確認は終わっています。",
	"waived":            "この書類は不要になっています。",
}
