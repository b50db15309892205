package postgres_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
)

// modelsOfTables is every model that is a row. TestEveryModelIsCompared fails when one is missing here.
var modelsOfTables = []any{models.Municipality{}, models.Offering{}, models.ClosedDay{}, models.Application{},
	models.Revision{}, models.PlanItem{}, models.History{}, models.Correction{}, models.Consent{}, models.File{}, models.FilePart{},
	models.PhaseRow{}, models.PhaseChange{}, models.Edition{}, models.EditionBundle{}, models.EditionRow{}, models.EditionReplay{}, models.EditionReplayCount{},
	models.EditionCertificate{}, models.Reassessment{}, models.AuditEntry{}, models.Idempotency{},
	models.Message{}, models.PersonSettings{}, models.Broadcast{},
	models.Mail{}, models.ServiceKey{},
	models.Handover{}, models.Share{}, models.ShareUse{},
	models.AuditCheckpoint{},
	models.Claim{}, models.CaseNote{}, models.Reading{}, models.Paper{}, models.Disposition{}, models.Decision{}, models.ReviewTask{}, models.CounterIntake{},
	models.Staff{}, models.Export{}, models.ResidentLink{}, models.Inquiry{}, models.Exchange{}, models.Discrepancy{}, models.DiscrepancyStep{},
	models.Comparison{}, models.ProviderRequest{}, models.ProviderRequestStep{}, models.ReadinessCheck{}, models.Signature{}, models.SignatureTimestamp{},
	models.FileView{},
	models.DraftWarning{}, models.Erasure{}, models.BankTable{},
	models.Upload{}, models.PartAttempt{}, models.Circular{}, models.StaffBriefing{}, models.QueueView{}, models.StaffName{},
	models.LetterSettings{}, models.LetterNumber{}, models.Letter{}, models.LetterRead{}, models.Boilerplate{}, models.ProtectionGrant{},
	models.CoreSystem{}, models.CoreCase{}, models.IntakeBatch{}, models.IntakeItem{}, models.IntakeFile{}}

// withoutModel are the tables and columns that only SQL touches, and why.
var withoutModel = map[string]string{
	"key_shelf":          "reached through functions alone, and by the owner",
	"sessions":           "reached through functions alone",
	"people":             "reached through functions alone",
	"key_removals":       "written by a trigger, read by the sweep as slots",
	"reservations":       "written by its own statements, read by the sweep",
	"object_removals":    "written by a trigger, read by the sweep as keys",
	"paper_days":         "written and read by functions alone",
	"papers_omitted":     "written and read by functions alone",
	"audit_pending":      "written by a trigger, read and emptied in bulk",
	"audit_batches":      "written and read in bulk",
	"audit_seals":        "what was sealed before there were checkpoints, as evidence",
	"audit_leaves":       "taken over into audit_batches",
	"case_people":        "written and read by functions alone",
	"protections":        "written and read by functions alone",
	"protection_marks":   "written and read by functions alone",
	"directory_checks":   "written by functions, read by the sweep as ids",
	"directory_backfill": "a cursor of the sweep's",
	"core_tokens":        "reached through functions alone",
	"core_assertions":    "reached through functions alone",
	"core_feeds":         "reached through functions alone",
	"core_events":        "written by triggers, read with what the reader may see of the case",
}

type column struct {
	kind     string
	nullable bool
	primary  bool
}

