package notify

import (
	"strings"

	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// mailText is a mail in one language. It is the same for everybody: a mail is read on locked screens and by whoever shares
// an address, and passes servers that are not ours, so that no fact of a case may be in it.
type mailText struct{ subject, text string }

// What a mail is about, as far as a mail says so.
const (
	aboutCase  = "case"
	aboutDraft = "draft"
	aboutEnd   = "draft-end"
	aboutGroup = "group"
)

// about maps a message's kind; one that is not named is about an application.
var about = map[string]string{KindExpired: aboutDraft, KindExpiring: aboutEnd, KindBroadcast: aboutGroup}

var mailTexts = map[string]map[string]mailText{
	models.LanguageJa: {
		aboutCase:  {"【子育てワンストップサービス】新しいお知らせがあります", "申請について、新しいお知らせがあります。\n次のページにログインして、ご確認ください。"},
		aboutDraft: {"【子育てワンストップサービス】新しいお知らせがあります", "作成途中の申請について、新しいお知らせがあります。\n次のページにログインして、ご確認ください。"},
		aboutEnd:   {"【子育てワンストップサービス】作成途中の申請の期限が近づいています", "作成途中の申請が、まもなく期限を迎えます。期限を過ぎると、続きを入力できなくなります。\n次のページにログインして、期限をご確認のうえ、続きを入力して提出するか、もう一度保存してください。"},
		aboutGroup: {"【子育てワンストップサービス】新しいお知らせがあります", "子育てについて、市区町村から新しいお知らせがあります。\n次のページにログインして、ご確認ください。"},
	},
	models.LanguagePlain: {
		aboutCase:  {"あたらしい おしらせが あります（子育てワンストップサービス）", "あなたの 申請（しんせい）に ついて、あたらしい おしらせが あります。\n下（した）の ページに ログインして、よんで ください。"},
		aboutDraft: {"あたらしい おしらせが あります（子育てワンストップサービス）", "かいている とちゅうの 申請（しんせい）に ついて、あたらしい おしらせが あります。\n下（した）の ページに ログインして、よんで ください。"},
		aboutEnd: {
			"かいている とちゅうの 申請（しんせい）が もうすぐ きえます（子育てワンストップサービス）",
			"かいている とちゅうの 申請（しんせい）が あります。もうすぐ つづきを かく ことが できなく なります。\n下（した）の ページに ログインして、いつまでかを みて、つづきを かいて 出（だ）すか、もう一度（いちど） 保存（ほぞん）して ください。",
		},
		aboutGroup: {"あたらしい おしらせが あります（子育てワンストップサービス）", "市役所（しやくしょ）や 町（まち）・村（むら）の 役場（やくば）から、子育（こそだ）ての あたらしい おしらせが あります。\n下（した）の ページに ログインして、よんで ください。"},
	},
	models.LanguageEn: {
		aboutCase:  {"You have a new message (Child-rearing One-stop Service)", "There is a new message about your application.\nSign in to read it:"},
		aboutDraft: {"You have a new message (Child-rearing One-stop Service)", "There is a new message about a draft of yours.\nSign in to read it:"},
		aboutEnd: {
			"A draft of yours will expire soon (Child-rearing One-stop Service)",
			"A draft of yours will expire soon. After that you cannot go on with it.\nSign in to see until when, then finish and file it, or save it once more:",
		},
		aboutGroup: {
			"You have a new message (Child-rearing One-stop Service)",
			"There is a new message about raising children from your municipality.\nSign in to read it:",
		},
	},
}

// mailEnd says how to get no more mails, and that nobody reads answers.
var mailEnd = map[string]string{
	models.LanguageJa:    "メールが不要なときは、ログイン後の設定で止められます。\nこのメールは送信専用です。返信されてもお読みできません。",
	models.LanguagePlain: "メールが いらない ときは、ログインして、設定（せってい）で とめる ことが できます。\nこの メールに 返事（へんじ）を しても、だれも よみません。",
	models.LanguageEn:    "If you do not want these mails, turn them off in your settings after signing in.\nNobody reads replies to this mail.",
}

// mailTags are the languages as a mail names them.
var mailTags = map[string]string{models.LanguageJa: "ja", models.LanguagePlain: "ja", models.LanguageEn: "en"}

// compose makes the mail of a message: the same bytes at each attempt.
func compose(message, address string, to *postgres.Addressee, url string) mail.Message {
	what := about[to.Kind]
	if what == "" {
		what = aboutCase
	}
	t := mailTexts[to.Language][what]
	return mail.Message{
		ID:       message,
		To:       address,
		Subject:  t.subject,
		Language: mailTags[to.Language],
		At:       to.At,
		Text:     strings.Join([]string{t.text, "", url, "", mailEnd[to.Language], ""}, "\n"),
	}
}
