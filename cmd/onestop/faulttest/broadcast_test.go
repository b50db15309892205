package faulttest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	mails "kosodate.example/onestop/app/gateway/mail/simulator"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const mailed = 500 // parents who want mail

// parents have a case each, and every tenth has two.
var parents = sized(100_000)

// TestTheWorkerKilledDuringAMessageToAGroup: a message to many parents; the worker is killed twice on the way; each gets
// exactly one, who wants mail gets one mail, and no mail holds a word of the message.
func TestTheWorkerKilledDuringAMessageToAGroup(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	server, err := mails.Start(mails.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	env := []string{"ONESTOP_MAIL__SERVER=" + server.Addr(), "ONESTOP_MAIL__FROM=no-reply@onestop.example", "ONESTOP_MAIL__TLS=none"}
	w.announce(t)
	recipients := func() int {
		n := 0
		_, _ = fmt.Sscan(w.rows(`select recipients from broadcasts`)[0], &n)
		return n
	}
	for _, until := range []int{parents / 4, parents * 2 / 3} {
		worker := w.inquire(t, env)
		w.reached(t, recipients, until)
		worker.Kill() // -9, wherever it is
		if got := recipients(); got == parents {
			t.Error("it was killed after the end: nothing is shown")
		}
		w.forgetTheDead()
		w.rows(`update mails set claimed_at = claimed_at - interval '11 minutes' where state = 'sending' returning message_id`)
	}
	worker := w.inquire(t, env)
	w.reached(t, recipients, parents)
	until(t, time.Minute, "every mail is finished", func() bool {
		return len(w.rows(`select message_id from mails where state in ('queued', 'sending')`)) == 0
	})
	worker.stop(t)
	for what, query := range map[string]string{
		"broadcasts that are not done, or count wrongly": fmt.Sprintf(`select id from broadcasts where state <> 'done' or recipients <> %d or examined <> %d`,
			parents, parents+parents/10),
		"parents without exactly one message": `select person_id from applications a left join messages m using (person_id) group by person_id having ` +
			`count(distinct m.id) <> 1`,
		"mails that were not sent": `select message_id from mails where state <> 'sent'`,
	} {
		if rows := w.rows(query); len(rows) > 0 {
			t.Errorf("%d %s: %v", len(rows), what, rows[:min(3, len(rows))])
		}
	}
	w.wantMails(t, server.Mails())
}

// wantMails wants one mail for each who wants one. A worker that died between the server's acknowledgement and its record
// has its few mails sent again, by the same Message-ID.
func (w *world) wantMails(t testing.TB, got []mails.Mail) {
	t.Helper()
	const atOnce, kills = 4, 2 // worker.mails
	ids, people := map[string][]byte{}, map[string]bool{}
	for _, m := range got {
		id, _, text := m.Text()
		if first, again := ids[id]; again && string(first) != string(m.Data) {
			t.Errorf("what is sent again is another mail: %s", m.Data)
		}
		ids[id], people[m.To[0]] = m.Data, true
		for _, fact := range []string{secretTitle, secretText, "998010", "R-", "child-allowance"} {
			if strings.Contains(string(m.Data), fact) || strings.Contains(text, fact) {
				t.Errorf("%q is in a mail: %s", fact, text)
			}
		}
	}
	if len(ids) != mailed || len(people) != mailed || len(got) > mailed+atOnce*kills {
		t.Errorf("%d mails, %d by their Message-ID, to %d people; want %d", len(got), len(ids), len(people), mailed)
	}
}

const secretTitle, secretText = "Zebra-Title", "Zebra-Text"

// announce files the cases and begins the message.
func (w *world) announce(t testing.TB) {
	t.Helper()
	dossiers, admin := w.office(t)
	if err := w.fileCases(t.Context(), dossiers); err != nil {
		t.Fatal(err)
	}
	words := notify.Words{
		Title: notify.Said{Ja: secretTitle, Plain: secretTitle, En: secretTitle},
		Text:  notify.Said{Ja: secretText, Plain: secretText, En: secretText},
	}
	_, err := notify.New(dossiers, notify.Options{}).
		Announce(t.Context(), admin, dossier.Request{Route: "test", Key: "1", BodyHash: []byte("b")}, notify.Group{Procedure: "child-allowance-claim"}, words)
	if err != nil {
		t.Fatal(err)
	}
}

// office is the database as the program's use cases see it, and an admin of ひなた市.
func (w *world) office(t testing.TB) (*dossier.Service, models.Actor) {
	t.Helper()
	keys, err := seal.LoadKeyring(shared.masters)
	if err != nil {
		t.Fatal(err)
	}
	builtIn, err := shelf.LoadBuiltIn(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := postgres.DSNFor(shared.postgres.DSN, postgres.RoleApp, password, w.database)
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), postgres.Options{DSN: dsn, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	admin := models.Actor{Role: models.RoleAdmin, Municipality: "998010", Purpose: "test"}
	err = db.InTx(t.Context(), models.Actor{Role: models.RolePublic, Purpose: "test"}, func(tx *postgres.Tx) (err error) {
		admin.Person, err = tx.PersonFor("load", "admin")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dossier.New(db, builtIn, keys), admin
}

// fileCases copies the parents, their cases and the settings of those who want mail.
func (w *world) fileCases(ctx context.Context, dossiers *dossier.Service) error {
	conn, err := pgx.Connect(ctx, w.superDSN())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	key, err := dossiers.ServiceKey(ctx, dossier.SettingsKey)
	if err != nil {
		return err
	}
	var people, cases, settings [][]any
	now := time.Now().UTC()
	for i := range parents {
		person := models.NewID()
		people = append(people, []any{person, "load", "parent " + person, now})
		for range 1 + (9-i%10)/9 {
			id := models.NewID()
			cases = append(
				cases,
				[]any{
					id,
					"998010",
					person,
					"child-allowance-claim",
					models.StateArrived,
					models.ChannelOnline,
					[]byte(id),
					[]byte("k"),
					"R-" + id,
					1,
					"2024-10-01",
					now,
					now,
					now,
					now,
				},
			)
		}
		if i%(parents/mailed) == 0 {
			sealed, err := key.Seal([]byte(fmt.Sprintf("parent-%d@example.jp", i)), dossier.MailCell(person))
			if err != nil {
				return err
			}
			settings = append(settings, []any{person, sealed, []string{models.LanguageJa, models.LanguagePlain, models.LanguageEn}[i%3], true, now})
		}
	}
	for _, c := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"people", []string{"id", "provider", "subject", "created_at"}, people},
		{"applications", []string{"id", "municipality", "person_id", "procedure", "state", "channel", "children_index", "wrapped_key", "receipt_number",
			"filed_revision",
			"plan_version", "arrived_at", "claim_on", "created_at", "updated_at"}, cases},
		{"person_settings", []string{"person_id", "sealed_mail", "language", "wants_mail", "updated_at"}, settings},
	} {
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{c.table}, c.columns, pgx.CopyFromRows(c.rows)); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	_, err = conn.Exec(ctx, `analyze people, applications, person_settings`)
	return err
}
