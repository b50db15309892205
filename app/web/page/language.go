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

// keepLanguage keeps what ?lang=… chose for a year (edge.PageLanguage); it says nothing of the person.
func keepLanguage(c *gin.Context) {
	if lang := c.Query("lang"); slices.Contains(Languages, lang) {
		http.SetCookie(c.Writer, &http.Cookie{
			Name:     edge.LanguageCookie,
			Value:    lang,
			Path:     "/",
			MaxAge:   365 * 24 * 3600,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
		})
	}
}

// htmlLanguage is the value of the attribute lang: plain Japanese is Japanese.
func htmlLanguage(lang string) string {
	if lang == English {
		return "en"
	}
	return "ja"
}
