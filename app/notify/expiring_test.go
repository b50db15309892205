package notify_test

import (
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Before a draft expires its owner is told until which day and what to do, once a warning; the mail says it in the
// person's language, without the day and without a fact of the draft. Of a draft that was saved since, nothing is said.
func TestADraftThatWillExpire(t *testing.T) {
	p := newPost(t)
	end := time.Now().Add(14 * 24 * time.Hour)
	day := jp.DateIn(end).AddDays(-1).String()
	id := p.Stored(func(app *models.Application, _ *dossier.Content) { app.ExpiresAt, app.WrappedKey = &end, []byte("x") }).ID
	warn := func(days int, due string) {
		t.Helper()
		if err := p.service.Notify(t.Context(), task.Notify{Municipality: hinata, Application: id, What: notify.KindExpiring, Number: days, Due: due}); err != nil {
			t.Fatal(err)
		}
	}
	texts := map[string]string{models.LanguageJa: "まもなく期限を迎えます", models.LanguagePlain: "もうすぐ つづきを", models.LanguageEn: "will expire soon"}
	days := 14
	for language, text := range texts {
		p.wants(p.Parent, notify.Settings{Mail: "parent@example.jp", Language: language, WantsMail: true})
		warn(days, day)
		warn(days, day) // its job ran twice
		days -= 5
		for _, job := range p.jobs() {
			if err := p.send(job); err != nil {
				t.Fatal(err)
			}
		}
		mails := p.server.Mails()
		_, subject, body := mails[len(mails)-1].Text()
		if !strings.Contains(body, text) || subject == "" || !strings.Contains(body, signIn) {
			t.Errorf("%s: %s: %s", language, subject, body)
		}
		for _, fact := range []string{day, id, "child-allowance", "児童手当", hinata} {
			if strings.Contains(string(mails[len(mails)-1].Data), fact) || strings.Contains(body, fact) {
				t.Errorf("%s: %q is in the mail", language, fact)
			}
		}
	}
	inbox := p.inbox(p.Parent, postgres.Page{Limit: 10})
	if len(inbox) != 3 || len(p.server.Mails()) != 3 {
		t.Fatalf("%d messages, %d mails", len(inbox), len(p.server.Mails()))
	}
	if got := params(t, inbox[0]); got["due"] != day || got["procedure"] != "child-allowance-claim" {
		t.Errorf("%v", got)
	}
	warn(1, jp.DateIn(end).AddDays(-9).String()) // the draft has another end by now
	if n := len(p.inbox(p.Parent, postgres.Page{Limit: 10})); n != 3 {
		t.Errorf("%d messages", n)
	}
}
