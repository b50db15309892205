package answers

import (
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// mostRadios is how many choices are shown one below the other; more are a list to unfold.
const mostRadios = 9

// control is how a question is answered on a page.
func control(q *question.Question) string {
	switch q.Type {
	case question.Boolean:
		return page.FieldYesNo
	case question.Integer:
		return page.FieldNumber
	case question.Day:
		return page.FieldDate
	case question.Month:
		return page.FieldMonth
	case question.Municipality:
		return page.FieldPlace
	case question.Choose:
		if len(q.Choices) > mostRadios {
			return page.FieldSelect
		}
		return page.FieldRadio
	case question.Listing:
		if q.Of.Type == question.Choose {
			return page.FieldChecks
		}
		return page.FieldArea // one entry a line
	case question.LongText:
		return page.FieldArea
	case "phone":
		return page.FieldTel
	case "email":
		return page.FieldEmail
	}
	return page.FieldText
}

func keyboard(kind string) string {
	switch kind {
	case "postal-code", "account-number", "bank-code", "branch-code", "post-symbol", "post-number", "time":
		return "numeric"
	}
	return ""
}
