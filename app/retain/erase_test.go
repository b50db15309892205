package retain_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

func periods() retain.Options {
	return retain.Options{
		Messages: retention.Period{Years: 2},
		Settings: retention.Period{Years: 1},
		Periods: retention.Periods{ExpiredDraft: retention.Period{Days: 30},
			Withdrawn: retention.Period{
				Years: 1,
			}, Transferred: retention.Period{Years: 1}, Decided: retention.Period{Years: 5}, Exchange: retention.Period{Years: 7},
			Discrepancy: retention.Period{Years: 7}},
	}
}

// expired makes a draft that expired so many days ago, with a file.
func (o *office) expired(days int) string {
	o.T.Helper()
	v := o.draft(true)
	if err := o.sweep(); err != nil {
		o.T.Fatal(err)
	}
	o.Exec(fmt.Sprintf(`set session_replication_role = replica;
		update applications set updated_at = now() - interval '%[2]d days' where id = '%[1]s';
		update history set at = now() - interval '%[2]d days' where application_id = '%[1]s';
		insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, media_type, size, sha256, state, revision,
			created_at, stored_at)
			select gen_random_uuid(), id, municipality, person_id, 'd', 's', 'n', 's', 'application/pdf', 1, 'd', 'stored', 1, now(), now() from applications
				where id = '%[1]s';
		insert into file_parts (file_id, number, application_id, municipality, person_id, object_key, size)
			select id, 1, application_id, municipality, person_id, 'object/' || id, 1 from files where application_id = '%[1]s';
		set session_replication_role = default`, v.ID, days))
	return v.ID
}

func (o *office) wrapped(id string) []byte {
	o.T.Helper()
	return casetest.Value[[]byte](o, `select wrapped_key from applications where id = $1`, id)
}

// erased says whether nothing is left but the record, with the key destroyed.
func (o *office) erased(id string, wrapped []byte) error {
	o.T.Helper()
	for query, want := range map[string]int{
		`select count(*) from applications where id = $1::uuid`:                                        0,
		`select count(*) from revisions where application_id = $1::uuid`:                               0,
		`select count(*) from files where application_id = $1::uuid`:                                   0,
		`select count(*) from erasures where id = $1::uuid and rule = 'expired-draft' and objects = 1`: 1,
		`select count(*) from audit_entries where object_id = $1::text and action = 'erase'`:           1,
		`select count(*) from key_removals where $1::text <> ''`:                                       0,
	} {
		if n := casetest.Value[int](o, query, id); n != want {
			return fmt.Errorf("%s: %d", query, n)
		}
	}
	if _, err := o.Dossiers.Keyring().Unwrap(context.Background(), wrapped, "application/"+id); !errors.Is(err, seal.ErrErased) {
		return fmt.Errorf("its key: %w", err)
	}
	told := 0
	err := o.Dossiers.Keyring().Shelf().Journal().Each(func(line []byte) error {
		if bytes.Contains(line, []byte(id)) {
			told++
		}
		return nil
	})
	if told == 0 {
		return errors.Join(err, errors.New("the journal does not know"))
	}
	return err
}

func (o *office) erase() error {
	return errors.Join(o.service.Erase(context.Background()), o.sweep())
}

