package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
)

// A part that was swapped, dropped, added, or taken from another file is never read as if it belonged there.
func TestPartsAreBoundToTheirCell(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body := pdf(256 << 10) // four parts of one length
	var ids []string
	for _, name := range []string{"a.pdf", "b.pdf"} {
		p := w.beginParts(app, name, len(body))
		w.putParts(app, p, body, 1, 2, 3, 4)
		ids = append(ids, w.wantFinished(app, p, body).ID)
	}
	a, b := ids[0], ids[1]
	w.wantContent(app, a, body)
	swap := func(x, y int) []string {
		return []string{`update file_parts set number = 99 where file_id = '` + a + `' and number = ` + string(rune('0'+x)),
			`update file_parts set number = ` + string(rune('0'+x)) + ` where file_id = '` + a + `' and number = ` + string(rune('0'+y)),
			`update file_parts set number = ` + string(rune('0'+y)) + ` where file_id = '` + a + `' and number = 99`}
	}
	for what, c := range map[string]struct{ do, undo []string }{
		"swapped":           {swap(2, 3), swap(2, 3)},
		"the last in front": {swap(1, 4), swap(1, 4)},
		"the last dropped": {[]string{`update file_parts set number = 0 + 99 where file_id = '` + a + `' and number = 4`,
			`update files set size = 196608 where id = '` + a + `'`,
			`update file_parts set file_id = '` + b + `' where number = 99`},
			[]string{`update file_parts set file_id = '` + a + `', number = 4 where number = 99`, `update files set size = 262144 where id = '` + a + `'`}},
		"one dropped": {[]string{`update file_parts set number = 99, file_id = '` + b + `' where file_id = '` + a + `' and number = 2`},
			[]string{`update file_parts set number = 2, file_id = '` + a + `' where number = 99`}},
		"foreign": {[]string{`update file_parts set object_key = object_key || '-' where file_id = '` + b + `' and number = 2`,
			`update file_parts set object_key = (select rtrim(object_key, '-') from file_parts
				where file_id = '` + b + `' and number = 2) where file_id = '` + a + `' and number = 2`},
			[]string{`update file_parts set object_key = 'files/` + hinata + `/` + a + `/0002' where file_id = '` + a + `' and number = 2`,
				`update file_parts set object_key = rtrim(object_key, '-') where file_id = '` + b + `' and number = 2`}},
	} {
		for _, statement := range c.do {
			w.Exec(statement)
		}
		if back, err := w.read(app, a); err == nil || errors.Is(err, errLost) {
			t.Errorf("%s: %d bytes were read, %v", what, len(back), err)
		}
		for _, statement := range c.undo {
			w.Exec(statement)
		}
		if back, err := w.read(app, a); err != nil || !bytes.Equal(back, body) {
			t.Fatalf("%s: it was not put right: %v", what, err)
		}
	}
}

// Killed, or cut off from the store or the database, between any two steps: nothing is acknowledged that is not there,
// nothing is left in the end, and the upload goes on.
func TestAFailureBetweenAnySteps(t *testing.T) {
	cut := func() {}
	w := newWorld(t, inParts(), func(o Objects) Objects { return afterPut{o, func() { cut() }} }, nil)
	app := w.draft(w.Parent)
	body := pdf(size)
	p := w.beginParts(app, "a.pdf", size)
	for number := 1; number <= 4; number++ { // after the object, before the second transaction
		ctx, cancel := context.WithCancel(t.Context())
		cut = cancel
		if err := w.service.PutPart(ctx, w.Parent, part(app, p, body, number)); err == nil {
			t.Fatal("it was acknowledged")
		}
		if now, err := w.service.Progress(t.Context(), w.Parent, app.ID, p.ID); err != nil || len(now.Parts) != 0 {
			t.Errorf("there is a part: %+v, %v", now, err)
		}
		cancel()
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 0 {
		t.Errorf("objects %q", keys)
	}
	// Killed after the row and after the object: the attempt is swept once its time is over, and the upload goes on.
	for range 2 {
		s := &sending{in: part(app, p, body, 2)}
		if err := w.service.attempt(t.Context(), w.Parent, s); err != nil {
			t.Fatal(err)
		}
		in := newIntake(t.Context(), s.in.Body, s.in.Length)
		if err := w.service.sendPart(t.Context(), s, in); err != nil {
			t.Fatal(err)
		}
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 2 {
		t.Errorf("attempts whose time is not over were swept: %q", keys)
	}
	w.age()
	if report := w.reconcile(ReconcileOptions{MinAge: leastAge()}); report.Known != 2 || report.Orphans != 0 {
		t.Errorf("reconciled: %+v", report)
	}
	w.service.objects = w.store
	w.putParts(app, p, body, 1, 2)
	w.Exec(`update part_attempts set expires_at = now() - interval '1 second'`)
	if swept := w.sweepAll(); swept.Attempts != 2 || swept.Removed != 2 || swept.Abandoned != 0 {
		t.Errorf("swept: %+v", swept)
	}
	w.putParts(app, p, body, 3, 4)
	w.wantFinished(app, p, body)
	w.wantContent(app, p.ID, body)
}

func TestAnAbandonedUploadIsSwept(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	p := w.beginParts(app, "a.pdf", size)
	w.putParts(app, p, pdf(size), 1, 2)
	w.Exec(expire)
	if _, err := w.service.Progress(t.Context(), w.Parent, app.ID, p.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("its time is over: %v", err)
	}
	if swept := w.sweepAll(); swept.Abandoned != 1 || swept.Removed != 2 {
		t.Errorf("swept %+v", swept)
	}
	w.wantNothing("an abandoned upload")
	if n := casetest.Value[int](w, `select (select count(*) from uploads) + (select count(*) from part_attempts)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// A part whose object was lost or damaged is asked for again, and nothing else.
func TestALostPartIsAskedForAgain(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body := pdf(size)
	p := w.beginParts(app, "a.pdf", size)
	w.putParts(app, p, body, 1, 2, 3, 4)
	for number, harm := range map[int]func(key string) error{
		1: func(key string) error { return w.store.Remove(t.Context(), key) },
		3: func(key string) error {
			sealed := casetest.Value[int64](w, `select sealed_size from file_parts where object_key = $1`, key)
			_, err := w.store.Put(t.Context(), key, io.LimitReader(&endless{}, sealed), sealed, "application/octet-stream")
			return err
		},
	} {
		if err := harm(casetest.Value[string](w, `select object_key from file_parts where number = $1`, number)); err != nil {
			t.Fatal(err)
		}
		_, err := w.finish(app, p)
		wantFault(t, "a lost part", err, fault.Conflict, fault.CodeNotAllowedNow, "parts-missing")
		now, err := w.service.Progress(t.Context(), w.Parent, app.ID, p.ID)
		if err != nil || len(now.Parts) != 3 || slices.Contains(numbers(now), number) {
			t.Errorf("there are %v, %v", numbers(now), err)
		}
		w.putParts(app, p, body, number)
	}
	w.wantFinished(app, p, body)
	w.wantContent(app, p.ID, body)
}
