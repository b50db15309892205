package form

import (
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// ruleAccount is the rule of a group that is a bank account.
const ruleAccount = "account"

// JapanPostBank is the bank code under which accounts of 記号 and 番号 are kept.
const JapanPostBank = "9900"

// account converts 記号/番号 of Japan Post Bank to what a transfer needs, beside what the person wrote.
func account(c *question.Checker, at *question.Place, out map[string]any) {
	symbol, _ := out["post_symbol"].(string)
	number, _ := out["post_number"].(string)
	if out["kind"] != "japan-post" || symbol == "" || number == "" {
		return
	}
	branch, account, err := jp.JapanPost(symbol, number)
	if err != nil {
		code, member := fault.Answer("invalid-post-symbol"), "post_symbol"
		if strings.HasPrefix(err.Error(), "番号") {
			code, member = "invalid-post-number", "post_number"
		}
		c.Fail(at.Member(member), code)
		return
	}
	out["bank_code"], out["branch_code"], out["account_type"], out["account_number"] = JapanPostBank, branch, "ordinary", account
}

// holder compares the account's holder with the applicant: the holder must be the applicant (catalogue.md).
func holder(c *question.Checker, out map[string]any) {
	payee, _ := out["payee"].(map[string]any)
	applicant, _ := out["applicant"].(map[string]any)
	held, _ := payee["account_holder"].(string)
	family, _ := applicant["family_kana"].(string)
	given, _ := applicant["given_kana"].(string)
	if held == "" || family == "" || given == "" {
		return
	}
	if person, ok := jp.HalfWidthKanaHolder(family + " " + given); ok && !sameHolder(held, person) {
		c.Fail(question.At("form").Member("payee").Member("account_holder"), "holder-mismatch") // no name in it: what is answered may be logged
	}
}

// holderRecord is how many characters of a holder a bank transfer record has (全銀協).
const holderRecord = 30

// sameHolder compares an account's holder with a person, both in half-width kana. Banks write spaces and middle dots as
// they like and cut a long name where the record ends.
func sameHolder(held, person string) bool {
	loose := strings.NewReplacer(" ", "", ".", "")
	a, b := loose.Replace(held), loose.Replace(person)
	return a == b || utf8.RuneCountInString(held) >= holderRecord && strings.HasPrefix(b, a)
}
