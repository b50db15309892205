package postgres_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// addTold adds how a parent wants to be told, and a message of the municipality that reached the parent, with its mail.
func addTold(t testing.TB, d *pgtest.Database, f *family) *models.Broadcast {
	t.Helper()
	must(t, d.App, f.parent, func(tx *postgres.Tx) error {
		return tx.PutPersonSettings(&models.PersonSettings{PersonID: f.parent.Person, SealedMail: []byte("s"), Language: models.LanguageJa, WantsMail: true})
	})
	author := d.Person(t, "author "+f.municipality, models.RoleAdmin, f.municipality)
	b := &models.Broadcast{ID: models.NewID(), Municipality: f.municipality, AuthorID: author.Person, State: models.BroadcastRunning, Texts: []byte(`{}`)}
	must(t, d.App, author, func(tx *postgres.Tx) error {
		b.AgesOn, b.CreatedAt, b.UpdatedAt = tx.Now, tx.Now, tx.Now
		return tx.AddBroadcast(b)
	})
	must(t, d.App, models.System(f.municipality, "broadcast"), func(tx *postgres.Tx) error {
		added, mailed, err := tx.PutGroupMessages(b, "broadcast", []string{f.parent.Person, f.parent.Person}, true)
		if err == nil && (added != 1 || len(mailed) != 1) {
			t.Errorf("%d messages, %d mails", added, len(mailed))
		}
		return err
	})
	return b
}

func TestAGroupMessageOnceAPerson(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	a, b := addFamily(t, d, "a", hinata), addFamily(t, d, "b", minato)
	first, other := addTold(t, d, a), addTold(t, d, b)
	must(t, d.App, models.System(hinata, "broadcast"), func(tx *postgres.Tx) error {
		if added, mailed, err := tx.PutGroupMessages(first, "broadcast", []string{a.parent.Person, b.parent.Person}, true); err != nil || added != 1 ||
			len(mailed) != 1 {
			t.Errorf("a page that is done again: %d added, %v, %v", added, mailed, err)
		}
		held, err := tx.HoldBroadcast(first.ID)
		if err != nil {
			return err
		}
		tx.ChangeBroadcast(held, postgres.Columns(held, postgres.Changes{"state": models.BroadcastDone, "ended_at": tx.Now, "cursor": a.filed.ID})...)
		if _, err := tx.Broadcast(other.ID); !isNotFound(err) {
			t.Errorf("a job of ひなた市 reads みなと町's: %v", err)
		}
		return nil
	})
	if err := d.App.InTx(bg, models.System(hinata, "broadcast"), func(tx *postgres.Tx) error {
		done := &models.Broadcast{ID: first.ID, State: models.BroadcastDone}
		tx.ChangeBroadcast(done, postgres.Columns(done, postgres.Changes{"state": models.BroadcastRunning, "ended_at": nil})...)
		return nil
	}); err == nil {
		t.Error("what is done runs again")
	}
	// Who received it reads it, and nobody else but the municipality.
	for who, want := range map[*models.Actor]int{&a.parent: 1, &b.parent: 2, {Role: models.RoleReviewer, Person: a.parent.Person, Municipality: hinata}: 0,
		{Role: models.RoleAdmin, Person: a.parent.Person, Municipality: hinata}: 1, {Role: models.RoleNational, Person: a.parent.Person}: 0} {
		if n := one[int](t, d.App, *who, `select count(*) from broadcasts`); n != want {
			t.Errorf("%s of %q reads %d, want %d", who.Role, who.Municipality, n, want)
		}
	}
}

// A mail is one worker's for a while, and finished once.
func TestAMailIsOneWorkers(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	a := addFamily(t, d, "a", hinata)
	addTold(t, d, a)
	message := one[string](t, d.App, a.parent, `select id from messages where broadcast_id is not null`)
	claim := func(lease time.Duration) (mail *models.Mail, wait time.Duration) {
		must(t, d.App, models.System(hinata, "mail"), func(tx *postgres.Tx) (err error) {
			mail, wait, err = tx.ClaimMail(message, lease)
			return err
		})
		return mail, wait
	}
	first, _ := claim(time.Minute)
	if first == nil || first.Attempts != 1 {
		t.Fatalf("%+v", first)
	}
	if again, wait := claim(time.Minute); again != nil || wait <= 0 || wait > time.Minute {
		t.Errorf("two workers at once: %+v %s", again, wait)
	}
	second, _ := claim(0) // its time is over
	finish := func(m *models.Mail) error {
		return d.App.InTx(bg, models.System(hinata, "mail"), func(tx *postgres.Tx) error { tx.FinishMail(m, models.MailSent); return nil })
	}
	if err := finish(first); !isConflict(err) {
		t.Errorf("the first worker finishes what is the second's: %v", err)
	}
	if err := finish(second); err != nil {
		t.Error(err)
	}
	if again, wait := claim(0); again != nil || wait != 0 {
		t.Errorf("a finished mail is sent again: %+v", again)
	}
	for actor, want := range map[models.Actor]int{models.System(minato, "mail"): 0, a.parent: 0, models.System(hinata, "mail"): 1} {
		if n := one[int](t, d.App, actor, `select count(*) from mail_addressee($1)`, message); n != want {
			t.Errorf("%s of %q learns %d addresses", actor.Role, actor.Municipality, n)
		}
	}
}
