package parent

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// known is what is known already of a section in which nothing is answered: by the sign-in, by another section, by the questions at the
// beginning. It stands in the fields with where it comes from, and becomes an answer when the person has seen it and goes on.
type known struct {
	answers any
	Origins map[string]template.HTML // JSON Pointer of a field → where its content comes from, in words
	SignIn  bool                     // by the sign-in
}

// known finds it; nil if there is nothing.
func (p *pages) known(r *page.Request, d *draft, s form.Section) *known {
	if !blank(d.Form[s.Key]) {
		return nil
	}
	out := &known{Origins: map[string]template.HTML{}}
	at := "/form/" + s.Key
	if s.Each == "" {
		out.answers = out.entry(r, d, s, at, 0)
	} else {
		elements := make([]any, d.entries(s))
		for i := range elements {
			elements[i] = out.entry(r, d, s, at+"/"+strconv.Itoa(i), i)
		}
		out.answers = elements
	}
	if len(out.Origins) == 0 {
		return nil
	}
	return out
}

// entry is what is known of one person or thing of a section.
func (k *known) entry(r *page.Request, d *draft, s form.Section, at string, i int) map[string]any {
	out := map[string]any{}
	take := func(from map[string]any, origin string) {
		for _, q := range s.Group.Fields {
			if v := from[q.Name]; !blank(v) && v != "" && out[q.Name] == nil {
				out[q.Name] = v
				k.Origins[at+"/"+q.Name] = r.Markup(origin)
			}
		}
	}
	applicant, _ := d.Form["applicant"].(map[string]any)
	switch {
	case s.Key == "applicant":
		if who, ok := edge.PrincipalFrom(r.Ctx); ok {
			take(onCard(who.Profile), "field.from-sign-in")
			k.SignIn = len(out) > 0
		}
	case s.Each == "guardians" && i == 0: // who applies is mostly the one who is named first
		take(applicant, "field.from-applicant")
	case s.Each != "":
		take(sameFact(d, s, i), "field.from-answers")
	}
	if holder := s.Group.AccountHolder(d.Form); holder != "" {
		take(map[string]any{"account_holder": holder}, "field.from-name")
	}
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

// japanese says whether a letter is one of names that begin with the family's.
func japanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// sameFact is what the questions at the beginning asked about the same person under the same name: the relationship of a child, in the
// words that were chosen.
func sameFact(d *draft, s form.Section, i int) map[string]any {
	out := map[string]any{}
	asked := question.Find(d.version.Facts, s.Each)
	if asked == nil || asked.Of == nil {
		return out
	}
	given := d.saved().Entry(s, i)
	for _, q := range s.Group.Fields {
		chosen, _ := given[q.Name].(string)
		other := question.Find(asked.Of.Fields, q.Name)
		if other == nil || q.Type == question.Choose || chosen == "other" { // which other one has to be said
			continue
		}
		out[q.Name] = given[q.Name]
		for _, c := range other.Choices {
			if c.Value == chosen {
				out[q.Name] = c.Label.Ja
			}
		}
	}
	return out
}

// under is what was taken from an earlier application, with what is known in the fields that it left empty.
func (k *known) under(taken any) any {
	switch over := taken.(type) {
	case map[string]any:
		below, _ := k.answers.(map[string]any)
		out := maps.Clone(below)
		maps.Copy(out, over)
		return out
	case []any:
		below, _ := k.answers.([]any)
		out := slices.Clone(below)
		for i := range min(len(over), len(out)) {
			if one, ok := over[i].(map[string]any); ok {
				both, _ := out[i].(map[string]any)
				maps.Copy(both, one)
			}
		}
		return out
	}
	return taken
}
