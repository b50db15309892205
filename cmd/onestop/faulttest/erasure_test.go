package faulttest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

const dueCases = 1500 // and as many that are not

// TestTheWorkerKilledDuringErasures: the worker is killed twice while it erases; afterwards each case that was due is gone,
// with one record, one entry of the audit and its key destroyed, and each other is as it was.
func TestTheWorkerKilledDuringErasures(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	keys, err := seal.LoadKeyring(shared.masters)
	if err != nil {
		t.Fatal(err)
	}
	w.expire(t, keys, "due", 40)
	w.expire(t, keys, "young", 20)
	if out := w.say(t, "retention", "list"); !strings.Contains(out, fmt.Sprintf("expired-draft: %d\n", dueCases)) || strings.Count(out, "kept until") != dueCases {
		t.Errorf("due: …%s", out[max(0, len(out)-200):])
	}
	slots := w.rows(`select period || ' ' || id || ' ' || encode(wrapped_key, 'hex') from applications`)
	erased := func() int { return len(w.rows(`select id from erasures`)) }
	for _, until := range []int{dueCases / 5, dueCases * 3 / 5} {
		worker := w.inquire(t, nil)
		w.reached(t, erased, until)
		worker.Kill() // -9, wherever it is
		if erased() == dueCases {
			t.Error("it was killed after the end: nothing is shown")
		}
		w.forgetTheDead()
		w.rows(`delete from river_job where kind = 'erase' returning id`) // another period has begun
	}
	worker := w.inquire(t, nil)
	w.reached(t, erased, dueCases)
	until(t, time.Minute, "no key waits to be destroyed", func() bool { return len(w.rows(`select slot from key_removals`)) == 0 })
	worker.stop(t)
	for what, query := range map[string]string{
		"cases that are left":  `select id from applications where period = 'due'`,
		"rows of erased cases": `select application_id from revisions where application_id in (select id from erasures)`,
		"records without one audit each": `select e.id from erasures e left join audit_entries a on a.object_id = e.id::text and a.action = 'erase' group by ` +
			`e.id having count(a.id) <> 1`,
	} {
		if rows := w.rows(query); len(rows) > 0 {
			t.Errorf("%d %s", len(rows), what)
		}
	}
	w.wantKeys(t, keys, slots)
	id := strings.Fields(slots[0])[1]
	if out := w.say(t, "retention", "show", id); !strings.Contains(out, "expired-draft") {
		t.Error(out)
	}
}

// expire makes drafts that expired so many days ago; their period column tells the kinds apart.
func (w *world) expire(t testing.TB, keys *seal.Keyring, kind string, days int) {
	t.Helper()
	at := time.Now().AddDate(0, 0, -days)
	person := models.NewID()
	w.rows(`insert into people (id, provider, subject) values ($1, 'load', 'expired ' || $2::text) returning id`, person, kind)
	ids, wrapped := make([]string, dueCases), make([][]byte, dueCases)
	for i := range dueCases {
		ids[i] = models.NewID()
		var err error
		if _, wrapped[i], err = keys.NewKey(t.Context(), "application/"+ids[i]); err != nil {
			t.Fatal(err)
		}
	}
	w.rows(
		`insert into applications (id, municipality, person_id, procedure, state, channel, children_index, period, wrapped_key, expires_at, created_at, updated_at)
		select i::uuid, '998010', $1, 'child-allowance-claim', 'expired', 'online', 'c', $2, k, $3, $3, $3 from unnest($4::text[], $5::bytea[]) d (i,
			k) returning id`,
		person,
		kind,
		at,
		ids,
		wrapped,
	)
	w.rows(`insert into revisions (application_id, number, municipality, person_id, sealed, created_at, updated_at)
		select id, 1, municipality, person_id, 's', $1, $1 from applications where period = $2 returning number`, at, kind)
	w.rows(`insert into history (id, application_id, municipality, person_id, at, event, from_state, to_state, role, revision)
		select gen_random_uuid(), id, municipality, person_id, $1, 'expire', 'draft', 'expired', 'system', 1 from applications where period = $2 returning id`, at,
		kind)
}

// wantKeys wants the keys of what was erased destroyed, and every other whole.
func (w *world) wantKeys(t testing.TB, keys *seal.Keyring, rows []string) {
	t.Helper()
	for _, row := range rows {
		f := strings.Fields(row)
		wrapped, err := hex.DecodeString(f[2])
		if err != nil {
			t.Fatal(err)
		}
		_, err = keys.Unwrap(t.Context(), wrapped, "application/"+f[1])
		if destroyed := errors.Is(err, seal.ErrErased); destroyed != (f[0] == "due") || !destroyed && err != nil {
			t.Fatalf("%s: %v", f[0], err)
		}
	}
}

// say runs one command and gives what it says.
func (w *world) say(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.Command(shared.binary, append(args, "--config", w.config)...)
	cmd.Env = withoutOurs(os.Environ())
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	return string(out)
}
