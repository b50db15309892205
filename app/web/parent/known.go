package parent

import (
	"html/template"
	"maps"
	"strings"
	"unicode"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// known is what the sign-in says of a section in which nothing is answered, and the name in which an account has to be. It stands in the
// fields with where it comes from, and becomes an answer when the person has seen it and goes on.
type known struct {
	answers map[string]any
	origins map[string]template.HTML // JSON Pointer of a field → where its content comes from, in words
}

// knownIn puts what is known of a step's sections under what is saved of them, an earlier application's answers included: filled gives
// those, form what is answered so far. It says whether anything is from the sign-in.
func (p *pages) knownIn(r *page.Request, b *answers.Builder, s catalogue.Step, form, filled map[string]any) (saved map[string]any, signIn bool) {
	saved = filled
	for _, one := range s.Sections {
		if !blank(form[one.Key]) || one.Each != "" {
			continue
		}
		k := known{map[string]any{}, map[string]template.HTML{}}
		at := "/form/" + one.Key
		if who, ok := edge.PrincipalFrom(r.Ctx); ok && one.Key == "applicant" {
			k.take(one, at, onCard(who.Profile), r.Markup("field.from-sign-in"))
			signIn = signIn || len(k.answers) > 0
		}
		if holder := one.Group.AccountHolder(form); holder != "" {
			k.take(one, at, map[string]any{"account_holder": holder}, r.Markup("field.from-name"))
		}
		if len(k.answers) == 0 {
			continue
		}
		over, _ := saved[one.Key].(map[string]any)
		if len(over) == 0 {
			b.Origins = merged(b.Origins, k.origins)
		}
		saved = merged(saved, map[string]any{one.Key: merged(k.answers, over)})
	}
	return saved, signIn
}

// take takes over what answers a question of the section.
func (k *known) take(s form.Section, at string, from map[string]any, origin template.HTML) {
	for _, q := range s.Group.Fields {
		if v := from[q.Name]; !blank(v) && v != "" {
			k.answers[q.Name], k.origins[at+"/"+q.Name] = v, origin
		}
	}
}

// merged is both, with what the second has over the first.
func merged[V any](under, over map[string]V) map[string]V {
	out := map[string]V{}
	maps.Copy(out, under)
	maps.Copy(out, over)
	return out
}

// onCard are the answers of an applicant's section that a sign-in gives, as the form's rules write them. What they would refuse is
// left for the person to type.
func onCard(p oidc.Profile) map[string]any {
	if parts := strings.Fields(p.Name); p.FamilyName+p.GivenName == "" && len(parts) == 2 && strings.ContainsFunc(p.Name, japanese) {
		p.FamilyName, p.GivenName = parts[0], parts[1] // the card has both in one
	}
	out := map[string]any{"family_name": p.FamilyName, "given_name": p.GivenName, "address": p.Address, "email": p.Email}
	if p.FamilyName == "" && p.GivenName != "" {
		out["single_name"] = true
	}
	for name, read := range map[string]func() (string, bool){
		"sex":         func() (string, bool) { return sexes[strings.ToLower(p.Sex)], sexes[strings.ToLower(p.Sex)] != "" },
		"family_kana": func() (string, bool) { return jp.NormaliseReading(p.FamilyKana) },
		"given_kana":  func() (string, bool) { return jp.NormaliseReading(p.GivenKana) },
		"postal_code": func() (string, bool) { return jp.NormalisePostalCode(p.PostalCode) },
		"phone":       func() (string, bool) { return jp.NormalisePhone(p.Phone) },
		"birth_date": func() (string, bool) {
			d, err := jp.ParseDate(p.Birthdate)
			return p.Birthdate, err == nil && d.Year > 1
		},
	} {
		if v, ok := read(); ok {
			out[name] = v
		}
	}
	return out
}

// sexes are the ways to write it: the word, ISO/IEC 5218 as on the card, Japanese.
var sexes = map[string]string{
	"female": "female", "f": "female", "2": "female", "女": "female", "女性": "female",
	"male": "male", "m": "male", "1": "male", "男": "male", "男性": "male",
}

// japanese says whether a letter is one of names that begin with the family's.
func japanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }
