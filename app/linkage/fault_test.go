package linkage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

type candidate = directory.Candidate

// A network that is down is asked again later, without an attempt lost; once it is back the answer comes.
func TestANetworkThatIsDownIsAskedLater(t *testing.T) {
	opt := quick
	opt.BreakFor = 300 * time.Millisecond
	s := setUp(t, opt)
	id := s.file(t, hinata, nil)
	fence := s.review(t, id)
	asked := s.ask(t, id, fence, pension)
	if err := s.network.SetFaults(network.Faults{Down: true}); err != nil {
		t.Fatal(err)
	}
	s.until(t, hinata, asked[0].Inquiry, func() bool { return len(s.service.Broken()) == 1 }) // left alone for a while
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	s.work(t, hinata, asked[0].Inquiry)
	if got := s.state(t, id, passport); got != models.ItemMatched || s.network.Asked(asked[0].Inquiry) != 1 {
		t.Errorf("it is %s, asked %d times", got, s.network.Asked(asked[0].Inquiry))
	}
}

// One that stays down is handed to a person, never to silence.
func TestAnInquiryThatGivesUpIsHandedToAReviewer(t *testing.T) {
	opt := quick
	opt.GiveUpAfter = 300 * time.Millisecond
	s := setUp(t, opt)
	if err := s.network.SetFaults(network.Faults{Down: true}); err != nil {
		t.Fatal(err)
	}
	id := s.file(t, hinata, nil)
	fence := s.review(t, id)
	asked := s.ask(t, id, fence, pension)
	s.work(t, hinata, asked[0].Inquiry)
	if got := value[string](t, s, `select state || ' ' || result from inquiries`); got != "given-up unavailable" && got != "given-up timeout" {
		t.Errorf("the inquiry is %q", got)
	}
	if n := value[int](t, s, `select count(*) from review_tasks where kind = 'inquiry-gave-up' and document = $1 and done_at is null`, passport); n != 1 {
		t.Errorf("%d tasks", n)
	}
	// The reviewer chooses to wait: asked again, the task is done.
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	again := s.ask(t, id, fence, pension)
	s.work(t, hinata, again[0].Inquiry)
	if got := s.state(t, id, passport); got != models.ItemMatched {
		t.Errorf("it is %s", got)
	}
	if n := value[int](t, s, `select count(*) from review_tasks where done_at is null`); n != 0 {
		t.Errorf("%d tasks wait", n)
	}
}

// The answer to a submission is lost: submitted again with the same key, the network asks once.
func TestALostAnswerAsksOnce(t *testing.T) {
	s := setUp(t, quick)
	if err := s.network.SetFaults(network.Faults{Lost: 2}); err != nil {
		t.Fatal(err)
	}
	id := s.file(t, hinata, nil)
	fence := s.review(t, id)
	asked := s.ask(t, id, fence, pension)
	s.work(t, hinata, asked[0].Inquiry)
	if n := s.network.Asked(asked[0].Inquiry); n != 1 || s.state(t, id, passport) != models.ItemMatched {
		t.Errorf("asked %d times, and it is %s", n, s.state(t, id, passport))
	}
}

// A reply of timeout is recorded; the answer that comes late is not lost (P7).
func TestAnAnswerAfterATimeoutIsKept(t *testing.T) {
	s := setUp(t, quick)
	if err := s.network.SetFaults(network.Faults{Late: true}); err != nil {
		t.Fatal(err)
	}
	id := s.file(t, minato, nil)
	fence := s.review(t, id)
	s.paper(t, id, passport, "applicant")
	asked := s.ask(t, id, fence, pension)
	s.work(t, minato, asked[0].Inquiry)
	if got := s.state(t, id, passport); got != models.ItemAnswered {
		t.Errorf("it is %s", got)
	}
	if n := value[int](t, s, `select count(*) from exchanges`); n != 2 {
		t.Errorf("%d exchanges: the timeout and the answer", n)
	}
}

// The same job worked by two workers at once, again and again: one answer, one record.
func TestAnAnswerIsKeptOnce(t *testing.T) {
	s := setUp(t, quick)
	id := s.file(t, hinata, nil)
	fence := s.review(t, id)
	asked := s.ask(t, id, fence, pension)
	done := make(chan error, 8)
	for range cap(done) {
		go func() {
			for {
				err := s.service.Inquire(context.Background(), task.Inquire{Municipality: hinata, Inquiry: asked[0].Inquiry})
				var later task.Later
				if errors.As(err, &later) || fault.KindOf(err) == fault.Conflict && err != nil {
					continue
				}
				done <- err
				return
			}
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := value[int](t, s, `select count(*) from exchanges`); n != 1 || s.network.Asked(asked[0].Inquiry) != 1 {
		t.Errorf("%d records, asked %d times", n, s.network.Asked(asked[0].Inquiry))
	}
}

// A provider that is down does not hold up the others.
func TestABreakerIsOfOneProvider(t *testing.T) {
	s := setUp(t, quick)
	id := s.file(t, hinata, nil)
	fence := s.review(t, id)
	asked := s.ask(t, id, fence, pension, dossier.DocumentRef{Document: record, Subject: "child-1"})
	if err := s.network.SetFaults(network.Faults{ProvidersDown: []string{"X-P-001"}}); err != nil {
		t.Fatal(err)
	}
	tries := 0
	s.until(t, hinata, asked[0].Inquiry, func() bool { tries++; return tries > 8 })
	s.work(t, hinata, asked[1].Inquiry)
	if got := s.state(t, id, record); got != models.ItemMatched {
		t.Errorf("the other provider's item is %s", got)
	}
	if got := s.state(t, id, passport); got != models.ItemInquiring {
		t.Errorf("the item is %s", got)
	}
}
