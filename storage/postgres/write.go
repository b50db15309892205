package postgres

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm/schema"

	"kosodate.example/onestop/models"
)

// table is how a model lies in the database, read from GORM's own schema so that the model has one description.
type table struct {
	name    string
	insert  string
	fields  []*schema.Field // that feed insert, in its order
	primary []*schema.Field
	columns map[string]*schema.Field
}

var (
	tables       sync.Map // reflect.Type → *table
	schemaCache  sync.Map
	namingPolicy = schema.NamingStrategy{}
)

func tableOf(t reflect.Type) (*table, error) {
	if found, ok := tables.Load(t); ok {
		return found.(*table), nil
	}
	parsed, err := schema.Parse(reflect.New(t).Interface(), &schemaCache, namingPolicy)
	if err != nil {
		return nil, err
	}
	var columns, places []string
	out := &table{name: parsed.Table, primary: parsed.PrimaryFields, columns: parsed.FieldsByDBName}
	for _, f := range parsed.Fields {
		if f.DBName == "" || !f.Creatable {
			continue
		}
		out.fields = append(out.fields, f)
		columns = append(columns, `"`+f.DBName+`"`)
		places = append(places, fmt.Sprintf("$%d", len(places)+1))
	}
	out.insert = fmt.Sprintf(`insert into %q (%s) values (%s)`, parsed.Table, strings.Join(columns, ", "), strings.Join(places, ", "))
	tables.Store(t, out)
	return out, nil
}

// add queues the insertion of rows (pointers to models) for the next Flush. suffix is what follows the values, for
// example an on-conflict clause.
func add[T any](tx *Tx, suffix string, rows ...*T) error {
	t, err := tableOf(reflect.TypeFor[T]())
	if err != nil {
		return err
	}
	for _, row := range rows {
		args := make([]any, len(t.fields))
		value := reflect.ValueOf(row).Elem()
		for i, f := range t.fields {
			args[i], _ = f.ValueOf(tx.ctx, value)
		}
		tx.queue(t.insert+suffix, args...)
	}
	return nil
}

// AddHistory records steps of applications.
func (tx *Tx) AddHistory(rows ...*models.History) error { return add(tx, "", rows...) }

// AddAudit records what the actor did or saw. Who, when and in which order come from the database, not from the caller.
func (tx *Tx) AddAudit(rows ...*models.AuditEntry) error { return add(tx, "", rows...) }
