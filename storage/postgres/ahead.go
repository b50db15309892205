package postgres

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"kosodate.example/onestop/models"
)

// Ahead names the reads of a transaction whose arguments are known before it begins: it calls them, in the order in which the transaction makes
// them, and each gives nothing. They travel with BEGIN, behind the clock, and each is a statement of its own, which sees what is committed when its
// turn comes: behind a lock it sees what the holder before has committed.
//
// The transaction then makes the same reads as ever, and those of the same arguments find their answers there, each once. An answer counts
// as long as nothing else was said to the server: one that would have been read after that is read then. tx.Now is a guess while reads are named.
type Ahead func(tx *Tx)

// InTxAhead is InTx, with reads that travel with BEGIN.
func (db *DB) InTxAhead(ctx context.Context, actor models.Actor, ahead Ahead, fn func(tx *Tx) error) error {
	return db.inTx(ctx, actor, ahead, false, fn)
}

// Look is InTxAhead for a transaction that mostly reads no more than that, and writes nothing: its end travels with its reads. Where it says more
// after all, that is a transaction of its own, as the same actor. It holds no lock.
func (db *DB) Look(ctx context.Context, actor models.Actor, ahead Ahead, fn func(tx *Tx) error) error {
	return db.inTx(ctx, actor, ahead, true, fn)
}

// question is a read that was asked ahead.
type question struct {
	sql  string // with ? where arguments stand
	args []any
	rows any // []T, once they are there
}

// note queues the reads that ahead names.
func (tx *Tx) note(ahead Ahead, guess time.Time) {
	tx.notes, tx.Now = true, guess
	ahead(tx)
	tx.notes = false
}

// asked gives the rows of a read that was asked ahead, and whether it was; while reads are noted, it notes it and there are none.
func asked[T any](tx *Tx, sql string, args []any) (rows []T, ok bool) {
	if tx.notes {
		q := &question{sql: sql, args: args}
		tx.ahead = append(tx.ahead, q)
		tx.later.Queue(numbered(sql), args...).Query(func(rows pgx.Rows) (err error) {
			q.rows, err = collect[T](tx.ctx, rows)
			return err
		})
		return nil, true
	}
	if len(tx.ahead) == 0 || !tx.quiet() {
		return nil, false
	}
	at := slices.IndexFunc(tx.ahead, func(q *question) bool { return q.sql == sql && reflect.DeepEqual(q.args, args) })
	if at < 0 {
		return nil, false
	}
	rows, ok = tx.ahead[at].rows.([]T)
	tx.ahead = tx.ahead[at+1:] // in the order of the code: what was passed over is read anew
	return rows, ok
}

// quiet says whether nothing was said to the server since the reads that were asked ahead: then their answers are what it would answer now.
func (tx *Tx) quiet() (quiet bool) {
	_ = tx.wire(func(c *lazyConn) error { quiet = c.quiet; return nil }) // one that fails is asked, and fails there
	return quiet
}

// numbered writes the places of arguments as the server knows them.
func numbered(sql string) string {
	parts := strings.Split(sql, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// collect reads rows into a model, or into another struct with the names of the columns, as GORM does.
func collect[T any](ctx context.Context, rows pgx.Rows) ([]T, error) {
	t, err := tableOf(reflect.TypeFor[T]())
	if err = errors.Join(err, rows.Err()); err != nil { // a statement that failed has no columns
		return nil, err
	}
	columns := rows.FieldDescriptions()
	fields, places := make([]*schema.Field, len(columns)), make([]any, len(columns))
	for i := range columns {
		fields[i] = t.columns[columns[i].Name]
	}
	out := []T{}
	for rows.Next() {
		for i, f := range fields {
			if f != nil {
				places[i] = f.NewValuePool.Get()
			}
		}
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		out = append(out, *new(T))
		row := reflect.ValueOf(&out[len(out)-1]).Elem()
		for i, f := range fields {
			if f == nil {
				continue
			}
			if err := f.Set(ctx, row, places[i]); err != nil {
				return nil, err
			}
			f.NewValuePool.Put(places[i])
		}
	}
	return out, rows.Err()
}
