package api

import (
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
)

// said is a text in Japanese and English.
type said struct{ ja, en string }

// texts are what the API says to people beside the catalogue's own texts.
var texts = map[string]said{
	"trial-note": {"マイナンバー制度による情報連携が本格運用されるまでは添付書類の提出をお願いします", "Please attach the documents until the information linkage goes to full operation."},

	"missing": {"「{name}」（{whose}）がありません。{why}", "{name} ({whose}) is missing. {why}"},
	"asked":   {"市区町村が提出を求めています。", "The municipality asked for it."},

	"subject-applicant": {"申請者", "applicant"},
	"subject-spouse":    {"配偶者", "spouse"},
	"subject-household": {"世帯", "household"},
	"subject-deceased":  {"亡くなった方", "deceased"},
	"subject-child":     {"子ども{n}", "child {n}"},
	"subject-guardian":  {"保護者{n}", "guardian {n}"},
	"subject-supporter": {"扶養義務者{n}", "supporter {n}"},

	"why-" + evidence.ReasonNotReplaceable: {"ほかの機関に確認できないため、提出が必要です。", "It has to be handed in: no other office can be asked for it."},
	"why-" + evidence.ReasonFullOperation:  {"市区町村が情報連携で確認するため、提出は不要です（{item}）。", "You need not bring it: the municipality asks for it over the network ({item})."},
	"why-" + evidence.ReasonConsentRefused: {"情報の確認に同意していないため、提出が必要です。同意すると省略できます。", "It has to be handed in because you did not consent to the inquiry; with consent it can be omitted."},
	"why-" + evidence.ReasonTrial:          {"情報連携が試行運用中のため、提出が必要です（{item}）。", "It has to be handed in while the linkage is on trial ({item})."},
	"why-" + evidence.ReasonSuspended:      {"情報連携が停止中のため、提出が必要です（{item}）。", "It has to be handed in because the linkage is suspended ({item})."},
	"why-" + evidence.ReasonNotStarted:     {"情報連携がまだ始まっていないため、提出が必要です（{item}）。", "It has to be handed in because the linkage has not started ({item})."},

	"record":       {"{inquirer}が、「{procedure}」の審査のため、{provider}に{whose}の「{item}」を照会しました。結果：{reply}", "{inquirer} asked {provider} for the {item} of {whose}, to review “{procedure}”. Result: {reply}"},
	"record-trial": {"（情報連携の試行運用中の照会です）", " (asked while the linkage is on trial)"},

	"inquiry-queued":   {"これから照会します。", "About to be asked."},
	"inquiry-waiting":  {"回答を待っています。", "Waiting for the answer."},
	"inquiry-answered": {"回答がありました。", "Answered."},
	"inquiry-ended":    {"情報の提供なしで終わりました。", "Ended without information."},
	"inquiry-given-up": {"照会できませんでした。審査担当が対応します。", "It could not be asked. A reviewer takes it on."},

	"reply-answered":              {"回答がありました。", "Answered."},
	"reply-no-record":             {"該当する記録がありません。", "There is no such record."},
	"reply-no-linking-code":       {"符号がまだないため、照会できません（出生や転入の直後など）。", "There is no linking code yet (after a birth or a move, for example)."},
	"reply-not-permitted":         {"この照会は認められていません。", "This inquiry is not permitted."},
	"reply-not-disclosed":         {"提供しない扱いの情報です。", "The information is not disclosed."},
	"reply-manual-answer-pending": {"提供機関が手作業で回答します。しばらくお待ちください。", "The provider answers by hand; it takes a while."},
	"reply-timeout":               {"時間内に回答がありませんでした。", "No answer came in time."},
	"reply-duplicate":             {"同じ照会がすでに行われています。", "The same inquiry is under way already."},
	"reply-undeclared":            {"所得の申告がありません（0円とは違います）。", "No income was declared (which is not the same as zero)."},
	"reply-unavailable":           {"ネットワークにつながりませんでした。", "The network could not be reached."},
	"reply-unreadable":            {"回答を読み取れませんでした。", "The answer could not be read."},
	"reply-refused":               {"ネットワークが照会を受け付けませんでした。", "The network refused the inquiry."},
	"reply-case-ended":            {"申請が終わったため、照会しませんでした。", "Not asked: the case has ended."},
	"reply-suspended":             {"情報連携が停止中のため、照会しませんでした。", "Not asked: the linkage is suspended."},
	"reply-not-started":           {"情報連携が始まっていないため、照会しませんでした。", "Not asked: the linkage has not started."},
	"reply-consent-refused":       {"同意がないため、照会しませんでした。", "Not asked: there is no consent."},
	"reply-pending":               {"時間内に届きませんでした。もう一度お試しください。", "It did not come in time. Please try again."},

	"view-unsupported": {"この種類のファイルは、安全な写しを作れません。", "No safe copy can be made of this type of file."},
	"view-damaged":     {"ファイルを読み取れません。こわれている可能性があります。", "The file cannot be read; it may be damaged."},
	"view-too-large":   {"画像が大きすぎて、写しを作れません。", "The image has too many pixels to be copied."},
	"view-protected":   {"パスワードが付いたPDFです。", "The PDF is protected by a password."},
	"view-limits":      {"決められた時間と大きさの中で、写しを作れませんでした。", "No copy could be made within the limits."},

	"event-item-ask":           {"「{document}」について、市区町村が関係機関に照会しました。", "The municipality asked another office about “{document}”."},
	"event-item-fall-back":     {"「{document}」は照会で確認できなかったため、提出をお願いすることになりました。", "“{document}” could not be confirmed over the network and is asked for after all."},
	"event-item-waive":         {"「{document}」は不要になりました。", "“{document}” is no longer needed."},
	"event-item-direct":        {"「{document}」の内容を、市区町村が関係機関に直接確認しました。", "The municipality confirmed “{document}” directly with the office that holds it."},
	"event-item-network-alone": {"「{document}」の内容を、情報連携で確認しました。", "“{document}” was confirmed over the network."},
	"event-item-differ":        {"「{document}」と関係機関の情報に違いがあり、確認しています。", "“{document}” and what another office holds differ; it is being checked."},
	"event-item-close":         {"「{document}」の確認が終わりました。", "The check of “{document}” is finished."},

	"change-" + evidence.Added:      {"「{name}」が新しく必要になりました。", "“{name}” is needed now."},
	"change-" + evidence.Removed:    {"「{name}」は不要になりました。", "“{name}” is not needed any more."},
	"change-" + evidence.NowOmitted: {"「{name}」は提出しなくてよくなりました。市区町村が情報連携で確認します。", "You need not bring “{name}” any more: the municipality asks for it over the network."},
	"change-" + evidence.NowNeeded:  {"「{name}」の提出が必要になりました。", "“{name}” has to be handed in now."},

	"state-draft":                {"下書きです。提出するまで市区町村には見えません。", "A draft. The municipality does not see it until you file it."},
	"state-arrived":              {"届きました。市区町村が審査を始めるのをお待ちください。", "It has arrived. The municipality will look at it next."},
	"state-in-review":            {"市区町村が審査しています。", "The municipality is examining it."},
	"state-correction-requested": {"直していただきたいところがあります。内容を確認して再提出してください。", "Something has to be corrected. Please look at it and hand it in again."},
	"state-decided":              {"審査が終わりました。通知をご確認ください。", "It is decided. Please see the notice."},
	"state-withdrawn":            {"取り下げました。", "It was withdrawn."},
	"state-signature-invalid":    {"電子署名が無効でした。もう一度署名してください。受付日は変わりません。", "The signature is not valid. Please sign again; the date of arrival stays."},
	"state-expired":              {"期限が過ぎた下書きです。新しく始めてください。", "This draft has expired. Please begin a new one."},
	"state-transferred":          {"担当の市区町村へ引き継ぎました。受付日は変わりません。", "It was passed on to the right municipality; the date of arrival stays."},

	"consent-active":  {"同意しています。", "You consent."},
	"consent-ended":   {"期限が過ぎました。このサイトには、もう提供されません。", "Its time is over. This site is told nothing more."},
	"consent-revoked": {"取り消しました。このサイトには、もう提供されません。", "You have taken it back. This site is told nothing more."},

	"event-create":             {"下書きを始めました。", "You began a draft."},
	"event-file":               {"提出しました。", "You filed it."},
	"event-withdraw":           {"取り下げました。", "It was withdrawn."},
	"event-expire":             {"下書きの期限が過ぎました。", "The draft expired."},
	"event-accept":             {"市区町村が審査を始めました。", "The municipality began to examine it."},
	"event-request-correction": {"市区町村が補正を求めました。", "The municipality asked for a correction."},
	"event-submit-correction":  {"補正したものを提出しました。", "You handed in the correction."},
	"event-correction-lapsed":  {"補正の期限が過ぎたため、市区町村が審査を再開しました。", "The time for the correction is over; the municipality goes on examining."},
	"event-paper":              {"「{document}」を紙で受け取りました。", "“{document}” was received on paper."},
	"event-decide":             {"決定しました。", "It was decided."},
	"event-reopen":             {"決定をもう一度審査することになりました。", "The decision is looked at again."},
	"event-transfer":           {"担当の市区町村へ引き継ぎました。", "It was passed on to the right municipality."},
	"event-signature-failed":   {"電子署名が無効でした。", "The signature was not valid."},
	"event-sign-again":         {"もう一度署名しました。", "You signed it again."},
	"event-hand-in":            {"「{document}」を提出しました。", "You handed “{document}” in."},
	"event-await-document":     {"「{document}」をもう一度提出してください。", "Please hand “{document}” in again."},
	"event-infected":           {"添付ファイルからウイルスが見つかりました。もう一度提出してください。", "A virus was found in a file. Please send it again."},

	"receipt-attached": {"添付されています。", "Attached."},
	"receipt-follows":  {"あとで提出してください（期限 {due}）。", "To follow, due on {due}."},
	"receipt-declared": {"提出できない理由を届け出ました。", "You declared why it cannot be provided."},

	"message-arrived":              {"申請が届きました。受付番号は {receipt_number} です。", "Your application has arrived. Its receipt number is {receipt_number}."},
	"message-withdrawn":            {"申請を取り下げました（受付番号 {receipt_number}）。", "Your application was withdrawn (receipt number {receipt_number})."},
	"message-document-due":         {"「{document}」の提出期限は {due} です（受付番号 {receipt_number}）。", "“{document}” is due on {due} (receipt number {receipt_number})."},
	"message-file-infected":        {"「{document}」のファイルからウイルスが見つかりました。もう一度提出してください。", "A virus was found in the file for “{document}”. Please send it again."},
	"message-correction-requested": {"申請の内容について、補正をお願いします。期限は {due} です（受付番号 {receipt_number}）。", "Please correct your application by {due} (receipt number {receipt_number})."},
	"message-decided":              {"審査が終わりました。決定通知書をご確認ください（受付番号 {receipt_number}）。", "It is decided. Please read the decision letter (receipt number {receipt_number})."},
	"message-reopened":             {"決定をもう一度審査することになりました（受付番号 {receipt_number}）。", "The decision is looked at again (receipt number {receipt_number})."},
	"message-signature-invalid":    {"電子署名の証明書が失効していたため、もう一度署名が必要です。届いた日は変わりません（受付番号 {receipt_number}）。", "The certificate of your signature had been revoked. Please sign again; the date of arrival stays (receipt number {receipt_number})."},
	"message-transferred":          {"申請は、正しい市区町村の{municipality}に引き継がれました。届いた日は変わりません（新しい受付番号 {receipt_number}）。", "Your application was passed on to the right municipality, {municipality}. The date of arrival stays (new receipt number {receipt_number})."},
	"message-draft-expiring":       {"作成途中の申請があります。{due} までに、続きを入力して提出するか、もう一度保存してください。そのままにすると、この申請は使えなくなります。", "You have a draft. File it, or save it once more, by {due}; otherwise it expires."},
	"message-draft-expired":        {"下書きの期限が過ぎました。", "A draft of yours has expired."},
}

// words is a text in a language; empty for a name that is not in the table.
func words(name, lang string) string {
	t := texts[name]
	if lang == "en" {
		return t.en
	}
	return t.ja
}

// fill puts values into a text: fill("{a}", "a", "x") is "x".
func fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// why says why a document is needed or omitted.
func (a *API) why(reason, item, lang string) string { return why(a.Catalogue, reason, item, lang) }

func why(c *catalogue.Catalogue, reason, item, lang string) string {
	name := item
	if i := c.Item(item); i != nil {
		name = i.Name.In(lang)
	}
	return fill(words("why-"+reason, lang), "item", name)
}
