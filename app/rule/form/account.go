package form

import (
	"cmp"
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

// holders compares the holder of each account with the person whose account it has to be: the applicant, or whom the
// section names (catalogue.md: in 5 the child).
func (f *Form) holders(c *question.Checker, out map[string]any) {
	for i := range f.sections {
		s := &f.sections[i]
		account, _ := out[s.Key].(map[string]any)
		held, _ := account["account_holder"].(string)
		if whose := s.Group.AccountHolder(out); held != "" && whose != "" && !sameHolder(held, whose) {
			// No name in it: what is answered may be logged.
			c.Fail(question.At("form").Member(s.Key).Member("account_holder"), "holder-mismatch")
		}
	}
}

// Account says whether the group is a bank account.
func (g *Group) Account() bool { return g.Rule == ruleAccount }

// AccountHolder is the name in which an account of the group has to be, by the rest of the form's answers; empty while they do
// not say it, and for a group that is no account.
func (g *Group) AccountHolder(answers map[string]any) string {
	if g.Rule != ruleAccount {
		return ""
	}
	return kanaName(answers[cmp.Or(g.Holder, "applicant")])
}

// kanaName is the name of a person in a form, of the first of several, in half-width kana; empty while it is not all there.
func kanaName(v any) string {
	if several, ok := v.([]any); ok && len(several) > 0 {
		v = several[0]
	}
	person, _ := v.(map[string]any)
	family, _ := person["family_kana"].(string)
	given, _ := person["given_kana"].(string)
	if single, _ := person["single_name"].(bool); given == "" || family == "" && !single {
		return ""
	}
	name, _ := jp.HalfWidthKanaHolder(family + " " + given)
	return name
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
