package simulator

import "strings"

// texts of the pages, by language. A test holds that both have the same keys.
var texts = map[string]map[string]string{
	"ja": {
		"title_personas": "だれとしてログインしますか",
		"title_code":     "確認コードを入力してください",
		"title_message":  "ログイン",
		"demo":           "これはデモのログイン画面です。出てくる人は、すべて架空の人です。パスワードはいりません。",
		"switch":         "English",
		"error_title":    "＊うまくいきませんでした",
		"kind_parent":    "保護者（申請する人）",
		"kind_reviewer":  "審査担当（市区町村の職員）",
		"kind_admin":     "運用管理者",
		"kind_auditor":   "監査",
		"staff_note":     "このボタンを選ぶと、次に確認コードを入力します。",
		"chosen":         "ログインする人",
		"phone":          "あなたのスマートフォンに、次の番号が表示されています（デモのため、ここに表示します）。",
		"code_label":     "確認コード",
		"required":       "※必須",
		"code_help":      "6けたの数字",
		"submit":         "ログインする",
		"without_title":  "確認コードを使わない場合",
		"without_help":   "確認コードなしでもログインできますが、職員の画面は開けません（403 になることを確かめるためのものです）。",
		"without":        "確認コードなしでログインする",
		"back":           "別の人を選ぶ",
		"wrong_code":     "＊確認コードがちがいます。表示されている6けたの数字を入力してください。",
		"too_often":      "＊確認コードを5回まちがえました。もう一度、人を選んでください。",
		"expired":        "このログインは時間切れか、すでに終わっています。もとの画面に戻って、もう一度ログインしてください。",
		"unknown":        "その人はいません。もとの画面に戻って、もう一度ログインしてください。",
		"signed_out":     "ログアウトしました。この画面は閉じてかまいません。",
	},
	"en": {
		"title_personas": "Who do you want to sign in as?",
		"title_code":     "Enter the confirmation code",
		"title_message":  "Sign-in",
		"demo":           "This is the demo's sign-in page. Everybody here is invented. No password is needed.",
		"switch":         "日本語",
		"error_title":    "＊That did not work",
		"kind_parent":    "Parents (applicants)",
		"kind_reviewer":  "Reviewers (municipal staff)",
		"kind_admin":     "Operations admins",
		"kind_auditor":   "Auditor",
		"staff_note":     "After this button you are asked for a confirmation code.",
		"chosen":         "Signing in as",
		"phone":          "Your phone shows this number (in the demo it is shown here).",
		"code_label":     "Confirmation code",
		"required":       "※Required",
		"code_help":      "Six digits",
		"submit":         "Sign in",
		"without_title":  "Without a confirmation code",
		"without_help":   "You can sign in without the code, but the staff pages will stay closed (to see the answer 403).",
		"without":        "Sign in without a code",
		"back":           "Choose somebody else",
		"wrong_code":     "＊The code is wrong. Enter the six digits that are shown.",
		"too_often":      "＊The code was wrong five times. Choose who to sign in as again.",
		"expired":        "This sign-in has expired or is already over. Go back to where you came from and sign in again.",
		"unknown":        "There is nobody by that name. Go back to where you came from and sign in again.",
		"signed_out":     "You are signed out. You can close this page.",
	},
}

// place says where a role holds: "ひなた市" for "reviewer@998010".
func place(role, lang string) string {
	_, code, _ := strings.Cut(role, "@")
	return places[code][lang]
}
