// Package plain holds a text to the reading level of plain Japanese (やさしい日本語): short sentences, phrases apart, few kanji,
// no words of the office. Its limits are what the service's own texts keep (app/plainwords_test.go). It is pure.
package plain

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The things that make a text hard to read.
const (
	LongSentence = "long-sentence" // more than MaxSentence characters
	ManyKanji    = "many-kanji"    // in a sentence more than MaxKanji of a hundred characters
	HardWord     = "hard-word"     // a word of the office; Found.Word is it
	NoSpaces     = "no-spaces"     // more than MaxPhrase characters without a space; Found.Word is them
	DoubleSpace  = "double-space"  // two spaces side by side
)

// The limits. Values in braces count for nothing: what is put in is not known.
const (
	MaxSentence = 60 // characters without spaces
	MaxKanji    = 50 // of a hundred characters
	MaxPhrase   = 13 // characters between spaces and marks
	// Names of papers and laws have more kanji than a sentence may: only what is longer is counted.
	leastCounted = 25
)

// Found is one thing that makes a text hard to read.
type Found struct {
	Code string
	Word string // HardWord, NoSpaces, LongSentence: what it is about
}

var (
	value    = regexp.MustCompile(`\{[a-z_]+\}`)
	sentence = regexp.MustCompile(`[^。！？\n]+`)
	phrase   = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー々]+`)
)

// hard are words of the office that have a plain one beside them; each is longer than a part of an easy word could be.
var hard = []string{"提出", "記入", "記載", "添付", "該当", "取得", "交付", "必須", "有無", "上記", "下記", "当該", "以下", "未満", "転入", "転出", "居住", "必要", "及び",
	"又は", "並びに", "若しくは", "速やか", "遅滞", "生計", "監護", "受給", "消滅", "事由", "様式", "原本", "届出", "提示", "配偶者", "ただし書", "準ずる", "とする者"}

// Check says what makes a plain text hard to read; nothing if it can be read.
func Check(text string) []Found {
	apart := !strings.Contains(text, "  ") && !strings.Contains(text, "　")
	text = value.ReplaceAllString(text, "")
	var out []Found
	for _, one := range sentence.FindAllString(text, -1) {
		out = append(out, length(one)...)
	}
	for _, word := range hard {
		if strings.Contains(text, word) {
			out = append(out, Found{Code: HardWord, Word: word})
		}
	}
	for _, run := range phrase.FindAllString(text, -1) {
		if utf8.RuneCountInString(run) > MaxPhrase {
			out = append(out, Found{Code: NoSpaces, Word: run})
		}
	}
	if !apart {
		out = append(out, Found{Code: DoubleSpace})
	}
	return out
}

// length says whether a sentence is too long, or has too many kanji.
func length(sentence string) (out []Found) {
	total, kanji := 0, 0
	for _, r := range sentence {
		if unicode.IsSpace(r) {
			continue
		}
		if total++; unicode.Is(unicode.Han, r) {
			kanji++
		}
	}
	if total > MaxSentence {
		out = append(out, Found{Code: LongSentence, Word: strings.TrimSpace(sentence)})
	}
	if total >= leastCounted && kanji*100 > total*MaxKanji {
		out = append(out, Found{Code: ManyKanji, Word: strings.TrimSpace(sentence)})
	}
	return out
}
