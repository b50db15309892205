package edge

import (
	"net/http"

	xlang "golang.org/x/text/language"

	"kosodate.example/onestop/app/fault"
)

// text is one text in both languages.
type text struct{ ja, en string }

func (t text) in(lang string) string {
	if lang == English {
		return t.en
	}
	return t.ja
}

// problemText are the texts of one code. The English detail is used only where the fault brings none of its own, which
// says more.
type problemText struct{ title, detail text }

// problemTexts has every code of app/fault/codes.go; a test holds it.
var problemTexts = map[string]problemText{
	fault.CodeMalformed: {text{"リクエストを読み取れません", "The request cannot be read"},
		text{"送られた内容の形式が正しくありません。内容を確かめて、もう一度送ってください。", "What was sent is not in the right format. Check it and send it again."}},
	fault.CodeUnauthorized: {text{"ログインが必要です", "Sign in first"},
		text{"ログインしていないか、ログインの期限が切れています。もう一度ログインしてください。", "You are not signed in, or your sign-in has ended. Sign in again."}},
	fault.CodeForbidden: {text{"この操作はできません", "Not allowed"},
		text{"この操作をする権限がありません。", "Your role does not allow this."}},
	fault.CodeSecondFactor: {text{"2つ目の確認が必要です", "A second factor is needed"},
		text{"職員の方は、2つの方法で本人確認をしてログインしてください。", "Staff sign in with a second factor. Sign in again with one."}},
	fault.CodeNotFound: {text{"見つかりません", "Not found"},
		text{"お探しのものはありません。または、見ることができません。", "It does not exist, or it is not yours to see."}},
	fault.CodeConflict: {text{"ほかの変更と重なりました", "Changed meanwhile"},
		text{"ほかの人か別の画面で内容が変わりました。読み込み直して、もう一度操作してください。", "It was changed meanwhile. Load it again and retry."}},
	fault.CodeDuplicate: {text{"同じ申請があります", "There is such an application already"},
		text{"同じ手続の申請がすでにあります。続きから進めるか、別の申請にするかを選んでください。", "There is an application for the same thing already. Choose whether to go on with it or to make a separate one."}},
	fault.CodeProcedureClosed: {text{"受付期間ではありません", "Not open now"},
		text{"この手続は、いま受け付けていません。", "This procedure does not take applications now."}},
	fault.CodeIdempotencyReused: {text{"Idempotency-Keyが使われています", "The Idempotency-Key was used"},
		text{"このIdempotency-Keyは、別の内容で使われています。新しいキーで送ってください。", "This Idempotency-Key was used with another body. Take a new key for a new request."}},
	fault.CodeIdempotencyMissing: {text{"Idempotency-Keyがありません", "The Idempotency-Key is missing"},
		text{"二重に受け付けないために、ヘッダーIdempotency-Keyを付けて送ってください。", "Send the header Idempotency-Key, so that nothing is done twice."}},
	fault.CodeNotAllowedNow: {text{"いまはこの操作ができません", "Not possible now"},
		text{"いまの状態では、この操作はできません。", "This is not possible in the present state."}},
	fault.CodeLengthRequired: {text{"長さが分かりません", "The length is missing"},
		text{"ヘッダーContent-Lengthで、ファイルの大きさを知らせてください。", "Send the header Content-Length with the size of the file."}},
	fault.CodeStale: {text{"内容が新しくなっています", "There is a newer version"},
		text{"ほかの画面で先に保存されました。新しい内容を読み込んで、もう一度保存してください。", "It was saved elsewhere meanwhile. Load the newer version and save again."}},
	fault.CodeTooLarge: {text{"大きすぎます", "Too large"},
		text{"送られたデータが大きすぎます。小さくして、もう一度送ってください。", "What was sent is too large. Make it smaller and send it again."}},
	fault.CodeUnsupportedMedia: {text{"この形式は使えません", "This format is not accepted"},
		text{"この種類のデータは受け付けていません。", "Data of this kind is not accepted here."}},
	fault.CodeInvalidCase: {text{"判定できません", "The case cannot be judged"},
		text{"送られた内容では、必要な書類を判定できません。", "The documents needed cannot be told from what was sent."}},
	fault.CodeUnknownProcedure: {text{"手続がありません", "Unknown procedure"},
		text{"この手続はありません。", "There is no such procedure."}},
	fault.CodeInvalidMunicipal: {text{"市区町村が正しくありません", "Unknown municipality"},
		text{"この市区町村はありません。または、このサービスを使っていません。", "There is no such municipality, or it does not use the service."}},
	fault.CodeNotInForce: {text{"その日には行われていません", "Not in force on that day"},
		text{"この手続は、その日には行われていません。", "This procedure is not in force on that day."}},
	fault.CodeInvalidFacts: {text{"質問への答えを確かめてください", "Check the answers"},
		text{"質問への答えに、足りないものか正しくないものがあります。", "Some answers are missing or not right."}},
	fault.CodeInvalidPhase: {text{"運用段階の指定が正しくありません", "The phase change is not right"},
		text{"運用段階の変更に、正しくないところがあります。", "Something in the change of phases is not right."}},
	fault.CodeInvalidForm: {text{"入力内容を確かめてください", "Check what you entered"},
		text{"申請書の入力に、足りないものか正しくないものがあります。", "Some entries of the form are missing or not right."}},
	fault.CodeInvalidDeclaration: {text{"申出の内容を確かめてください", "Check the declarations"},
		text{"あとで出す書類や出せない書類の申出に、正しくないところがあります。", "Something in the declarations about missing documents is not right."}},
	fault.CodeInvalidFile: {text{"このファイルは使えません", "This file is not accepted"},
		text{"ファイルの種類、大きさ、名前を確かめてください。", "Check the file's kind, size and name."}},
	fault.CodeInvalidSignature: {text{"電子署名を確かめてください", "Check the signature"},
		text{"電子署名を確認できませんでした。もう一度署名してください。", "The signature could not be verified. Sign again."}},
	fault.CodeInvalidRequest: {text{"送られた内容が正しくありません", "The request is not right"},
		text{"送られた内容に、足りないものか正しくないものがあります。", "Something in the request is missing or not right."}},
	fault.CodeMissingDocuments: {text{"書類が足りません", "Documents are missing"},
		text{"必要な書類が足りません。書類を付けるか、あとで出すことを申し出てください。", "Some documents are missing. Attach them, or declare that they will follow."}},
	fault.CodeIndividualNumber: {text{"個人番号は書かないでください", "Do not enter an individual number"},
		text{"個人番号（マイナンバー）と思われる数字があります。消してから、もう一度送ってください。", "There is something that looks like an individual number. Remove it and send again."}},
	fault.CodeIfMatchRequired: {text{"If-Matchがありません", "The header If-Match is missing"},
		text{"先に内容を読み込み、そのETagをヘッダーIf-Matchに付けて送ってください。", "Load it first and send its ETag in the header If-Match."}},
	fault.CodeTooMany: {text{"操作が多すぎます", "Too many requests"},
		text{"短い時間に操作が多すぎます。少し待ってから、もう一度操作してください。", "Too many requests in a short time. Wait a little and try again."}},
	fault.CodeUnavailable: {text{"いまは使えません", "Not available now"},
		text{"いまは使えません。入力した内容はなくなっていません。少し待ってから、もう一度操作してください。", "This is not available now. Nothing was lost. Try again shortly."}},
	fault.CodeInternal: {text{"エラーが起きました", "Something went wrong"},
		text{"システムでエラーが起きました。少し待ってから、もう一度操作してください。", "Something went wrong on our side. Try again later."}},
}

