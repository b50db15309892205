package wording

import "strings"

// english are the marks of Japanese text as English writes them: half as wide, with a space where Japanese needs none.
var english = strings.NewReplacer(" （", " (", "（", " (", "）", ")", "：", ": ", "、", ", ", " ・ ", " · ", "・", " · ")

// Marks gives the marks between the parts of a text the form of a language: pages and sentences are put together with Japanese
// ones. What people wrote, and names, are not for it: they stay as they are.
func Marks(marks, lang string) string {
	if lang == English {
		return english.Replace(marks)
	}
	return marks
}
