package edge

import "kosodate.example/onestop/app/gateway/oidc"

// The edge's own reasons, as the member "reason" of a problem, beside those of app/gateway/oidc.
const (
	reasonMissing     = oidc.ReasonMissing
	reasonCrossOrigin = "cross-origin"   // a page of another site sent it
	reasonCancelled   = "cancelled"      // the person, or the provider, ended the sign-in
	reasonState       = "state"          // the callback belongs to no sign-in of this browser
	reasonMethod      = "method"         // 405
	reasonAccept      = "accept"         // 406
	reasonTimeout     = "timeout"        // 408
	reasonJSON        = "json"           // not JSON
	reasonEncoding    = "encoding"       // not UTF-8
	reasonDepth       = "depth"          // nested too deep
	reasonMembers     = "members"        // too many members
	reasonEmpty       = "empty"          // no body where one is needed
	reasonKey         = "key-unreadable" // Idempotency-Key that is not visible ASCII
)

// reasonTexts says in Japanese what the fault's own text says in English.
var reasonTexts = map[string]string{
	oidc.ReasonMissing:         "ログインしていません。ログインするか、ヘッダーAuthorizationでアクセストークンを送ってください。",
	oidc.ReasonTooLarge:        "アクセストークンが長すぎます。",
	oidc.ReasonMalformed:       "アクセストークンを読み取れません。",
	oidc.ReasonAlgorithm:       "アクセストークンに署名がないか、使えない方式で署名されています。",
	oidc.ReasonKey:             "アクセストークンの署名の鍵が、ログインサービスのものではありません。",
	oidc.ReasonSignature:       "アクセストークンの署名が正しくありません。",
	oidc.ReasonIssuer:          "アクセストークンが、別のサービスから出されたものです。",
	oidc.ReasonAudience:        "アクセストークンが、別のサービスのためのものです。",
	oidc.ReasonExpired:         "ログインの期限が切れました。もう一度ログインしてください。",
	oidc.ReasonNotYet:          "アクセストークンが、まだ使える時刻になっていません。",
	oidc.ReasonNonce:           "別のログインへの応答です。もう一度ログインしてください。",
	oidc.ReasonCode:            "ログインに時間がかかりすぎたか、すでに使われています。もう一度ログインしてください。",
	oidc.ReasonTokenMissing:    "ログインサービスの応答が足りません。もう一度ログインしてください。",
	oidc.ReasonSubject:         "アクセストークンが誰のものか分かりません。",
	oidc.ReasonType:            "この種類のトークンは使えません。",
	oidc.ReasonNoExpiry:        "アクセストークンに期限がありません。",
	reasonCrossOrigin:          "ほかのサイトから送られた操作なので、受け付けませんでした。",
	reasonCancelled:            "ログインは完了していません。もう一度ログインしてください。",
	reasonState:                "このログインは、この画面で始めたものではないか、時間がたちすぎています。もう一度ログインしてください。",
	reasonMethod:               "このアドレスでは、この方法（メソッド）は使えません。使えるものはヘッダーAllowにあります。",
	reasonAccept:               "ここではJSONだけを返します。",
	reasonTimeout:              "データが時間内に届きませんでした。もう一度送ってください。",
	reasonJSON:                 "JSONとして読み取れません。",
	reasonEncoding:             "文字コードがUTF-8ではありません。",
	reasonDepth:                "JSONの入れ子が深すぎます。",
	reasonMembers:              "JSONの項目が多すぎます。",
	reasonEmpty:                "内容（ボディー）がありません。",
	"link-expired":             "このリンクの期限が過ぎました。送られた内容は消去されています。リンクを出したサイトに、新しいリンクを頼んでください。",
	"link-used":                "このリンクはすでに使われています。リンクは1回だけ使えます。",
	"link-declined":            "すでに断っています。送られた内容は消去されています。",
	"consent-other-item":       "この同意は、別の情報についてのものです。",
	"consent-not-given":        "本人の同意がまだありません。",
	"consent-revoked":          "本人が同意していないか、同意を取り消しました。",
	"consent-ended":            "同意の期限が過ぎました。本人にもう一度同意を求めてください。",
	"signature-required":       "この市区町村では電子署名が必要です。カードで署名して、もう一度提出してください。下書きは残っています。",
	"signature-another-person": "署名した方が申請者と違います。申請者ご本人のカードで署名してください。",
	"signature-unreadable":     "電子署名として読み取れません。もう一度署名してください。",
	"signature-changed":        "署名したあとに内容が変わっています。今の内容で、もう一度署名してください。",
	"signature-untrusted":      "使えない認証局の証明書です。マイナンバーカードで署名してください。",
	"signature-expired":        "証明書の有効期限が切れています。市区町村の窓口で更新してください。",
	"signature-usage":          "署名用の証明書ではありません。署名用電子証明書を使ってください。",
	"signature-weak":           "もう使えない方式の署名です。",
	reasonKey:                  "Idempotency-Keyは、1文字から255文字までの英数字や記号で送ってください。",
}
