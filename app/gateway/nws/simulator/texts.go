package simulator

// texts of the page, Japanese and English.
var texts = map[string]map[string]string{
	"ja": {
		"title": "情報提供ネットワークシステムの模擬", "switch": "English", "intro": "架空の機関と架空の人だけの模擬です。ここで障害を起こせます。",
		"saved": "変更しました。", "unreadable": "読み取れませんでした。", "refused": "変更できません。時間は 500ms や 2s、数は0以上の整数で入力してください。",
		"refused_correction": "訂正できません。宛名番号、項目、値を確かめてください。個人番号のような数字は使えません。",
		"faults":             "障害", "down": "停止（503を返す）", "cut": "切断（応答せずに接続を切る）", "wrong_field": "項目の取り違え（市町村民税の欄に道府県民税額。2019年の事例）",
		"late": "時間切れの後に回答（初回は時間切れ、次は回答）", "duplicate": "重複", "duplicate_none": "なし", "duplicate_result": "結果が「重複」", "duplicate_twice": "同じ回答を二度返す",
		"slow": "応答を遅らせる時間（例 500ms）", "answer_delay": "回答までの時間（例 2s。空欄は既定値）", "lost": "応答が失われる送信の回数", "max_batch": "一括の上限（空欄は既定値）",
		"providers": "停止している提供者", "results": "結果の種類を固定", "as_data": "データのとおり", "save": "変更する",
		"correction": "提供者による訂正", "correction_help": "1つの項目の値を変えます。値を空欄にすると消えます。次の照会から変わります。",
		"resident": "宛名番号", "item": "特定個人情報", "field": "項目名（例 enrolled_on）", "value": "値", "correct": "訂正する", "undo": "訂正を取り消す",
		"totals": "件数", "submitted": "受けた照会", "processed": "処理した照会", "repeated": "同じ鍵の再送", "refused_count": "断った照会", "lost_count": "失われた応答", "polled": "確認",
		"answered": "回答", "waiting": "保持中",
	},
	"en": {
		"title": "Simulated inter-agency network", "switch": "日本語",
		"intro": "Every body and every person here is invented. This is where things can be made to go wrong.",
		"saved": "Changed.", "unreadable": "That could not be read.", "refused": "Not changed. Write times as 500ms or 2s, and numbers as whole numbers from 0.",
		"refused_correction": "Not corrected. Check the resident id, the item and the value. Numbers that look like an individual number are refused.",
		"faults":             "Faults", "down": "Down (answers 503)", "cut": "Cut (closes the connection without an answer)",
		"wrong_field": "Wrong field (the prefectural tax where the municipal one was asked, as in 2019)",
		"late":        "Answer after a timeout (first timeout, then the answer)", "duplicate": "Duplicates", "duplicate_none": "None",
		"duplicate_result": "The result is “duplicate”", "duplicate_twice": "The same answer twice",
		"slow": "Delay of each call (500ms)", "answer_delay": "Time until an answer (2s; empty: as configured)", "lost": "Submissions whose response is lost",
		"max_batch": "Batch ceiling (empty: as configured)",
		"providers": "Providers that are down", "results": "Force a kind of result", "as_data": "As the data say", "save": "Change",
		"correction": "Correction by a provider", "correction_help": "Changes one fact. An empty value removes it. It counts from the next inquiry on.",
		"resident": "Resident id", "item": "Linkage item", "field": "Field (such as enrolled_on)", "value": "Value", "correct": "Correct",
		"undo":   "Take the correction back",
		"totals": "Counts", "submitted": "Inquiries received", "processed": "Processed", "repeated": "Repeated with the same key", "refused_count": "Refused",
		"lost_count": "Responses lost", "polled": "Polls", "answered": "Answered", "waiting": "Kept in memory",
	},
}
