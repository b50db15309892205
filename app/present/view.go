package present

import (
	"strconv"

	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// View says why a file cannot be seen here, or not all of it; empty while nothing is wrong, as far as is known. Who sent the file
// and who reads it are told the same.
func View(s models.Seen, lang string) string {
	switch {
	case s.View == models.ViewNone:
		return wording.In("view-"+s.ViewReason, lang)
	case s.Partly():
		return wording.Fill(wording.In("view-first", lang), "n", strconv.Itoa(s.ViewShown), "total", strconv.Itoa(s.ViewTotal))
	}
	return ""
}