// migrated reads the schema as the migrations made it: table → column → what it is, without the libraries' tables.
func migrated(t testing.TB, d *pgtest.Database) map[string]map[string]column {
	t.Helper()
	out := map[string]map[string]column{}
	direct(t, d.SuperDSN, func(conn *pgx.Conn) {
		rows, err := conn.Query(bg, `select c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES',
			exists (select 1 from information_schema.table_constraints k join information_schema.key_column_usage u using (constraint_schema, constraint_name)
			        where k.constraint_type = 'PRIMARY KEY' and u.table_schema = 'public' and u.table_name = c.table_name and u.column_name = c.column_name)
			from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
			where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name not like 'river\_%' and c.table_name <> 'goose_db_version'
			and not (select relispartition from pg_class where oid = c.table_name::regclass)`)
		if err != nil {
			t.Fatal(err)
		}
		var table, name string
		var col column
		if _, err := pgx.ForEachRow(rows, []any{&table, &name, &col.kind, &col.nullable, &col.primary}, func() error {
			if out[table] == nil {
				out[table] = map[string]column{}
			}
			out[table][name] = col
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
	return out
}

func TestModelsAgreeWithTheMigratedSchema(t *testing.T) {
	tables := migrated(t, pgtest.New(t))
	seen := map[string]bool{}
	for _, model := range modelsOfTables {
		parsed, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		columns, ok := tables[parsed.Table]
		if !ok {
			t.Errorf("%s: the migrations make no table %s", parsed.Name, parsed.Table)
			continue
		}
		seen[parsed.Table] = true
		for _, f := range parsed.Fields {
			seen[parsed.Table+"."+f.DBName] = true
			col, ok := columns[f.DBName]
			if !ok {
				t.Errorf("%s.%s: there is no column %s.%s", parsed.Name, f.Name, parsed.Table, f.DBName)
				continue
			}
			for _, wrong := range disagreements(f, col) {
				t.Errorf("%s.%s and %s.%s: %s", parsed.Name, f.Name, parsed.Table, f.DBName, wrong)
			}
		}
	}
	for table, columns := range tables {
		if !seen[table] && withoutModel[table] == "" {
			t.Errorf("table %s has no model", table)
		}
		for name := range columns {
			if seen[table] && !seen[table+"."+name] && withoutModel[table+"."+name] == "" {
				t.Errorf("column %s.%s has no field", table, name)
			}
		}
	}
}

func disagreements(f *schema.Field, col column) []string {
	var wrong []string
	if want := columnKind(f); want != col.kind {
		wrong = append(wrong, fmt.Sprintf("a %s is kept as %s, the column is %s", f.FieldType, want, col.kind))
	}
	pointer := f.FieldType.Kind() == reflect.Pointer
	bytes := f.FieldType == reflect.TypeFor[[]byte]() // nil is its null
	if !bytes && pointer != col.nullable {
		wrong = append(wrong, fmt.Sprintf("pointer is %v, nullable is %v", pointer, col.nullable))
	}
	if f.PrimaryKey != col.primary {
		wrong = append(wrong, fmt.Sprintf("primary key is %v in the model, %v in the schema", f.PrimaryKey, col.primary))
	}
	return wrong
}

// columnKind is the column type that holds a field without loss and comes back as it went in.
func columnKind(f *schema.Field) string {
	kind := f.TagSettings["TYPE"]
	t := f.FieldType
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case kind != "": // uuid, date, jsonb
		return kind
	case t == reflect.TypeFor[time.Time]():
		return "timestamp with time zone"
	case t == reflect.TypeFor[[]byte]():
		return "bytea"
	}
	return map[reflect.Kind]string{reflect.String: "text", reflect.Int: "integer", reflect.Int64: "bigint", reflect.Bool: "boolean"}[t.Kind()]
}

// A model is a struct of package models with a primary key.
func TestEveryModelIsCompared(t *testing.T) {
	var listed []string
	for _, m := range modelsOfTables {
		listed = append(listed, reflect.TypeOf(m).Name())
	}
	paths, err := filepath.Glob("../../models/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files of package models: %v", err)
	}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && keyed(s) && !slices.Contains(listed, spec.Name.Name) {
				t.Errorf("models.%s (%s) is not in modelsOfTables", spec.Name.Name, path)
			}
			return true
		})
	}
}

func keyed(s *ast.StructType) bool {
	return slices.ContainsFunc(s.Fields.List, func(f *ast.Field) bool { return f.Tag != nil && strings.Contains(f.Tag.Value, "primaryKey") })
}
