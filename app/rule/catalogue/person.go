package catalogue

import (
	"strconv"
	"strings"
)

// PersonIn is what answers, of the facts or of the form, say of a subject ("applicant", "child-2"); nil if they say nothing of it. The child
// of an application for one child stands alone.
func PersonIn(answers map[string]any, subject string) map[string]any {
	kind, number, numbered := strings.Cut(subject, "-")
	if !numbered {
		one, _ := answers[subject].(map[string]any)
		return one
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil
	}
	if list, _ := answers[ListOf(kind)].([]any); n >= 1 && n <= len(list) {
		if one, ok := list[n-1].(map[string]any); ok {
			return one
		}
	}
	if kind == "child" && n == 1 {
		one, _ := answers["child"].(map[string]any)
		return one
	}
	return nil
}
