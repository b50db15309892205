package postgres_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/storage/postgres"
)

// firstOnline is the first migration that may meet a database in use: from it on each is to run while the program before it, and the
// one after it, serve (house.md, habit 13).
const firstOnline = 92

// accepted are findings that were looked at, by the start of a file's name, each with why it harms nobody.
var accepted = map[string]string{
	"00101": "the old seals are locked, which the sealing job alone writes, and it tries again",
	"00102": "the trail becomes the first part of itself, in a moment; the program before writes to it by the same name",
}

// TestMigrationsAreOnlineSafe: none rewrites, scans or locks a table that may be large, none takes away what the program before still uses.
func TestMigrationsAreOnlineSafe(t *testing.T) {
	names, err := fs.Glob(postgres.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if number, err := strconv.Atoi(name[:5]); err != nil || number < firstOnline {
			continue
		}
		text, err := fs.ReadFile(postgres.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		findings := offline(string(text))
		if why := accepted[name[:5]]; why != "" && len(findings) > 0 {
			continue
		}
		for _, f := range findings {
			t.Errorf("%s: %s", name, f)
		}
	}
}

func TestWhatIsNotOnlineSafe(t *testing.T) {
	const alone = "-- +goose NO TRANSACTION\n"
	for sql, finds := range map[string]bool{
		`create table x (a int); create index on x (a);`:                                                         false,
		`create index on applications (a);`:                                                                      true,
		`create unique index if not exists i on public.applications (a);`:                                        true,
		alone + `create index concurrently i on applications (a);`:                                               false,
		`create index concurrently i on applications (a);`:                                                       true,
		`alter table applications add column a int;`:                                                             false,
		`alter table applications add column a int not null default 0, add column b text default now();`:         false,
		`alter table applications add column a int not null;`:                                                    true,
		`alter table applications add column a uuid default gen_random_uuid();`:                                  true,
		`alter table applications add column a int generated always as (1) stored;`:                              true,
		`alter table applications add column a uuid references people (id);`:                                     true,
		`alter table applications add column a int check (a > 0);`:                                               true,
		`alter table applications add constraint c check (a > 0);`:                                               true,
		`alter table applications add constraint c check (a > 0) not valid;`:                                     false,
		`alter table applications add constraint c check (a > 0) not valid, validate constraint c;`:              true,
		alone + `alter table applications validate constraint c;`:                                                false,
		alone + `alter table applications add constraint c unique using index i;`:                                false,
		`alter table applications alter column a set not null;`:                                                  true,
		alone + `alter table applications validate constraint c; alter table applications alter a set not null;`: false,
		`alter table applications alter column a type bigint;`:                                                   true,
		`alter table applications drop column a;`:                                                                true,
		`alter table applications rename column a to b;`:                                                         true,
		`drop table applications;`:                                                                               true,
		`update applications set a = 1;`:                                                                         true,
		`delete from applications where a = 1;`:                                                                  true,
		`lock table applications;`:                                                                               true,
		"create function f() returns void language plpgsql as $$ begin update applications set a = 1; end $$;":   false,
		"-- update applications set a = 1;\nselect 1;":                                                           false,
		"-- +goose Up\nselect 1;\n-- +goose Down\ndrop table applications;":                                      false,
	} {
		if got := offline(sql); (len(got) > 0) != finds {
			t.Errorf("%s: %v", sql, got)
		}
	}
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	bodies   = regexp.MustCompile(`(?s)\$(\w*)\$.*?\$\w*\$`)
	spaces   = regexp.MustCompile(`\s+`)
	creates  = regexp.MustCompile(`create table (?:if not exists )?(?:public\.)?(\w+)`)
	concerns = regexp.MustCompile(`^(?:alter table (?:only )?(?:if exists )?|update (?:only )?|delete from (?:only )?|` +
		`drop table (?:if exists )?|lock (?:table )?)(?:public\.)?(\w+)`)
	indexes    = regexp.MustCompile(`^create (?:unique )?index (concurrently )?.*?\bon (?:only )?(?:public\.)?(\w+)`)
	adds       = regexp.MustCompile(`\badd (?:column )?(?:if not exists )?(\w+) (.*)`)
	constrains = regexp.MustCompile(`\badd (?:constraint \w+ )?(?:check|foreign key|unique|primary key|exclude)\b`)
	volatile   = regexp.MustCompile(`default .*\b(?:clock_timestamp|gen_random_uuid|random|nextval|statement_timestamp|timeofday)\b`)
)

// offline says what of a migration would stop those who work with the database, or would cost the time of a large table under a lock.
func offline(text string) []string {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	alone := strings.Contains(strings.ToUpper(up), "+GOOSE NO TRANSACTION")
	up = strings.ToLower(bodies.ReplaceAllString(comments.ReplaceAllString(up, ""), "''"))
	var fresh, found []string
	for _, m := range creates.FindAllStringSubmatch(spaces.ReplaceAllString(up, " "), -1) {
		fresh = append(fresh, m[1])
	}
	validates := strings.Contains(up, "validate constraint")
	if validates && !alone {
		found = append(found, "a constraint is validated in the transaction that holds its lock: NO TRANSACTION, or a migration of its own")
	}
	for statement := range strings.SplitSeq(up, ";") {
		s := strings.TrimSpace(spaces.ReplaceAllString(statement, " "))
		if m := indexes.FindStringSubmatch(s); m != nil {
			switch {
			case slices.Contains(fresh, m[2]):
			case m[1] == "":
				found = append(found, "an index on "+m[2]+" keeps writers away: CONCURRENTLY")
			case !alone:
				found = append(found, "CONCURRENTLY needs -- +goose NO TRANSACTION")
			}
		}
		if m := concerns.FindStringSubmatch(s); m != nil && !slices.Contains(fresh, m[1]) {
			found = append(found, concerning(s, m[1], validates)...)
		}
	}
	return found
}

// concerning looks at a statement about a table that was there before.
func concerning(s, table string, validates bool) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if !strings.HasPrefix(s, "alter table") {
		say("%s as a whole: in batches, by the program or a command (%s)", table, strings.Fields(s)[0])
		return found
	}
	for _, action := range splitActions(s) {
		switch {
		case strings.Contains(action, "validate constraint"):
		case constrains.MatchString(action):
			if !strings.Contains(action, "not valid") && !strings.Contains(action, "using index") {
				say("a constraint on %s is checked under a lock: NOT VALID, then VALIDATE", table)
			}
		case strings.Contains(action, "set not null"):
			if !validates {
				say("SET NOT NULL scans %s under a lock: validate a check of it first", table)
			}
		case strings.Contains(action, " type ") && strings.Contains(action, "alter"):
			say("another type rewrites %s", table)
		case strings.Contains(action, "drop column"), strings.Contains(action, "rename"):
			say("the program before this one still uses what of %s is taken away", table)
		case adds.MatchString(action):
			rest := adds.FindStringSubmatch(action)[2]
			if strings.Contains(rest, "not null") && !strings.Contains(rest, "default") {
				say("a column of %s that must not be empty needs a default", table)
			}
			if volatile.MatchString(rest) || strings.Contains(rest, "generated always as") {
				say("a value a row rewrites %s", table)
			}
			if strings.Contains(rest, "references") || strings.Contains(rest, "check (") || strings.Contains(rest, " unique") {
				say("a constraint with the column of %s is checked under a lock: add it NOT VALID, then VALIDATE", table)
			}
		}
	}
	return found
}

// splitActions parts ALTER TABLE at the commas outside of brackets.
func splitActions(s string) (actions []string) {
	depth, from := 0, 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				actions, from = append(actions, s[from:i]), i+1
			}
		}
	}
	return append(actions, s[from:])
}
