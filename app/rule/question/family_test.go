package question

import (
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// Lives are right answers to the questions of Family.
const Lives = lives

// Family is a list that uses all that questions can, with its check, for the tests from outside.
func Family(t testing.TB) (*List, func(text []byte, filing jp.Date) []fault.Detail) {
	l := listOf(t, family)
	return l, func(text []byte, filing jp.Date) []fault.Detail {
		_, faults := check(t, l, string(text), Options{FiledOn: filing, Exact: true, Final: true})
		return faults
	}
}
