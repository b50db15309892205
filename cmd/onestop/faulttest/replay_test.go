package faulttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const replayCases = 6000

// TestTheWorkerKilledDuringAReplay: an edition is tried on 6,000 filed cases; the worker is killed twice on the way; each case is counted
// once.
func TestTheWorkerKilledDuringAReplay(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	w.replay(t)
	done := func() int {
		n := 0
		_, _ = fmt.Sscan(w.rows(`select done from edition_replays`)[0], &n)
		return n
	}
	for _, until := range []int{replayCases / 6, replayCases / 2} {
		worker := w.inquire(t, nil)
		w.reached(t, done, until)
		worker.Kill() // -9, wherever it is
		if done() == replayCases {
			t.Error("it was killed after the end: nothing is shown")
		}
		w.forgetTheDead()
	}
	worker := w.inquire(t, nil)
	w.reached(t, func() int { return len(w.rows(`select id from edition_replays where state = 'done'`)) }, 1)
	worker.stop(t)
	for what, query := range map[string]string{
		"replays that counted wrongly": fmt.Sprintf(`select done, more, unreadable from edition_replays where (done, more) <> (%[1]d, %[1]d)`, replayCases),
		"counts that are wrong": fmt.Sprintf(`select sum(cases), sum(more) from edition_replay_counts where document = ''
			having (sum(cases), sum(more)) <> (%[1]d, %[1]d)`, replayCases),
	} {
		if rows := w.rows(query); len(rows) > 0 {
			t.Errorf("%s: %v", what, rows)
		}
	}
}

// replay files the cases and begins to try an edition of ひなた市 on them, which asks for one paper more.
func (w *world) replay(t testing.TB) {
	t.Helper()
	dossiers, admin := w.office(t)
	if err := w.fileForReplay(t.Context(), dossiers); err != nil {
		t.Fatal(err)
	}
	service := publish.New(dossiers, nil)
	b, err := edition.New(map[string][]byte{"_edition.yaml": []byte("scope: \"998010\"\ntitle: {ja: 市の版, plain: 市の きまり, en: The city's}\n" +
		"changes:\n  child-allowance-claim:\n    documents: [{document: guardianship-statement, subject: applicant}]\n")})
	if err != nil {
		t.Fatal(err)
	}
	zip, err := b.Zip()
	if err != nil {
		t.Fatal(err)
	}
	request := func(key string) dossier.Request {
		return dossier.Request{Route: "test", Key: key, BodyHash: []byte("b")}
	}
	e, err := service.Upload(t.Context(), admin, request("1"), zip)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if _, err := service.StartReplay(t.Context(), admin, request("2"), e.ID, publish.Period{From: now.Add(-time.Hour), To: now}); err != nil {
		t.Fatal(err)
	}
}

// fileForReplay copies cases with what was written in them.
func (w *world) fileForReplay(ctx context.Context, dossiers *dossier.Service) error {
	conn, err := pgx.Connect(ctx, w.superDSN())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	today := jp.DateIn(time.Now())
	facts, form, err := dossiers.Editions.BuiltIn().Catalogue.Version("child-allowance-claim", today).ExampleCase("998010", today)
	if err != nil {
		return err
	}
	content := &dossier.Content{Facts: facts, Form: form}
	person, now := models.NewID(), time.Now().UTC().Add(-time.Minute)
	var cases, revisions [][]any
	for range replayCases {
		id := models.NewID()
		key, wrapped, err := dossiers.NewApplicationKey(ctx, id)
		if err != nil {
			return err
		}
		sealed, err := dossier.SealContent(key, id, 1, content)
		if err != nil {
			return err
		}
		cases = append(cases, []any{id, "998010", person, "child-allowance-claim", models.StateArrived, models.ChannelOnline, []byte(id), wrapped, "R-" + id, 1,
			today.String(), now, now, now, now})
		revisions = append(revisions, []any{id, 1, "998010", person, sealed, true, now, now})
	}
	for _, c := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"people", []string{"id", "provider", "subject", "created_at"}, [][]any{{person, "load", "parent", now}}},
		{"applications", []string{"id", "municipality", "person_id", "procedure", "state", "channel", "children_index", "wrapped_key", "receipt_number",
			"filed_revision", "plan_version", "arrived_at", "claim_on", "created_at", "updated_at"}, cases},
		{"revisions", []string{"application_id", "number", "municipality", "person_id", "sealed", "filed", "created_at", "updated_at"}, revisions},
	} {
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{c.table}, c.columns, pgx.CopyFromRows(c.rows)); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	_, err = conn.Exec(ctx, `analyze people, applications, revisions`)
	return err
}
