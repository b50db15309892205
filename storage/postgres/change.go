package postgres

import (
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm/schema"
)

// Assignment gives one field of a row that is there already a new value. A change writes what is assigned and nothing else,
// and moves the row in memory on at the same place.
type Assignment struct {
	field any // pointer to the field
	move  func()
}

// Set assigns a value to a field of the row that is changed: tx.ChangeApplication(app, Set(&app.Late, true)). nil for a
// field that may be null erases it.
func Set[T any](field *T, value T) Assignment {
	return Assignment{field: field, move: func() { *field = value }}
}

// As assigns to fields what they hold in memory already.
func As(fields ...any) []Assignment {
	out := make([]Assignment, len(fields))
	for i, f := range fields {
		out[i] = Assignment{field: f, move: func() {}}
	}
	return out
}

// change queues UPDATE … SET the assignments WHERE the row is the one shown, by its primary key and by what the guards (pointers
// to its fields) hold before; the row in memory is moved on at once. If no row is met, Flush fails with conflict (house.md,
// "A state change").
func change[T any](tx *Tx, row *T, assignments []Assignment, guards ...any) {
	t, err := tableOf(reflect.TypeFor[T]())
	if err != nil {
		tx.broken = err
		return
	}
	value := reflect.ValueOf(row).Elem()
	var args []any
	equals := func(f *schema.Field) string {
		v, _ := f.ValueOf(tx.ctx, value)
		args = append(args, v)
		return fmt.Sprintf("%q = $%d", f.DBName, len(args))
	}
	fields := func(pointers []any) (out []*schema.Field) {
		for _, p := range pointers {
			f := t.fieldAt(tx, value, p)
			if f == nil {
				tx.broken = fmt.Errorf("postgres: a %T that is no field of the %T to change", p, row)
				continue
			}
			out = append(out, f)
		}
		return out
	}
	var wheres, sets []string
	for _, f := range append(fields(guards), t.primary...) {
		wheres = append(wheres, equals(f))
	}
	pointers := make([]any, 0, len(assignments))
	seen := map[any]bool{}
	for _, a := range assignments {
		a.move()
		if !seen[a.field] {
			seen[a.field] = true
			pointers = append(pointers, a.field)
		}
	}
	for _, f := range fields(pointers) {
		sets = append(sets, equals(f))
	}
	sql := fmt.Sprintf(`update %q set %s where %s`, t.name, strings.Join(sets, ", "), strings.Join(wheres, " and "))
	tx.guarded(sql, args...)
}

// fieldAt is the field of a row to which a pointer points, or nil.
func (t *table) fieldAt(tx *Tx, row reflect.Value, pointer any) *schema.Field {
	for _, f := range t.fields {
		if f.ReflectValueOf(tx.ctx, row).Addr().Interface() == pointer {
			return f
		}
	}
	return nil
}
