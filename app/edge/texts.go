package edge

import (
	"net/http"
	"slices"

	xlang "golang.org/x/text/language"

	"kosodate.example/onestop/app/wording"
)

// The languages of problem documents. Pages speak plain Japanese (wording.Plain) too.
const (
	Japanese = wording.Japanese
	English  = wording.English
)

var matcher = xlang.NewMatcher([]xlang.Tag{xlang.Japanese, xlang.English})

// Language is the reader's by Accept-Language; Japanese if they ask for neither.
func Language(r *http.Request) string {
	header := r.Header.Get("Accept-Language")
	if header == "" || len(header) > 1000 {
		return Japanese
	}
	tags, _, err := xlang.ParseAcceptLanguage(header)
	if err != nil {
		return Japanese
	}
	if _, index, confidence := matcher.Match(tags...); confidence != xlang.No && index == 1 {
		return English
	}
	return Japanese
}

// LanguageCookie keeps the language that a person chose on a page.
const LanguageCookie = "lang"

// PageLanguage is the language of a page: "ja", "plain" or "en". A link names it (?lang=plain), else it is what the person chose
// before (LanguageCookie), else Language. Answers that follow it vary by Accept-Language and Cookie.
func PageLanguage(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); slices.Contains(wording.Languages, lang) {
		return lang
	}
	if c, err := r.Cookie(LanguageCookie); err == nil && slices.Contains(wording.Languages, c.Value) {
		return c.Value
	}
	return Language(r)
}
