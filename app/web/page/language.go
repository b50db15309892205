package page

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/wording"
)

// The languages of the pages (web.md, "Languages").
const (
	Japanese = wording.Japanese
	Plain    = wording.Plain
	English  = wording.English
)

// Languages are all of them, in the order in which a page offers them.
var Languages = wording.Languages

const (
	languageCookie = "lang"
	languageKey    = "page.language"
)

// chooseLanguage takes ?lang=…, else what this browser chose before, else what it asks for. The choice is kept for a
// year; it says nothing of the person.
func (s *Site) chooseLanguage(c *gin.Context) {
	lang := c.Query("lang")
	if slices.Contains(Languages, lang) {
		http.SetCookie(c.Writer, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	} else if kept, err := c.Cookie(languageCookie); err == nil && slices.Contains(Languages, kept) {
		lang = kept
	} else {
		lang = edge.Language(c.Request)
	}
	c.Set(languageKey, lang)
}

// languageOf is the language of a request; of one that came on no page's route, too.
func languageOf(c *gin.Context) string {
	if lang := c.GetString(languageKey); lang != "" {
		return lang
	}
	if kept, err := c.Cookie(languageCookie); err == nil && slices.Contains(Languages, kept) {
		return kept
	}
	return edge.Language(c.Request)
}

// htmlLanguage is the value of the attribute lang: plain Japanese is Japanese.
func htmlLanguage(lang string) string {
	if lang == English {
		return "en"
	}
	return "ja"
}

// Place is the name of a municipality in a language.
func Place(lang, ja, en string) string {
	if lang == English && en != "" {
		return en
	}
	return ja
}
