package postgres

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm/schema"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// insertion is how a model is inserted: its statement and the fields that feed it, read from GORM's own schema so that
// the model has one description.
type insertion struct {
	sql    string
	fields []*schema.Field
}

var (
	insertions   sync.Map // reflect.Type → insertion
	schemaCache  sync.Map
	namingPolicy = schema.NamingStrategy{}
)

func insertionFor(t reflect.Type) (insertion, error) {
	if found, ok := insertions.Load(t); ok {
		return found.(insertion), nil
	}
	parsed, err := schema.Parse(reflect.New(t).Interface(), &schemaCache, namingPolicy)
	if err != nil {
		return insertion{}, err
	}
	var columns, places []string
	in := insertion{}
	for _, f := range parsed.Fields {
		if f.DBName == "" || !f.Creatable {
			continue
		}
		in.fields = append(in.fields, f)
		columns = append(columns, `"`+f.DBName+`"`)
		places = append(places, fmt.Sprintf("$%d", len(places)+1))
	}
	in.sql = fmt.Sprintf(`insert into %q (%s) values (%s)`, parsed.Table, strings.Join(columns, ", "), strings.Join(places, ", "))
	insertions.Store(t, in)
	return in, nil
}

// add queues the insertion of rows (pointers to models) for the next Flush. suffix is what follows the values, for
// example an on-conflict clause.
func add[T any](tx *Tx, suffix string, rows ...*T) error {
	in, err := insertionFor(reflect.TypeFor[T]())
	if err != nil {
		return err
	}
	for _, row := range rows {
		args := make([]any, len(in.fields))
		value := reflect.ValueOf(row).Elem()
		for i, f := range in.fields {
			args[i], _ = f.ValueOf(tx.ctx, value)
		}
		tx.queue(in.sql+suffix, args...)
	}
	return nil
}

// Changes are columns and their new values. Only the use cases' own code names columns, never a request.
type Changes map[string]any

// guarded queues UPDATE … WHERE the guards hold; if no row does, Flush fails with conflict (house.md, "A state change").
func (tx *Tx) guarded(table string, guards, changes Changes) {
	var sets, wheres []string
	var args []any
	place := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	for _, c := range slices.Sorted(maps.Keys(changes)) {
		sets = append(sets, fmt.Sprintf("%q = %s", c, place(changes[c])))
	}
	for _, c := range slices.Sorted(maps.Keys(guards)) {
		wheres = append(wheres, fmt.Sprintf("%q = %s", c, place(guards[c])))
	}
	sql := fmt.Sprintf(`update %q set %s where %s`, table, strings.Join(sets, ", "), strings.Join(wheres, " and "))
	tx.later.Queue(sql, args...).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return fault.ErrConflict
		}
		return nil
	})
}

// AddHistory records steps of applications.
func (tx *Tx) AddHistory(rows ...*models.History) error { return add(tx, "", rows...) }

// AddAudit records what the actor did or saw. Who and when come from the transaction, not from the caller.
func (tx *Tx) AddAudit(rows ...*models.AuditEntry) error {
	for _, r := range rows {
		if r.ID == "" {
			r.ID = models.NewID()
		}
		r.At, r.Role, r.Purpose, r.RequestID = tx.Now, tx.Actor.Role, tx.Actor.Purpose, tx.Actor.Request
		if tx.Actor.Person != "" {
			person := tx.Actor.Person
			r.ActorID = &person
		}
		if tx.Actor.Municipality != "" {
			r.Municipality = tx.Actor.Municipality
		}
	}
	return add(tx, "", rows...)
}