// titleOf is the title of a code, or of its status if the code has no texts.
func titleOf(lang, code string, status int) string {
	if t, ok := problemTexts[code]; ok {
		return t.title.in(lang)
	}
	if lang == Japanese {
		return "この操作はできませんでした"
	}
	return http.StatusText(status)
}

// detailOf is what happened, for people: by the fault's reason where it gives one, in English in the fault's own words,
// else by its code.
func detailOf(lang string, f *fault.Error) string {
	if t, ok := reasonTexts[f.Extra["reason"]]; ok && lang == Japanese {
		return t
	}
	if lang == English && f.Text != "" {
		return f.Text
	}
	if t, ok := problemTexts[f.Code]; ok {
		return t.detail.in(lang)
	}
	return f.Text
}

// The languages of problem documents.
const (
	Japanese = "ja"
	English  = "en"
)

var matcher = xlang.NewMatcher([]xlang.Tag{xlang.Japanese, xlang.English})

// Language is the reader's by Accept-Language; Japanese if they ask for neither.
func Language(r *http.Request) string {
	header := r.Header.Get("Accept-Language")
	if header == "" || len(header) > 1000 {
		return Japanese
	}
	tags, _, err := xlang.ParseAcceptLanguage(header)
	if err != nil {
		return Japanese
	}
	if _, index, confidence := matcher.Match(tags...); confidence != xlang.No && index == 1 {
		return English
	}
	return Japanese
}
