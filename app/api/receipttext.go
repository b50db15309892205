package api

import "kosodate.example/onestop/app/rule/catalogue"

// receiptLabels are the words of the receipt by language, plain Japanese among them: it is what a parent keeps.
var receiptLabels = map[string]map[string]string{
	catalogue.Japanese: {"title": "受付票", "about": "申請が届きました。この画面を保存するか印刷してください。お問い合わせのときは、この番号をお伝えください。",
		"number": "受付番号", "arrived": "到達日時", "procedure": "手続", "municipality": "提出先", "applicant": "申請した人", "claim": "請求日",
		"deadline": "期限", "late": "（期限の後に届きましたが、受け付けました）", "documents": "書類"},
	catalogue.PlainJapanese: {"title": "うけつけの 紙", "about": "とどきました。この 画面を しまって おくか、印刷して ください。役所に 聞く ときは、この 番号を 言って ください。",
		"number": "受付番号", "arrived": "とどいた 日と 時間", "procedure": "手続", "municipality": "出した ところ", "applicant": "申請した 人", "claim": "申請した 日",
		"deadline": "しめきり", "late": "（しめきりの 後に とどきましたが、うけつけました）", "documents": "書類"},
	catalogue.English: {"title": "Receipt", "about": "Your application has arrived. Keep this page or write the number down; it is all you need when you ask about it.",
		"number": "Receipt number", "arrived": "Arrived", "procedure": "Procedure", "municipality": "Municipality", "applicant": "Applicant", "claim": "Claim date",
		"deadline": "Deadline", "late": "— it arrived after the deadline and was accepted.", "documents": "Documents"},
}
