// Package linkagetest queues many inquiries for a test or a measurement, without a parent having filed each case.
package linkagetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// rows are what is copied into one table.
type rows struct {
	table   string
	columns []string
	rows    [][]any
}

// Queue writes n cases in review, in full operation, each with one queued inquiry about the resident record of a resident
// of its own, and their jobs. ownerDSN connects as the owner of the tables, db as the application role; the municipality
// uses the service already.
func Queue(ctx context.Context, ownerDSN string, db *postgres.DB, keys *seal.Keyring, municipality string, n int) error {
	conn, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	person := models.NewID()
	if _, err := conn.Exec(ctx, `insert into people (id, provider, subject, created_at) values ($1, 'load', $2, now())`, person, "inquiries "+person); err != nil {
		return err
	}
	tables, jobs, err := cases(ctx, keys, municipality, person, n)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{t.table}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	if _, err := conn.Exec(ctx, `analyze applications, plan_items, inquiries`); err != nil {
		return err
	}
	const batch = 2000
	for from := 0; from < len(jobs); from += batch {
		err := db.InTx(ctx, models.System(municipality, "load"), func(tx *postgres.Tx) error {
			return tx.Enqueue(jobs[from:min(from+batch, len(jobs))]...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func cases(ctx context.Context, keys *seal.Keyring, municipality, person string, n int) ([]rows, []river.JobArgs, error) {
	const procedure, document, subject, item = "child-allowance-claim", "household-resident-record", "child-1", "resident-record"
	applications := rows{table: "applications", columns: strings.Fields(`id municipality person_id procedure state channel children_index wrapped_key
		receipt_number filed_revision plan_version arrived_at claim_on created_at updated_at`)}
	items := rows{table: "plan_items", columns: strings.Fields(`application_id document subject municipality person_id
		item decision reason inquire phase state revision updated_at`)}
	inquiries := rows{table: "inquiries", columns: strings.Fields(`id application_id municipality person_id document subject item
		state phase sealed_resident asked_by queued_at give_up_at`)}
	var jobs []river.JobArgs
	now := time.Now().UTC()
	for i := range n {
		id, inquiry := models.NewID(), models.NewID()
		key, wrapped, err := keys.NewKey(ctx, "application/"+id)
		if err != nil {
			return nil, nil, err
		}
		sealed, err := key.Seal([]byte(residents.ID(municipality, 1+i%residents.Generated)), seal.Cell{Table: "inquiries", Column: "sealed_resident", Row: inquiry})
		if err != nil {
			return nil, nil, err
		}
		applications.rows = append(applications.rows, []any{id, municipality, person, procedure, models.StateInReview, models.ChannelOnline, []byte("c"), wrapped,
			"L" + inquiry, 1, "2024-10-01", now, now, now, now})
		items.rows = append(items.rows, []any{id, document, subject, municipality, person,
			item, "omit", "full-operation", true, "full", models.ItemInquiring, 1, now})
		inquiries.rows = append(inquiries.rows, []any{inquiry, id, municipality, person, document, subject, item,
			models.InquiryQueued, "full", sealed, person, now, now.Add(24 * time.Hour)})
		jobs = append(jobs, task.Inquire{Municipality: municipality, Inquiry: inquiry})
	}
	return []rows{applications, items, inquiries}, jobs, nil
}
