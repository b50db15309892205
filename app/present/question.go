package present

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// Question names the question of a pointer, "/facts/children/0/birth_date"; one of the form with its section: 申請者：姓. Empty for what is no
// question of the version.
func Question(v *catalogue.Version, pointer, lang string) string {
	parts := strings.Split(strings.Trim(pointer, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	section, questions, path := "", v.Facts, parts[1:]
	if parts[0] == "form" {
		at := slices.IndexFunc(v.FormRules().Sections(), func(s form.Section) bool { return s.Key == parts[1] })
		if at < 0 {
			return ""
		}
		s := v.FormRules().Sections()[at]
		section, questions, path = s.Group.Label.In(lang), s.Group.Fields, parts[len(parts)-1:]
	}
	q := question.Find(questions, path...)
	switch {
	case q == nil:
		return section
	case section == "":
		return q.Label.In(lang)
	}
	return section + wording.Marks("：", lang) + q.Label.In(lang)
}
