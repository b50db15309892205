package intake_test

import (
	"io"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal/simulator"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// waits sends a batch in which each application is broken, each in another way, and gives what waits by its way.
func (w *world) waits() map[string]intake.Item {
	w.T.Helper()
	n := len(simulator.Ways)
	b, how := w.sent(w.options(n, n))
	report, err := w.service.Take(bg, "", b)
	casetest.Must(w.T, err)
	rows, err := w.service.Open(bg, w.clerk, postgres.Page{Limit: 100})
	casetest.Must(w.T, err)
	if len(rows) != n {
		w.T.Fatalf("%d wait, want %d", len(rows), n)
	}
	way := map[string]string{}
	for _, one := range report.ForClerk {
		way[one.Number] = how[one.Place]
	}
	out := map[string]intake.Item{}
	for i := range rows {
		out[way[rows[i].Number]] = rows[i]
	}
	return out
}

// What waits is shown as it was sent, but for an individual number (P4), with its files.
func TestTheOriginalIsShown(t *testing.T) {
	w := newWorld(t)
	all := w.waits()
	i, err := w.service.Get(bg, w.clerk, all["a field that nobody knows"].ID)
	casetest.Must(t, err)
	if i.Application.Fields["好きな色"] != "青" || i.Application.Fields["申請者郵便番号"] != "998-0001" || len(i.Problems) != 1 || i.Problems[0].Field != "好きな色" {
		t.Errorf("%+v %+v", i.Application.Fields, i.Problems)
	}
	if got := all["an individual number"].Application.Fields["申請者住所"]; got != intake.Withheld {
		t.Errorf("an individual number is kept: %q", got)
	}
	if broken := all["no application"]; broken.Broken == "" {
		t.Error("what is no application is not shown")
	}
	i, err = w.service.Get(bg, w.clerk, all["a file of an unknown kind"].ID)
	casetest.Must(t, err)
	if len(i.Sent) == 0 || i.Sent[0].Kind != "家族写真" {
		t.Fatalf("%+v", i.Sent)
	}
	d, err := w.service.File(bg, w.clerk, i.ID, i.Sent[0].ID)
	casetest.Must(t, err)
	content, err := io.ReadAll(d.Body)
	casetest.Must(t, err)
	if casetest.Must(t, d.Body.Close()); string(content[:5]) != "%PDF-" || int64(len(content)) != d.Size {
		t.Errorf("%d bytes, %d said", len(content), d.Size)
	}
	_, err = w.service.File(bg, w.clerk, i.ID, models.NewID())
	casetest.Refused(t, err, fault.CodeNotFound)
}

// A clerk settles it with a reason; what is done stays for 90 days and goes then, with its files and its key.
func TestSettlingWithoutACase(t *testing.T) {
	w := newWorld(t)
	id := w.waits()["a file that was changed"].ID
	casetest.RefusedAt(t, w.service.Settle(bg, w.clerk, id, "  "), fault.CodeInvalidRequest, "/note required")
	casetest.RefusedAt(t, w.service.Settle(bg, w.clerk, id, "番号は123456789018"), fault.CodeIndividualNumber, "/note individual-number")
	casetest.Must(t, w.service.Settle(bg, w.clerk, id, "窓口で出し直してもらいます。"))
	casetest.Refused(t, w.service.Settle(bg, w.clerk, id, "もう一度"), fault.CodeNotAllowedNow)
	i, err := w.service.Get(bg, w.clerk, id)
	casetest.Must(t, err)
	if i.Note != "窓口で出し直してもらいます。" || i.State != models.IntakeSettled {
		t.Errorf("%s: %q", i.State, i.Note)
	}
	casetest.Must(t, w.service.Sweep(bg))
	before := w.counted("object_removals")
	w.Exec(`update intake_items set done_at = now() - interval '91 days' where id = $1`, id)
	casetest.Must(t, w.service.Sweep(bg))
	_, err = w.service.Get(bg, w.clerk, id)
	casetest.Refused(t, err, fault.CodeNotFound)
	if w.counted("object_removals") == before || w.counted("key_removals") == 0 || w.counted("intake_items") != len(simulator.Ways)-1 {
		t.Error("what belongs to it stays")
	}
}

// A clerk completes what could be read in a draft of the counter; it arrived when it arrived at the sender (P5), and waits again if the draft goes.
func TestCompletingAtTheCounter(t *testing.T) {
	w := newWorld(t)
	all := w.waits()
	item := all["a day that there is not"]
	begun, err := w.service.Complete(bg, w.clerk, casetest.Once(), item.ID)
	if err == nil {
		t.Fatalf("a draft %s of nobody's birth date", begun.Draft)
	}
	item = all["a file of an unknown kind"]
	begun, err = w.service.Complete(bg, w.clerk, casetest.Once(), item.ID)
	casetest.Must(t, err)
	draft := begun.Draft
	f := w.Open(w.clerk, draft)
	applicant, _ := f.Content.Form["applicant"].(map[string]any)
	if f.Row.State != models.StateDraft || f.Row.Channel != models.ChannelCounter || applicant["family_name"] != "日向" {
		t.Errorf("%s %s %v", f.Row.State, f.Row.Channel, f.Content.Form)
	}
	if at := casetest.Value[time.Time](w, `select received_at from counter_intakes where application_id = $1`, draft); !at.Equal(*item.ArrivedAt) {
		t.Errorf("it arrived at %v, want %v", at, item.ArrivedAt)
	}
	if _, err = w.service.Complete(bg, w.clerk, casetest.Once(), item.ID); err == nil {
		t.Error("it is completed twice")
	}
	open := func() int {
		rows, err := w.service.Open(bg, w.clerk, postgres.Page{Limit: 100})
		casetest.Must(t, err)
		return len(rows)
	}
	if n := open(); n != len(all)-1 {
		t.Errorf("%d wait while it is completed", n)
	}
	casetest.Must(t, w.Apply.Delete(bg, w.clerk, draft, nil))
	if n := open(); n != len(all) {
		t.Errorf("%d wait once the draft is gone", n)
	}
	_, err = w.service.Complete(bg, w.clerk, casetest.Once(), item.ID)
	casetest.Must(t, err)
	// A wrong answer is left out of the draft, and the clerk asks for it.
	begun, err = w.service.Complete(bg, w.clerk, casetest.Once(), all["no telephone number"].ID)
	casetest.Must(t, err)
	applicant, _ = w.Open(w.clerk, begun.Draft).Content.Form["applicant"].(map[string]any)
	if applicant["phone"] != nil || applicant["postal_code"] != "998-0001" {
		t.Errorf("%v", applicant)
	}
}

// Two photos of one name are two files of the draft, and the clerk is told which files are not in it.
func TestNoFileOfACompletedOneIsLost(t *testing.T) {
	w := newWorld(t)
	photos := 0
	for way, item := range w.waits() {
		i, err := w.service.Get(bg, w.clerk, item.ID)
		casetest.Must(t, err)
		begun, err := w.service.Complete(bg, w.clerk, casetest.Once(), item.ID)
		if err != nil {
			continue // it does not say who applies, or when
		}
		moved := casetest.Value[int](w, `select count(distinct sha256) from files where application_id = $1 and state <> 'receiving'`, begun.Draft)
		if moved+len(begun.Left) != len(i.Sent) {
			t.Errorf("%s: %d files, %d are in the draft, and the clerk is told of %v", way, len(i.Sent), moved, begun.Left)
		}
		if way == "a file of an unknown kind" && !slices.Contains(begun.Left, 1) {
			t.Errorf("%s: %v", way, begun.Left)
		}
		if moved >= 2 {
			photos++
		}
	}
	if photos == 0 {
		t.Error("no draft has two photos")
	}
}

// What waits is for the clerks of its procedure's category, and about protected people (支援措置) for named staff alone, from whenever they are protected.
func TestWhoseWhatWaitsIs(t *testing.T) {
	w := newWorld(t)
	item := w.waits()["a field that nobody knows"]
	w.Exec(`insert into protections (id, municipality, source) values ($1, $2, 'staff')`, item.ID, hinata)
	w.Exec(`insert into protection_marks (municipality, mark, protection_id) select municipality, unnest(marks::bytea[]), id from intake_items where id = $1`,
		item.ID)
	_, err := w.service.Get(bg, w.clerk, item.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	w.Named(w.clerk)
	_, err = w.service.Get(bg, w.clerk, item.ID)
	casetest.Must(t, err)
	for name, who := range map[string]models.Actor{"another municipality's clerk": w.Reviewer("other", casetest.Minato), "an admin": w.Admin("one", hinata),
		"an applicant": w.Parent} {
		if _, err := w.service.Get(bg, who, item.ID); err == nil {
			t.Errorf("%s reads it", name)
		}
	}
}
