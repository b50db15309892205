package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// validation gathers the faults of one form.
type validation struct {
	opt    Options
	faults []fault.Detail
}

func (v *validation) fail(at string, p *problem) { v.faults = append(v.faults, detail(at, p)) }

// list validates a group that stands once for each element of a list in the facts.
func (v *validation) list(u *compiled, answer any, want int, out map[string]any) {
	at := "/form/" + u.key()
	if answer == nil {
		answer = []any{}
	}
	list, ok := answer.([]any)
	if !ok {
		v.refuse(at, answer, because("wrong-type"))
		return
	}
	if len(list) > maxEntries {
		v.fail(at, because("too-many", fault.Number("max", maxEntries)))
		return
	}
	if v.opt.Final && len(list) > want {
		v.fail(at, because("too-many", fault.Number("max", want)))
	}
	objects := []any{}
	for n, entry := range list {
		if object := v.group(at+"/"+strconv.Itoa(n), u.group, entry); object != nil {
			objects = append(objects, object)
		}
	}
	for n := len(list); v.opt.Final && n < want && len(v.faults) < maxFaults; n++ {
		v.group(at+"/"+strconv.Itoa(n), u.group, nil) // names each required field of the missing entry
	}
	if len(objects) > 0 {
		out[u.key()] = objects
	}
}

// group validates one object; nil for one without answers.
func (v *validation) group(at string, g *Group, answer any) map[string]any {
	if answer == nil {
		answer = map[string]any{}
	}
	object, ok := answer.(map[string]any)
	if !ok {
		v.refuse(at, answer, because("wrong-type"))
		return nil
	}
	out := map[string]any{}
	known := map[string]bool{}
	for i := range g.Fields {
		f := &g.Fields[i]
		known[f.Key] = true
		given, there := object[f.Key]
		if !there || given == nil {
			continue
		}
		value, p := kinds[f.Type].check(f, given, v.opt)
		if p != nil {
			v.refuse(at+"/"+f.Key, given, p)
		} else if !blank(value) {
			out[f.Key] = value
		}
	}
	v.unknown(at, object, known)
	v.required(at, g, object, out)
	if g.Rule == ruleAccount {
		v.account(at, out)
	}
	return out
}

// required names what is missing when the form is filed. A field that was refused above is not named twice.
func (v *validation) required(at string, g *Group, given, out map[string]any) {
	if !v.opt.Final {
		return
	}
	for i := range g.Fields {
		f := &g.Fields[i]
		if _, there := out[f.Key]; there || !f.Required && !f.requiredBy(out) {
			continue
		}
		if blank(given[f.Key]) {
			v.fail(at+"/"+f.Key, because("required"))
		}
	}
}

// blank says whether an answer counts as none: null, white space, a list of nothing else.
func blank(answer any) bool {
	switch a := answer.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(a) == ""
	case []any:
		return !slices.ContainsFunc(a, func(entry any) bool { return !blank(entry) })
	}
	return false
}

// RequiredFor says whether the question has to be answered beside the other answers of its group.
func (f *Field) RequiredFor(answers map[string]any) bool { return f.Required || f.requiredBy(answers) }

// requiredBy says whether another answer makes a field required.
func (f *Field) requiredBy(out map[string]any) bool {
	if f.RequiredWhen == "" {
		return false
	}
	other, want, exact := strings.Cut(f.RequiredWhen, "=")
	have, there := out[other]
	if !exact {
		return there && have != false
	}
	return there && fmt.Sprint(have) == want
}

// ruleAccount is the rule of a group that is a bank account.
const ruleAccount = "account"

// JapanPostBank is the bank code under which accounts of 記号 and 番号 are kept.
const JapanPostBank = "9900"

// account converts 記号/番号 of Japan Post Bank to what a transfer needs, beside what the person wrote.
func (v *validation) account(at string, out map[string]any) {
	symbol, _ := out["post_symbol"].(string)
	number, _ := out["post_number"].(string)
	if out["kind"] != "japan-post" || symbol == "" || number == "" {
		return
	}
	branch, account, err := jp.JapanPost(symbol, number)
	if err != nil {
		code := fault.Answer("invalid-post-symbol")
		member := "/post_symbol"
		if strings.HasPrefix(err.Error(), "番号") {
			code, member = "invalid-post-number", "/post_number"
		}
		v.fail(at+member, because(code))
		return
	}
	out["bank_code"], out["branch_code"], out["account_type"], out["account_number"] = JapanPostBank, branch, "ordinary", account
}

// holder compares the account's holder with the applicant: the holder must be the applicant (catalogue.md).
func (v *validation) holder(out map[string]any) {
	payee, _ := out["payee"].(map[string]any)
	applicant, _ := out["applicant"].(map[string]any)
	held, _ := payee["account_holder"].(string)
	family, _ := applicant["family_kana"].(string)
	given, _ := applicant["given_kana"].(string)
	if held == "" || family == "" || given == "" {
		return
	}
	if person, ok := jp.HalfWidthKanaHolder(family + " " + given); ok && !sameHolder(held, person) {
		v.fail("/form/payee/account_holder", because("holder-mismatch")) // no name in it: what is answered may be logged
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

// FreeTextFaults checks a text that stands outside the form, such as the reason of a declaration: length, control
// characters, and anything like an individual number (P4).
func FreeTextFaults(at, text string) []fault.Detail {
	const most = 2000
	switch {
	case jp.FindIndividualNumber(text):
		return []fault.Detail{detail(at, because("individual-number"))}
	case hasControl(text, true):
		return []fault.Detail{detail(at, because("control-character"))}
	case utf8.RuneCountInString(text) > most:
		return []fault.Detail{detail(at, because("too-long", fault.Number("max", most)))}
	}
	return nil
}
