package job_test

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

func TestTheJobsOfAFiling(t *testing.T) {
	p := newPlant(t)
	w := p.start()
	d := p.claim()
	if _, err := p.Apply.FileWhole(context.Background(), p.Parent, casetest.Once(), apply.Draft{Procedure: d.Procedure, Municipality: hinata}); err == nil {
		t.Fatal("an empty case was filed")
	}
	filed, err := p.Apply.FileWhole(context.Background(), p.Parent, casetest.Once(), d)
	if err != nil {
		t.Fatal(err)
	}
	e := w.wait(t, "notify")
	var args task.Notify
	if err := json.Unmarshal(e.Job.EncodedArgs, &args); err != nil || e.Kind != river.EventKindJobCompleted || args.Application != filed.ID ||
		args.What != "arrived" {
		t.Errorf("%s %+v %v", e.Kind, args, err)
	}
	if got := p.inbox(); !slices.Equal(got, []string{notify.KindArrived}) {
		t.Errorf("the inbox: %v", got)
	}
	if _, err := p.Apply.Withdraw(context.Background(), p.Parent, casetest.Once(), filed.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	w.wait(t, "notify")
	if got := p.inbox(); !slices.Equal(got, []string{notify.KindWithdrawn, notify.KindArrived}) {
		t.Errorf("the inbox: %v", got)
	}
}

// A job whose draft was deleted meanwhile has nothing to do, now and later.
func TestAJobOfWhatIsGone(t *testing.T) {
	p := newPlant(t)
	v, err := p.Apply.Create(context.Background(), p.Parent, casetest.Once(), p.claim())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Apply.Delete(context.Background(), p.Parent, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	p.enqueue(task.Notify{Municipality: hinata, Application: v.ID, What: "draft-expired"})
	w := p.start()
	if e := w.wait(t, "notify"); e.Kind != river.EventKindJobCancelled || e.Job.State != rivertype.JobStateCancelled {
		t.Errorf("%s, %s", e.Kind, e.Job.State)
	}
}

func TestAJobThatFailsIsTriedAgain(t *testing.T) {
	p := newPlant(t)
	v, err := p.Apply.Create(context.Background(), p.Parent, casetest.Once(), p.claim())
	if err != nil {
		t.Fatal(err)
	}
	body := "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
	_, err = p.documents.Receive(context.Background(), p.Parent, document.Upload{Application: v.ID, Document: "pension-enrolment", Subject: "applicant",
		Name: "年金.pdf", Length: int64(len(body)), Body: strings.NewReader(body)})
	if err != nil {
		t.Fatal(err)
	}
	scan := func() (got string) {
		if err := p.Super().QueryRow(`select scan from files`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	p.objects.down.Store(true)
	w := p.start()
	e := w.wait(t, "scan")
	if e.Kind != river.EventKindJobFailed || e.Job.State != rivertype.JobStateRetryable && e.Job.State != rivertype.JobStateAvailable ||
		scan() == string(models.ScanClean) {
		t.Fatalf("%s, %s, the file is %s", e.Kind, e.Job.State, scan())
	}
	if !e.Job.ScheduledAt.After(time.Now().Add(-time.Second)) || e.Job.Attempt != 1 {
		t.Errorf("it is tried again at %v", e.Job.ScheduledAt)
	}
	// A panic ends the attempt, not the worker.
	p.objects.down.Store(false)
	p.objects.broken.Store(true)
	if _, err := w.JobRetry(context.Background(), e.Job.ID); err != nil {
		t.Fatal(err)
	}
	if e = w.wait(t, "scan"); e.Kind != river.EventKindJobFailed || e.Job.Attempt != 2 {
		t.Errorf("%s, attempt %d", e.Kind, e.Job.Attempt)
	}
	p.objects.broken.Store(false)
	if _, err := w.JobRetry(context.Background(), e.Job.ID); err != nil {
		t.Fatal(err)
	}
	if e = w.wait(t, "scan"); e.Kind != river.EventKindJobCompleted || scan() != string(models.ScanClean) {
		t.Errorf("%s, the file is %s", e.Kind, scan())
	}
	log := p.log.String()
	for _, text := range []string{`"msg":"job failed"`, `"msg":"job panicked"`, `"kind":"scan"`} {
		if !strings.Contains(log, text) {
			t.Errorf("the log does not say %s:\n%s", text, log)
		}
	}
	for _, secret := range []string{v.ID, "年金", `"application"`, hinata} {
		if strings.Contains(log, secret) {
			t.Errorf("the log says %s:\n%s", secret, log)
		}
	}
}

// Two workers share the queue: each job is done once.
func TestTwoWorkers(t *testing.T) {
	p := newPlant(t)
	const n = 24
	for range n {
		if _, err := p.Apply.FileWhole(context.Background(), p.Parent, casetest.Once(), p.claim()); err != nil {
			t.Fatal(err)
		}
	}
	a, b := p.start(), p.start()
	limit, done := time.After(patience), map[int64]int{}
	for len(done) < n {
		var e *river.Event
		select {
		case e = <-a.events:
		case e = <-b.events:
		case <-limit:
			t.Fatalf("%d of %d were worked", len(done), n)
		}
		if e.Job.Kind != "notify" {
			continue
		}
		if done[e.Job.ID]++; e.Kind != river.EventKindJobCompleted || done[e.Job.ID] > 1 {
			t.Errorf("job %d: %s, %d times", e.Job.ID, e.Kind, done[e.Job.ID])
		}
	}
	if got := p.inbox(); len(got) != n {
		t.Errorf("%d messages", len(got))
	}
}

// The sweep runs as soon as a worker starts, and what it ends is told.
func TestTheSweepAtTheStart(t *testing.T) {
	p := newPlant(t)
	v, err := p.Apply.Create(context.Background(), p.Parent, casetest.Once(), p.claim())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Super().Exec(`update applications set expires_at = now() - interval '1 second', version = version + 1 where id = $1`, v.ID); err != nil {
		t.Fatal(err)
	}
	w := p.start()
	if e := w.wait(t, "sweep"); e.Kind != river.EventKindJobCompleted || p.swept.Load() != 1 {
		t.Errorf("%s, %d sweeps", e.Kind, p.swept.Load())
	}
	w.wait(t, "notify")
	if got := p.inbox(); !slices.Equal(got, []string{notify.KindExpired}) {
		t.Errorf("the inbox: %v", got)
	}
}

// A reminder waits for its day.
func TestAReminderWaits(t *testing.T) {
	p := newPlant(t)
	d := casetest.With(t, p.claim(), casetest.Apart, func(facts, _ map[string]any) { // elsewhere in the same town
		facts["children"].([]any)[0].(map[string]any)["municipality"] = hinata
	})
	d.Declarations = []dossier.Declaration{{Document: "separate-custody-statement", Subject: "child-1", Kind: dossier.WillFollow, Reason: "後で"}}
	filed, err := p.Apply.FileWhole(context.Background(), p.Parent, casetest.Once(), d)
	if err != nil {
		t.Fatal(err)
	}
	w := p.start()
	w.wait(t, "notify")
	var state string
	var id int64
	if err := p.Super().QueryRow(`select state, id from river_job where kind = 'remind'`).Scan(&state, &id); err != nil ||
		state != string(rivertype.JobStateScheduled) {
		t.Fatalf("%s %v", state, err)
	}
	if _, err := w.JobRetry(context.Background(), id); err != nil { // its day has come
		t.Fatal(err)
	}
	if e := w.wait(t, "remind"); e.Kind != river.EventKindJobCompleted {
		t.Errorf("%s", e.Kind)
	}
	if got := p.inbox(); !slices.Equal(got, []string{notify.KindDocumentDue, notify.KindArrived}) {
		t.Errorf("the inbox of %s: %v", filed.ID, got)
	}
}

// What the RUNBOOK has an operator do about jobs that were given up queues them again, also where the sweep has asked for one anew meanwhile.
func TestTheRunbookQueuesGivenUpJobsAgain(t *testing.T) {
	book, err := os.ReadFile("../../deploy/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile("`(update river_job [^`]+)`").FindStringSubmatch(string(book))
	if command == nil {
		t.Fatal("the RUNBOOK has no command for jobs that were given up")
	}
	p := newPlant(t)
	p.Exec(`insert into river_job (kind, args, attempt, max_attempts, state, finalized_at, unique_key, unique_states) values
		('scan', '{}', 5, 5, 'discarded', now(), 'one', B'11110001'), ('scan', '{}', 0, 5, 'available', null, 'one', B'11110001'),
		('mail', '{}', 5, 5, 'discarded', now(), null, null)`)
	p.Exec(strings.ReplaceAll(command[1], "…", "scan"))
	got := casetest.Value[string](p, `select string_agg(concat(kind, ' ', state, ' ', max_attempts), ', ' order by id) from river_job`)
	if got != "scan available 10, scan available 5, mail discarded 5" {
		t.Error(got)
	}
}
