package form

import "strings"

// messages are the texts of every code that Validate and FreeTextFaults give. {name} stands for a parameter.
var messages = map[string]Text{
	"required":               {"入力してください。", "ここに 書いて ください。", "Enter this."},
	"unknown-field":          {"この手続にはない項目です。", "この 手続には ない ところです。", "This procedure has no such field."},
	"not-applicable":         {"答えた内容では、この項目は不要です。", "あなたの こたえでは、ここは いりません。", "Your answers do not call for this."},
	"wrong-type":             {"形式が違います（{type}）。", "書きかたが ちがいます（{type}）。", "The value has the wrong type; it should be: {type}."},
	"too-long":               {"{max}文字以内で入力してください。", "{max}文字までで 書いて ください。", "Use at most {max} characters."},
	"too-many":               {"多すぎます。{max}件までです。", "多すぎます。{max}こまでです。", "There are too many; at most {max}."},
	"too-deep":               {"データの入れ子が深すぎます（{max}段まで）。", "データの 中の データが 多すぎます（{max}だんまで）。", "The data is nested too deeply; at most {max} levels."},
	"too-large":              {"入力が大きすぎます（全体で{max}KBまで）。", "書いた ものが 多すぎます（ぜんぶで {max}KBまで）。", "The form is too large; at most {max} KB altogether."},
	"out-of-range":           {"{min}から{max}までの数を入力してください。", "{min}から {max}までの 数を 書いて ください。", "Enter a number from {min} to {max}."},
	"not-kana":               {"カタカナで入力してください。", "カタカナで 書いて ください。", "Enter it in katakana."},
	"invalid-postal-code":    {"郵便番号は数字7桁で入力してください（例 998-0001）。", "郵便番号は 数字 7つで 書いて ください（例 998-0001）。", "Enter the postal code as seven digits, for example 998-0001."},
	"invalid-phone":          {"電話番号は0から始まる10桁か11桁で入力してください。", "電話番号は 0から はじまる 数字 10か 11で 書いて ください。", "Enter a telephone number of ten or eleven digits that begins with 0."},
	"invalid-email":          {"メールアドレスの形が違います（例 hana@example.jp）。", "メールアドレスの 形が ちがいます（例 hana@example.jp）。", "Enter an e-mail address like hana@example.jp."},
	"invalid-time":           {"時刻は 08:30 のように入力してください。", "時間は 08:30 のように 書いて ください。", "Enter a time like 08:30."},
	"invalid-bank-code":      {"金融機関コードは数字4桁です。", "銀行の 番号は 数字 4つです。", "A bank code has four digits."},
	"invalid-branch-code":    {"支店コードは数字3桁です。", "支店の 番号は 数字 3つです。", "A branch code has three digits."},
	"invalid-account-number": {"口座番号は数字7桁以内です。", "口座番号は 数字 7つまでです。", "An account number has up to seven digits."},
	"invalid-post-symbol":    {"ゆうちょ銀行の記号は、1から始まる数字5桁です。", "ゆうちょ銀行の 記号は 1から はじまる 数字 5つです。", "The 記号 of Japan Post Bank has five digits and begins with 1."},
	"invalid-post-number":    {"ゆうちょ銀行の番号は、1で終わる数字8桁以内です。", "ゆうちょ銀行の 番号は 1で おわる 数字 8つまでです。", "The 番号 of Japan Post Bank has up to eight digits and ends with 1."},
	"invalid-month":          {"年月は 2026-06 または令和8年6月のように入力してください。", "年と 月は 2026-06 か 令和8年6月の ように 書いて ください。", "Enter a month like 2026-06 or 令和8年6月."},
	"invalid-date":           {"実在する日付を 2026-06-01 または令和8年6月1日のように入力してください。", "ほんとうに ある 日を 2026-06-01 か 令和8年6月1日の ように 書いて ください。", "Enter a day that exists, like 2026-06-01 or 令和8年6月1日."},
	"date-in-future":         {"今日より後の日付です。", "今日より あとの 日です。", "This day is in the future."},
	"invalid-choice":         {"選択肢の中から選んでください。", "えらべる ものの 中から えらんで ください。", "Choose one of the choices."},
	"holder-mismatch":        {"口座の名義は申請する本人でなければなりません。", "口座は 申請する 人の 名前で なければ なりません。", "The account must be in the applicant's own name."},
	"control-character":      {"使えない文字が入っています。", "使えない 文字が 入っています。", "It contains a character that cannot be used."},
	"individual-number":      {"マイナンバー（個人番号）のような12桁の数字が入っています。このサービスではマイナンバーを預かりません。消してください。", "マイナンバーの ような 12の 数字が あります。ここには マイナンバーを 書かないで ください。", "This looks like an individual number (マイナンバー). This service never takes it; leave it out."},
}

// Message is the text of a code in "ja", "plain" or "en", with its parameters; empty for a code of another package.
func Message(code, lang string, params map[string]string) string {
	t, ok := messages[code]
	if !ok {
		return ""
	}
	text := t.In(lang)
	for name, value := range params {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}
