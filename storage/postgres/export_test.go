package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
)

// SQL is the transaction itself, so that a test can try statements that this package never makes, as the production
// role and with the actor's settings.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// Std is the pool as database/sql has it.
func (db *DB) Std() *sql.DB { return db.sql }

// Changes are columns and their new values, so that a test can try what no use case writes.
type Changes map[string]any

// Columns are changes as assignments to a row.
func Columns[T any](row *T, changes Changes) []Assignment {
	t, err := tableOf(reflect.TypeFor[T]())
	if err != nil {
		panic(err)
	}
	var out []Assignment
	for _, f := range t.fields {
		value, ok := changes[f.DBName]
		if !ok {
			continue
		}
		field := f.ReflectValueOf(context.Background(), reflect.ValueOf(row).Elem())
		to := reflect.Zero(field.Type())
		switch {
		case value == nil:
		case field.Kind() == reflect.Pointer:
			to = reflect.New(field.Type().Elem())
			to.Elem().Set(reflect.ValueOf(value).Convert(field.Type().Elem()))
		default:
			to = reflect.ValueOf(value).Convert(field.Type())
		}
		out = append(out, Assignment{field: field.Addr().Interface(), move: func() { field.Set(to) }})
	}
	if len(out) != len(changes) {
		panic(fmt.Sprintf("not all of %v are columns of %s", changes, t.name))
	}
	return out
}