func TestOnlyWhatIsDueIsErased(t *testing.T) {
	o := newOfficeWith(t, periods())
	due, young, open := o.expired(32), o.expired(29), o.draft(false).ID
	key := o.wrapped(due)
	var listed []string
	list := func(municipality string, at time.Time) int {
		listed = nil
		err := o.service.List(context.Background(), municipality, at, func(d *retain.Due) error {
			listed = append(listed, d.Case.ID+" "+d.Verdict.Rule)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(listed)
	}
	if list("", time.Time{}) != 1 || listed[0] != due+" expired-draft" {
		t.Errorf("due: %v", listed)
	}
	if n := list("", time.Now().AddDate(0, 0, 3)); n != 2 {
		t.Errorf("due in three days: %v", listed)
	}
	if n := list("998028", time.Time{}); n != 0 {
		t.Errorf("due elsewhere: %v", listed)
	}
	for range 2 {
		if err := o.erase(); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.erased(due, key); err != nil {
		t.Error(err)
	}
	for _, id := range []string{young, open} {
		if shown, err := o.service.Show(context.Background(), id, time.Time{}); err != nil || shown.Due == nil || shown.Due.Verdict.Erasable {
			t.Errorf("%+v, %v", shown, err)
		}
		if _, err := o.Dossiers.Open(context.Background(), o.Parent, id, nil); err != nil {
			t.Error(err)
		}
	}
	if _, err := o.service.Show(context.Background(), models.NewID(), time.Time{}); !errors.Is(err, fault.ErrNotFound) {
		t.Error(err)
	}
	if casetest.Value[int](o, `select count(*) from object_removals where object_key like 'object/%'`) != 1 {
		t.Error("its object is not queued")
	}
}

// Stopped between any two steps, the erasure ends right the next time.
func TestStoppedAnywhere(t *testing.T) {
	stop := errors.New("killed")
	trigger := func(table, when string) (string, string) {
		return `create function stop_here() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
			create trigger stop_here ` + when + ` on ` + table + ` for each row execute function stop_here()`,
			`drop trigger stop_here on ` + table + `; drop function stop_here`
	}
	for name, where := range map[string]struct {
		breaks      retain.Breaks
		table, when string
	}{
		"before the rows go":               {table: "applications", when: "before delete"},
		"before the audit has it":          {table: "audit_entries", when: "before insert"},
		"before the objects are queued":    {table: "object_removals", when: "before insert"},
		"before the key is queued":         {table: "key_removals", when: "before insert"},
		"before the journal has it":        {breaks: retain.Breaks{Append: stop}},
		"before the key is destroyed":      {breaks: retain.Breaks{Before: stop}},
		"after the key is destroyed":       {breaks: retain.Breaks{After: stop}},
		"before the queue forgets the key": {table: "key_removals", when: "before delete"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOfficeWith(t, periods())
			id := o.expired(40)
			key := o.wrapped(id)
			breaks := where.breaks
			o.service.Break(&breaks)
			make, drop := trigger(where.table, where.when)
			if where.table != "" {
				o.Exec(make)
			}
			for range 2 {
				if err := o.service.Erase(context.Background()); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Errorf("it did not stop: %v", err)
				}
			}
			// Whole or gone: never a record beside rows, never rows without their key.
			record, rows := casetest.Value[int](o, `select count(*) from erasures`), casetest.Value[int](o, `select count(*) from applications where id = $1`, id)
			if record+rows != 1 {
				t.Errorf("%d records, %d rows", record, rows)
			}
			if _, err := o.Dossiers.Keyring().Unwrap(context.Background(), key, "application/"+id); rows == 1 && err != nil {
				t.Error(err)
			}
			breaks = retain.Breaks{}
			if where.table != "" {
				o.Exec(drop)
			}
			if err := o.erase(); err != nil {
				t.Fatal(err)
			}
			if err := o.erased(id, key); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSeveralWorkersEraseOnce(t *testing.T) {
	o := newOfficeWith(t, periods())
	keys := map[string][]byte{}
	for range 5 {
		id := o.expired(40)
		keys[id] = o.wrapped(id)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := o.erase(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for id, key := range keys {
		if err := o.erased(id, key); err != nil {
			t.Error(err)
		}
	}
}

// A draft that its owner deletes takes its key along; so does a mail address that is replaced.
func TestKeysOfWhatIsDeleted(t *testing.T) {
	o := newOfficeWith(t, periods())
	v := o.draft(false)
	key := o.wrapped(v.ID)
	if err := o.Apply.Delete(context.Background(), o.Parent, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Dossiers.Keyring().Unwrap(context.Background(), key, "application/"+v.ID); !errors.Is(err, seal.ErrErased) {
		t.Error(err)
	}
}

func TestWhatGoesByItsAge(t *testing.T) {
	o := newOfficeWith(t, periods())
	o.Exec(
		`insert into messages (id, person_id, municipality, kind, created_at) select gen_random_uuid(), id, '998010', 'broadcast', now() - interval '2 years 2 ` +
			`days' from people`,
	)
	o.Exec(
		`insert into messages (id, person_id, municipality, kind, created_at) select gen_random_uuid(), id, '998010', 'broadcast', now() - interval '1 year' ` +
			`from people`,
	)
	o.Exec(`insert into person_settings (person_id, language, wants_mail, updated_at) select id, 'ja', false, now() - interval '2 years' from people`)
	for _, ago := range []string{"7 years 2 days", "6 years 364 days"} {
		o.Exec(
			`insert into exchanges (id, municipality, person_id, application_id, subject, document, item, procedure, affair, legal_basis, provider, phase,
				requested_at, answered_at, result)
			select gen_random_uuid(), '998010', id, gen_random_uuid(), 's', 'd', 'i', 'p', 'a', 'l', 'x', 'trial', now(), now() - $1::interval, 'answered' from people`,
			ago,
		)
	}
	if err := o.erase(); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int{"messages": 1, "exchanges": 1, "person_settings": 0} {
		if n := casetest.Value[int](o, `select count(*) from `+table); n != want {
			t.Errorf("%d %s", n, table)
		}
	}
}

func TestPeriodsThatAreTooShort(t *testing.T) {
	opt := periods()
	opt.Periods.Exchange = retention.Period{Years: 6}
	o := newOfficeWith(t, opt)
	if err := o.service.Erase(context.Background()); err == nil || !strings.Contains(err.Error(), "retention.exchange") {
		t.Error(err)
	}
}
