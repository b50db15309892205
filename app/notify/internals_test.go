package notify

import (
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// foreign is what no parent reads: a day as programs write it, an id, a code, a place left for a value.
var foreign = regexp.MustCompile(`\d{4}-\d{2}|[0-9a-f]{8}-[0-9a-f]{4}|[{}]|[a-z]+-[a-z]+`)

// TestEveryMailIsInPeoplesWords: of every kind, in every language; in Japanese there is no English beside the address.
func TestEveryMailIsInPeoplesWords(t *testing.T) {
	const url = "https://onestop.example"
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	kinds := []string{KindArrived, KindWithdrawn, KindDocumentDue, KindFileInfected, KindExpired, KindExpiring, KindCorrection, KindDecided, KindReopened,
		KindBroadcast, "signature-invalid", "transferred"}
	for _, lang := range []string{models.LanguageJa, models.LanguagePlain, models.LanguageEn} {
		for _, kind := range kinds {
			m := compose("0193a7c0-0000-7000-8000-000000000000", "parent@example.jp", &postgres.Addressee{Kind: kind, Language: lang}, url)
			said := strings.ReplaceAll(m.Subject+"\n"+m.Text, url, "")
			if m.Subject == "" || !strings.Contains(m.Text, url) || strings.TrimSpace(strings.Split(m.Text, url)[0]) == "" {
				t.Errorf("%s, %s: %q %q", kind, lang, m.Subject, m.Text)
			}
			if found := foreign.FindString(strings.NewReplacer("One-stop", "", "Child-rearing", "").Replace(said)); found != "" {
				t.Errorf("%s, %s: %q in %q", kind, lang, found, said)
			}
			if found := latin.FindString(said); found != "" && lang != models.LanguageEn {
				t.Errorf("%s, %s: %q in %q", kind, lang, found, said)
			}
		}
	}
}
