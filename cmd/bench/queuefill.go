package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

// queueCases makes filed applications row by row for COPY: names, dates, receipt numbers and seals are like those of real
// ones, so that the indexes and what a page opens are too.
type queueCases struct {
	municipality, person string
	key                  seal.Key
	procedures           []string
	states               []models.ApplicationState
	newest               time.Time
	n, of                int
	row                  []any
	err                  error
}

var (
	queueColumns = []string{"id", "municipality", "person_id", "procedure", "state", "channel", "children_index", "wrapped_key", "sealed_summary",
		"family_index", "kana_index", "birth_index", "receipt_number", "filed_revision", "plan_version", "arrived_at", "claim_on", "deadline_on",
		"late", "urgent", "protected", "created_at", "updated_at", "search_tokens", "reading_row", "due_on", "holder_id"}
	// Six of ten wait for somebody.
	queueStates = []models.ApplicationState{models.StateArrived, models.StateInReview, models.StateArrived, models.StateDecided, models.StateInReview,
		models.StateArrived, models.StateDecided, models.StateCorrectionRequested, models.StateDecided, models.StateWithdrawn}
	// openStates are those of cases that somebody has to work on.
	openStates = []models.ApplicationState{models.StateArrived, models.StateInReview, models.StateArrived, models.StateCorrectionRequested}
	syllables  = []rune("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ")
)

// Next makes the next row: one arrives every half minute; one of a thousand is urgent, one of fifty late.
func (q *queueCases) Next() bool {
	if q.n >= q.of || q.err != nil {
		return false
	}
	n := q.n
	q.n++
	at := q.newest.Add(-time.Duration(q.of-n) * 30 * time.Second)
	family, given := kana(n, 3), kana(n*7+1, 3)
	birth := jp.Date{Year: 1980, Month: 1, Day: 1}.AddDays(n * 13 % 9000)
	receipt := jp.NewReceiptNumber()
	a := models.Application{ID: models.NewID(), ReceiptNumber: &receipt}
	q.err = dossier.FillQueueColumns(&a, q.key, &dossier.Content{Form: map[string]any{"applicant": map[string]any{
		"family_name": family, "given_name": given, "family_kana": family, "given_kana": given, "birth_date": birth.String()}}})
	day := jp.DateIn(at).Time()
	q.row = []any{a.ID, q.municipality, q.person, q.procedures[n%len(q.procedures)], q.states[n%len(q.states)], models.ChannelOnline, []byte(a.ID[:16]),
		make([]byte, 92), a.SealedSummary, a.FamilyIndex, a.KanaIndex, a.BirthIndex, receipt, 1, "2024-10-01", at, day, day.AddDate(0, 0, 15),
		n%50 == 0, n%1000 == 0, false, at, at, []int64(a.SearchTokens), a.ReadingRow, nil, nil}
	if n%10 > 0 { // nine of ten have a day
		q.row[len(q.row)-2] = day.AddDate(0, 0, 14+n%4*7)
	}
	if n%3 == 0 { // a third is somebody's, of forty
		q.row[len(q.row)-1] = fmt.Sprintf("00000000-0000-7000-8000-%012d", n%40)
	}
	return q.err == nil
}

// Values gives the row that Next made.
func (q *queueCases) Values() ([]any, error) { return q.row, q.err }

// Err is why Next stopped early.
func (q *queueCases) Err() error { return q.err }

func kana(n, length int) string {
	out := make([]rune, length)
	for i := range out {
		out[i] = syllables[n%len(syllables)]
		n /= len(syllables)
	}
	return string(out)
}

// fillQueue puts filed applications into a municipality, each with two evidence items, and lets the server count them. The
// rows refer to what is there, so nothing is checked again; they are written like any others.
func (b *stand) fillQueue(ctx context.Context, municipality string, rows int, states []models.ApplicationState) error {
	b.say("putting %d applications into %s", rows, municipality)
	cases, err := b.newQueueCases(ctx, municipality, rows)
	if err != nil {
		return err
	}
	cases.states = states
	at, err := pgx.ParseConfig(b.postgres.DSN)
	if err != nil {
		return err
	}
	at.Database = database
	conn, err := pgx.ConnectConfig(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `set synchronous_commit = off; set session_replication_role = replica`); err != nil {
		return err
	}
	err = conn.QueryRow(ctx, `insert into people (id, provider, subject, created_at) values (gen_random_uuid(), 'queue', $1, now()) returning id`, municipality).
		Scan(&cases.person)
	if err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"applications"}, queueColumns, cases); err != nil {
		return fmt.Errorf("applications: %w", err)
	}
	for _, statement := range []string{
		`insert into plan_items (application_id, document, subject, municipality, person_id, item, decision, reason, inquire, phase, state, revision, updated_at)
			select id, document, 'applicant', municipality, person_id, 'local-tax', 'attach', 'trial', true, 'trial',
				case state when 'arrived' then 'received' when 'in-review' then 'inquiring' when 'correction-requested' then 'awaiting-document' else 'matched' end,
					1, arrived_at
			from applications, (values ('income-certificate'), ('resident-record')) d (document) where municipality = '` + municipality + `'`,
		`vacuum (analyze) applications`, `vacuum (analyze) plan_items`, `checkpoint`} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (b *stand) newQueueCases(ctx context.Context, municipality string, rows int) (*queueCases, error) {
	path, err := b.configure("fill", "127.0.0.1:1", b.secrets["app-url"])
	if err != nil {
		return nil, err
	}
	cfg, err := configs.Load(path)
	if err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	key, err := a.Dossiers.MunicipalityKey(ctx, municipality)
	if err != nil {
		return nil, err
	}
	out := &queueCases{municipality: municipality, key: key, newest: time.Now(), of: rows}
	for _, p := range a.Editions().National().Procedures() {
		out.procedures = append(out.procedures, p.Code)
	}
	return out, nil
}
