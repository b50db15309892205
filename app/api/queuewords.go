package api

// queueTexts are what the queue says to reviewers. Its states are said from their side: what waits for whom.
var queueTexts = map[string]said{
	"state-arrived":              {"受付待ち", "Waiting to be accepted"},
	"state-in-review":            {"審査中", "In review"},
	"state-correction-requested": {"補正待ち", "Waiting for a correction"},
	"state-decided":              {"決定済み", "Decided"},
	"state-withdrawn":            {"取下げ", "Withdrawn"},
	"state-signature-invalid":    {"再署名待ち", "Waiting for a new signature"},
	"state-transferred":          {"移送済み", "Passed on"},

	"flag-urgent":            {"至急（齟齬の処理が遅れています）", "Urgent: a discrepancy is overdue"},
	"flag-late":              {"期限後の申請", "Filed after the deadline"},
	"flag-protected":         {"支援措置の対象", "Under protection"},
	"flag-mine":              {"自分が担当", "Yours"},
	"flag-claimed":           {"担当あり", "Somebody works on it"},
	"flag-unclaimed":         {"担当なし", "Nobody works on it"},
	"flag-awaiting-document": {"書類待ち", "Waiting for a document"},
	"flag-answered":          {"照会の回答あり", "The network has answered"},
	"flag-discrepant":        {"齟齬あり", "There is a discrepancy"},
	"flag-task":              {"職員の対応待ち", "Waits for a reviewer"},
	"flag-counter":           {"窓口受付", "Taken in at the counter"},

	"refused-held":            {"ほかの職員が担当しています。", "A colleague works on this case."},
	"refused-not-found":       {"この申請はありません。または、見ることができません。", "It does not exist, or it is not yours to see."},
	"refused-not-allowed-now": {"受付待ちではないため、受け付けられません。", "It is not waiting to be accepted."},
	"refused-conflict":        {"ほかの人か別の画面で内容が変わりました。読み込み直して、もう一度操作してください。", "It was changed meanwhile. Load it again and retry."},
}

func queueWords(name, lang string) string {
	if lang == "en" {
		return queueTexts[name].en
	}
	return queueTexts[name].ja
}
