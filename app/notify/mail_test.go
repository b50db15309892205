package notify_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mail/simulator"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

// No fact of the case is in a mail, in whatever language and of whatever kind: checked on the bytes that the server got.
func TestNoFactOfTheCaseIsInAMail(t *testing.T) {
	p := newPost(t)
	procedure := p.Dossiers.Editions.National().Procedure("child-allowance-claim").Latest()
	kinds := []string{notify.KindArrived, notify.KindWithdrawn, notify.KindFileInfected, notify.KindCorrection, notify.KindDecided, notify.KindReopened,
		notify.KindExpired, "signature-invalid", "transferred"}
	due := p.filed(models.StateArrived, models.ItemAwaiting)
	app := p.caseOf(p.Parent, "child-allowance-claim", "2020-04-01")
	facts := []string{
		due.ID,
		"山田",
		"花子",
		"ヤマダ",
		"ハナコ",
		"緑町",
		"2020-04-01",
		"child-1",
		app.ID,
		*app.ReceiptNumber,
		p.Parent.Person,
		hinata,
		"child-allowance-claim",
		procedure.Name.Ja,
		procedure.Name.Plain,
		procedure.Name.En,
		"pension-enrolment",
		"applicant",
		"2026-06-30",
		"児童手当",
		"ひなた",
	}
	words := map[string]string{"ja": "申請について、新しいお知らせがあります。", "plain": "あたらしい おしらせが あります。", "en": "There is a new message about your application."}
	n := 0
	for language, text := range words {
		p.wants(p.Parent, notify.Settings{Mail: "parent@example.jp", Language: language, WantsMail: true})
		for _, kind := range kinds {
			n++ // a number of its own makes each a message of its own
			job := task.Notify{Municipality: hinata, Application: app.ID, What: kind, Detail: "pension-enrolment/applicant", Due: "2026-06-30", Number: n}
			if err := p.service.Notify(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		if language == "ja" {
			if err := p.service.Remind(t.Context(), task.Remind{Municipality: hinata, Application: due.ID, Document: "pension-enrolment",
				Subject: "applicant"}); err != nil {
				t.Fatal(err)
			}
			n++
		}
		for _, job := range p.jobs() {
			if err := p.send(job); err != nil {
				t.Fatal(err)
			}
		}
		last := p.server.Mails()
		if _, _, got := last[len(last)-2].Text(); !strings.Contains(got, text) && !strings.Contains(got, "市区町村") || !strings.Contains(got, signIn) {
			t.Errorf("%s: %q", language, got)
		}
	}
	got := p.server.Mails()
	if len(got) != n {
		t.Errorf("%d mails of %d messages", len(got), n)
	}
	for _, m := range got {
		_, subject, text := m.Text()
		for _, fact := range facts {
			for where, content := range map[string]string{"the bytes": string(m.Data), "the subject": subject, "the text": text} {
				if strings.Contains(content, fact) || strings.Contains(content, base64.StdEncoding.EncodeToString([]byte(fact))) {
					t.Errorf("%q is in %s: %s", fact, where, content)
				}
			}
		}
		if subject == "" || len(m.To) != 1 || m.To[0] != "parent@example.jp" || bytes.Contains(m.Data, []byte("%!")) {
			t.Errorf("%+v", m)
		}
	}
}

// Each message has exactly one mail, however often its jobs run, and whenever a worker dies.
func TestOneMailAMessage(t *testing.T) {
	p := newPost(t)
	p.wants(p.Parent, notify.Settings{Mail: "parent@example.jp", Language: "en", WantsMail: true})
	app := p.filed(models.StateArrived, models.ItemAwaiting)
	for range 3 {
		if err := p.service.Notify(t.Context(), task.Notify{Municipality: hinata, Application: app.ID, What: notify.KindArrived}); err != nil {
			t.Fatal(err)
		}
	}
	jobs := p.jobs()
	if len(jobs) != 1 {
		t.Fatalf("%d jobs for one message", len(jobs))
	}
	job := jobs[0]
	var later task.Later
	lapse := func() {
		if _, err := p.Super().Exec(`update mails set claimed_at = claimed_at - interval '5 minutes'`); err != nil {
			t.Fatal(err)
		}
	}
	p.mailer.before = true // killed before it was sent: nothing is lost
	if err := p.send(job); err != errKilled || len(p.server.Mails()) != 0 {
		t.Fatalf("%v", err)
	}
	p.mailer.before = false
	if err := p.send(job); !errors.As(err, &later) || later.After <= 0 {
		t.Errorf("another worker sends what may be under way: %v", err)
	}
	lapse()
	p.server.SetFaults(simulator.Faults{Down: true})
	if err := p.send(job); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("down: %v", err)
	}
	p.server.SetFaults(simulator.Faults{})
	p.mailer.after = true // killed after the server's acknowledgement and before it was recorded: the documented window
	if err := p.send(job); err != errKilled || len(p.server.Mails()) != 1 {
		t.Fatalf("%v, %d mails", err, len(p.server.Mails()))
	}
	p.mailer.after = false
	lapse()
	for range 3 {
		if err := p.send(job); err != nil {
			t.Fatal(err)
		}
	}
	got := p.server.Mails()
	if len(got) != 2 || !bytes.Equal(got[0].Data, got[1].Data) {
		t.Errorf("what is sent again is the same mail, and once: %d", len(got))
	}
	if id, _, _ := got[0].Text(); id != "<"+job.Message+"@onestop.example>" {
		t.Errorf("Message-ID %s", id)
	}
}

func TestWhoGetsNoMail(t *testing.T) {
	p := newPost(t)
	app := p.filed(models.StateArrived, models.ItemAwaiting)
	tell := func(number int) {
		t.Helper()
		if err := p.service.Notify(t.Context(), task.Notify{Municipality: hinata, Application: app.ID, What: notify.KindDecided, Number: number}); err != nil {
			t.Fatal(err)
		}
	}
	tell(1) // who never said so
	p.wants(p.Parent, notify.Settings{Mail: "parent@example.jp", Language: "ja"})
	tell(2) // who has an address and wants none
	if n := len(p.jobs()); n != 0 {
		t.Fatalf("%d mails are queued", n)
	}
	p.wants(p.Parent, notify.Settings{Mail: "parent@example.jp", Language: "ja", WantsMail: true})
	tell(3)
	p.wants(p.Parent, notify.Settings{Language: "ja"}) // and changes their mind before it is sent
	tell(4)
	p.wants(p.Parent, notify.Settings{Mail: "refused@example.jp", Language: "ja", WantsMail: true})
	p.server.SetFaults(simulator.Faults{Refuse: "refused@"})
	tell(5)
	jobs := p.jobs()
	if len(jobs) != 2 {
		t.Fatalf("%d mails", len(jobs))
	}
	p.wants(p.Parent, notify.Settings{Language: "ja"})
	if err := p.send(jobs[0]); err != nil {
		t.Error(err)
	}
	p.wants(p.Parent, notify.Settings{Mail: "refused@example.jp", Language: "ja", WantsMail: true})
	for range 2 { // refused for good: not tried again
		if err := p.send(jobs[1]); err != nil {
			t.Error(err)
		}
	}
	var states string
	if err := p.Super().QueryRow(`select string_agg(state || ' ' || attempts, ', ' order by queued_at) from mails`).Scan(&states); err != nil ||
		states != "dropped 1, refused 1" {
		t.Errorf("%q %v", states, err)
	}
	if err := p.send(task.Mail{Municipality: "998028", Message: jobs[0].Message}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a job of another municipality: %v", err)
	}
	if len(p.server.Mails()) != 0 {
		t.Error("a mail was sent")
	}
	var addresses int
	if err := p.Super().QueryRow(`select count(*) from person_settings where encode(sealed_mail, 'escape') like '%example%'`).Scan(&addresses); err != nil ||
		addresses != 0 {
		t.Errorf("an address is not sealed: %v", err)
	}
}
