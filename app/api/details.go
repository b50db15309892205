package api

import (
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
)

// DetailText translates details for the edge's problem documents: missing documents by the catalogue, answers by the
// form's own texts, the rest by the tables here. Empty where the fault's own text or the edge's is as good.
func DetailText(c *catalogue.Catalogue) func(lang string, d fault.Detail) string {
	return func(lang string, d fault.Detail) string { return detailText(c, lang, d) }
}

func detailText(c *catalogue.Catalogue, lang string, d fault.Detail) string {
	if d.Code == "missing-document" {
		return missingText(c, lang, d)
	}
	if lang != catalogue.Japanese {
		return "" // the fault's own text is English
	}
	if strings.HasPrefix(d.Pointer, "/facts") {
		if text, ok := factDetails[d.Code]; ok {
			return text
		}
	}
	if strings.HasPrefix(d.Pointer, "/form") {
		if text := form.Message(d.Code, lang, d.Params); text != "" {
			return text
		}
	}
	if text := RefusalText(d.Text); text != "" {
		return text
	}
	if text, ok := details[d.Code]; ok {
		for name, value := range d.Params {
			text = fill(text, name, value)
		}
		return text
	}
	if d.Params["parameter"] != "" || d.Code == "required" {
		return "" // the edge's
	}
	return form.Message(d.Code, lang, d.Params) // free texts outside the form have the same faults
}

// missingText names a missing document and says why it is asked for (P1).
func missingText(c *catalogue.Catalogue, lang string, d fault.Detail) string {
	name := d.Document
	if def := c.Document(d.Document); def != nil {
		name = def.Name.In(lang)
	}
	reason := why(c, d.Params["reason"], d.Params["item"], lang)
	if reason == "" {
		reason = words("asked", lang) // in a correction
	}
	return fill(words("missing", lang), "name", name, "whose", whose(d.Subject, lang), "why", reason)
}

// whose says in words whom a document is about: child-2 is the second child in the order of the facts.
func whose(subject, lang string) string {
	kind, number, _ := strings.Cut(subject, "-")
	if text := words("subject-"+kind, lang); text != "" {
		return fill(text, "n", number)
	}
	return subject
}

// factDetails are the codes of facts in Japanese.
var factDetails = map[string]string{
	"required": "この質問に答えてください。", "unknown": "この手続にはない質問です。", "repeated": "同じ項目が2回あります。",
	"not-applicable": "ほかの答えにより、この質問は不要です。", "wrong-type": "値の種類が正しくありません。", "wrong-choice": "選択肢の中から選んでください。",
	"number-form": "小数点や指数のない整数で書いてください。", "negative": "0以上の数を入力してください。",
	"bad-date": "実在する日付をYYYY-MM-DDの形で入力してください。", "after-filing": "申請の日より後の日付です。",
	"bad-municipality": "市区町村コード（検査数字を含む6桁）が正しくありません。", "too-few": "1件以上答えてください。",
}

// details are the other codes of the use cases in Japanese. {name} stands for a parameter.
var details = map[string]string{
	"changed-meanwhile": "ほかの画面で別の内容が保存されています。",

	"unknown-document": "この手続では、この方のこの書類は求められません。",
	"repeated":         "同じものが2回あります。",
	"date-in-past":     "期限が過ぎています。",
	"date-too-late":    "期限が先すぎます。",
	"invalid-date":     "実在する日付をYYYY-MM-DDの形で入力してください。",
	"invalid-consent":  "同意する項目の書き方が正しくありません。",
	"unknown-consent":  "下書きにその同意はありません。",
	"date-in-future":   "未来の日時です。",
	"too-long-ago":     "30日より前の日時です。",
	"identity-number":  "本人確認書類の種類だけを記録してください。番号は記録できません。",
	"identity-kind":    "本人確認書類の種類を、一覧のコードで記録してください。ほかのことは記録できません。",

	"signature-required":       "この市区町村では電子署名が必要です。カードで署名して、もう一度提出してください。下書きは残っています。",
	"signature-another-person": "署名した方が申請者と違います。申請者ご本人のカードで署名してください。",
	"signature-unreadable":     "電子署名として読み取れません。もう一度署名してください。",
	"signature-changed":        "署名したあとに内容が変わっています。今の内容で、もう一度署名してください。",
	"signature-untrusted":      "使えない認証局の証明書です。マイナンバーカードで署名してください。",
	"signature-expired":        "証明書の有効期限が切れています。市区町村の窓口で更新してください。",
	"signature-usage":          "署名用の証明書ではありません。署名用電子証明書を使ってください。",
	"signature-weak":           "もう使えない方式の署名です。",

	"name-encoding":   "ファイル名がUTF-8ではありません。",
	"name-empty":      "ファイル名がありません。",
	"name-too-long":   "ファイル名が255文字を超えています。短くしてください。",
	"name-separator":  "ファイル名に「/」か「\\」があります。フォルダー名を除いてください。",
	"name-control":    "ファイル名に使えない文字があります。名前を変えてください。",
	"name-edge":       "ファイル名の最初か最後に、点か空白があります。名前を変えてください。",
	"empty":           "ファイルの中身がありません。別のファイルを選んでください。",
	"too-many-files":  "1つの申請に付けられるファイルは{limit}個までです。",
	"type-mismatch":   "ファイル名の拡張子が、中身の種類と合いません。",
	"type-refused":    "この種類のファイルは使えません。使えるもの：{taken}",
	"length-mismatch": "届いたデータの大きさが、知らされた大きさと違います。もう一度送ってください。",
	"upload-too-slow": "アップロードに時間がかかりすぎました。もう一度送ってください。",
	"upload-torn":     "アップロードが途中で切れました。もう一度送ってください。",

	"too-many-uploads": "一度に送れるファイルは{limit}個までです。ほかのファイルが終わるまで待つか、取り消してください。",
	"digest-mismatch":  "届いたデータが、送ったものと違います。もう一度送ってください。",
	"parts-missing":    "ファイルの一部がまだ届いていません。もう一度送ってください。",

	"use-suspension": "停止は専用の操作で行ってください。",
	"unknown-item":   "その情報連携の項目はありません。",
	"suspended":      "停止中です。先に停止を解除してください。",
	"invalid-range":  "終わりの日が始まりの日より前です。",
	"wrong-columns":  "列の数が違います。",
}
