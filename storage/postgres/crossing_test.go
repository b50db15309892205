package postgres_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// denied says whether the server refused for lack of a privilege or by row security.
func denied(err error) bool { return state(err) == "42501" }

func state(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// open are the tables whose rows everyone may read; for phase changes, those that were decided.
var openToAll = []string{"municipalities", "offerings", "closed_days", "phase_rows", "letter_settings"}

// ofB gives, for every table that belongs to a person or a municipality, the condition that finds family b's rows in it.
func (w *world) ofB(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{"people": fmt.Sprintf("id = '%s'", w.b.parent.Person), "municipalities": fmt.Sprintf("code = '%s'", minato)}
	for table, columns := range migrated(t, w.Database) {
		if _, ok := columns["person_id"]; ok {
			out[table] = fmt.Sprintf("person_id = '%s'", w.b.parent.Person)
		} else if _, ok := columns["municipality"]; ok {
			out[table] = fmt.Sprintf("municipality = '%s'", minato)
		}
	}
	for table, condition := range out {
		if rowsOf(t, w.SuperDSN, `select count(*) from `+table+` where `+condition) == 0 {
			t.Fatalf("the fixture has no row of family b in %s", table)
		}
	}
	return out
}

// strangers are all who must not reach family b's case in みなと町.
func (w *world) strangers() map[string]models.Actor {
	b := w.b.parent.Person
	return map[string]models.Actor{
		"nobody":                         {},
		"the public":                     {Role: models.RolePublic},
		"another parent":                 w.a.parent,
		"a parent without a person":      {Role: models.RoleApplicant},
		"a parent of no role":            {Person: b},
		"a foreign reviewer":             {Role: models.RoleReviewer, Person: w.a.parent.Person, Municipality: hinata},
		"a foreign reviewer, also b":     {Role: models.RoleReviewer, Person: b, Municipality: hinata},
		"a reviewer of no municipality":  {Role: models.RoleReviewer, Person: w.a.parent.Person},
		"a foreign admin":                {Role: models.RoleAdmin, Person: w.a.parent.Person, Municipality: hinata},
		"an admin of no municipality":    {Role: models.RoleAdmin, Person: w.a.parent.Person},
		"the national admin":             {Role: models.RoleNational, Person: w.a.parent.Person},
		"the auditor":                    {Role: models.RoleAuditor, Person: w.a.parent.Person},
		"another site":                   {Role: models.RolePartner, Person: w.a.parent.Person, Municipality: minato},
		"a foreign core system":          {Role: models.RoleCore, Person: w.a.parent.Person, Municipality: hinata},
		"a core system of nowhere":       {Role: models.RoleCore, Person: b},
		"another core system":            {Role: models.RoleCore, Municipality: hinata},
		"a job for another municipality": models.System(hinata, "test"),
		"a job for no municipality":      models.System("", "test"),
		"an unknown role":                {Role: "owner", Person: b, Municipality: minato},
	}
}

// may is what a stranger's role is for, and so no crossing.
func may(who, table, verb string, actor models.Actor) bool {
	own := actor.Person != "" && (table == "people" || table == "idempotency_keys") // keyed by the person, whatever the role
	switch {
	case verb == "select" && slices.Contains(openToAll, table):
		return true
	case table == "phase_changes":
		return verb == "select" || actor.Role == models.RoleNational
	case table == "audit_entries" && verb == "select":
		return actor.Role == models.RoleAuditor
	case table == "exchanges" && verb == "select" && actor.Role == models.RoleAuditor:
		return true
	case table == "protection_grants" && verb == "select" && actor.Role == models.RoleAuditor:
		return true
	case table == "core_systems" && verb == "select" && actor.Role == models.RoleAuditor:
		return true
	case table == "erasures" && verb == "select" && actor.Role == models.RoleAuditor:
		return true
	case table == "edition_replay_counts" && verb == "select" && (actor.Role == models.RoleAuditor || actor.Role == models.RoleNational):
		return true
	case table == "readiness_checks" && verb == "select" && (actor.Role == models.RoleAuditor || actor.Role == models.RoleNational):
		return true
	case (table == "staff_briefings" || table == "staff_names") && verb == "select" && (actor.Role == models.RoleAuditor || actor.Role == models.RoleNational):
		return true
	case table == "boilerplates" && verb == "select" && actor.Role == models.RoleNational:
		return true
	case actor.Role == models.RoleNational:
		return slices.Contains([]string{"municipalities", "offerings", "closed_days"}, table)
	}
	return own && (who == "a core system of nowhere" || who == "a parent of no role" || who == "a foreign reviewer, also b" || who == "an unknown role")
}

func TestNobodyReachesAnothersRows(t *testing.T) {
	w := newWorld(t)
	tables, schema := w.ofB(t), migrated(t, w.Database)
	before := w.everything(t, tables)
	for who, actor := range w.strangers() {
		t.Run(who, func(t *testing.T) {
			must(t, w.App, actor, func(tx *postgres.Tx) error {
				for _, table := range slices.Sorted(maps.Keys(tables)) {
					any := slices.Sorted(maps.Keys(schema[table]))[0]
					for verb, statement := range map[string]string{
						"select": fmt.Sprintf(`select 1 from %s where %s`, table, tables[table]),
						"update": fmt.Sprintf(`update %s set %q = %q where %s`, table, any, any, tables[table]),
						"delete": fmt.Sprintf(`delete from %s where %s`, table, tables[table]),
						"lock":   fmt.Sprintf(`select 1 from %s where %s for share`, table, tables[table]),
					} {
						n, err := attempt(tx, statement)
						if err != nil && !denied(err) && !may(who, table, verb, actor) {
							t.Errorf("%s: %v", statement, err)
						}
						if n != 0 && !may(who, table, verb, actor) && (verb != "lock" || !may(who, table, "update", actor)) {
							t.Errorf("%s: reached %d rows", statement, n)
						}
					}
				}
				return nil
			})
		})
	}
	if after := w.everything(t, tables); !maps.Equal(before, after) {
		t.Error("rows changed")
	}
}

// everything is a digest of each table.
func (w *world) everything(t testing.TB, tables map[string]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for table := range tables {
		maps.Copy(out, pairs(t, w.SuperDSN, fmt.Sprintf(`select '%s', md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from %s r`, table, table)))
	}
	return out
}

// A parent can write neither in another's name nor, in the own name, under another's case.
func TestNobodyWritesUnderAnothersCase(t *testing.T) {
	w := newWorld(t)
	tables, schema := w.ofB(t), migrated(t, w.Database)
	for _, who := range []string{"another parent", "a foreign reviewer", "a foreign admin", "a foreign core system", "a job for another municipality",
		"the public", "the auditor",
		"another site"} {
		actor := w.strangers()[who]
		must(t, w.App, actor, func(tx *postgres.Tx) error {
			for table, columns := range schema {
				_, ofCase := columns["application_id"]
				_, ofPerson := columns["person_id"]
				if !ofPerson {
					continue
				}
				row := w.row(t, table, tables[table])
				own := ""
				if _, ok := columns["id"]; ok {
					own = fmt.Sprintf(`|| jsonb_build_object('id', '%s')`, models.NewID())
				}
				copied := fmt.Sprintf(`insert into %s select r.* from jsonb_populate_record(null::%s, $1::jsonb %s) r`, table, table, own)
				if n, err := attempt(tx, copied, row); !denied(err) {
					t.Errorf("%s writes %d rows of b into %s: %v", who, n, table, err)
				}
				if !ofCase || actor.Person == "" {
					continue
				}
				mine := fmt.Sprintf(
					`insert into %s select r.* from jsonb_populate_record(null::%s, $1::jsonb %s || jsonb_build_object('person_id', '%s', 'municipality', '%s')) r`,
					table,
					table,
					own,
					actor.Person,
					hinata,
				)
				if n, err := attempt(tx, mine, row); !denied(err) && state(err) != "23503" && state(err) != "23505" {
					t.Errorf("%s writes %d own rows under b's case into %s: %v", who, n, table, err)
				}
			}
			return nil
		})
	}
}

// row is one of family b's rows, as JSON; a file's part names its file.
func (w *world) row(t testing.TB, table, condition string) (out string) {
	t.Helper()
	direct(t, w.SuperDSN, func(conn *pgx.Conn) {
		if err := conn.QueryRow(bg, fmt.Sprintf(`select to_jsonb(r)::text from %s r where %s limit 1`, table, condition)).Scan(&out); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	})
	return out
}

// Without any setting, as a query outside InTx would run, the program's role sees nothing of anyone.
func TestWithoutAnActorNothingIsVisible(t *testing.T) {
	w := newWorld(t)
	direct(t, w.AppDSN, func(conn *pgx.Conn) {
		for table := range w.ofB(t) {
			var n int
			err := conn.QueryRow(bg, `select count(*) from `+table).Scan(&n)
			public := slices.Contains(openToAll, table) || table == "phase_changes"
			if err != nil && !denied(err) || n != 0 && !public || n == 0 && public {
				t.Errorf("%s: %d rows, %v", table, n, err)
			}
		}
	})
}
