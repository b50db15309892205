package linkage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
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
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension)
	if err := s.network.SetFaults(network.Faults{Down: true}); err != nil {
		t.Fatal(err)
	}
	s.until(t, hinata, asked[0].Inquiry, func() bool { return len(s.service.Broken()) == 1 }) // left alone for a while
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	s.work(t, hinata, asked[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemMatched || s.network.Asked(asked[0].Inquiry) != 1 {
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
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension)
	s.work(t, hinata, asked[0].Inquiry)
	if got := casetest.Value[string](s, `select state || ' ' || result from inquiries`); got != "given-up unavailable" && got != "given-up timeout" {
		t.Errorf("the inquiry is %q", got)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where kind = 'inquiry-gave-up' and document = $1 and done_at is null`, passport); n != 1 {
		t.Errorf("%d tasks", n)
	}
	// The reviewer chooses to wait: asked again, the task is done.
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	again := s.ask(t, id, fence, pension)
	s.work(t, hinata, again[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemMatched {
		t.Errorf("it is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where done_at is null`); n != 0 {
		t.Errorf("%d tasks wait", n)
	}
}

// The answer to a submission is lost: submitted again with the same key, the network asks once.
func TestALostAnswerAsksOnce(t *testing.T) {
	s := setUp(t, quick)
	if err := s.network.SetFaults(network.Faults{Lost: 2}); err != nil {
		t.Fatal(err)
	}
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension)
	s.work(t, hinata, asked[0].Inquiry)
	if n := s.network.Asked(asked[0].Inquiry); n != 1 || s.ItemState(id, pension) != models.ItemMatched {
		t.Errorf("asked %d times, and it is %s", n, s.ItemState(id, pension))
	}
}

// A reply of timeout is recorded; the answer that comes late is not lost (P7).
func TestAnAnswerAfterATimeoutIsKept(t *testing.T) {
	s := setUp(t, quick)
	if err := s.network.SetFaults(network.Faults{Late: true}); err != nil {
		t.Fatal(err)
	}
	id := s.Filed(s.claim(minato))
	fence := s.review(id)
	s.OnPaper(s.reviewer, id, pension)
	asked := s.ask(t, id, fence, pension)
	s.work(t, minato, asked[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemAnswered {
		t.Errorf("it is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from exchanges`); n != 2 {
		t.Errorf("%d exchanges: the timeout and the answer", n)
	}
}

// The same job worked by two workers at once, again and again: one answer, one record.
func TestAnAnswerIsKeptOnce(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
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
	if n := casetest.Value[int](s, `select count(*) from exchanges`); n != 1 || s.network.Asked(asked[0].Inquiry) != 1 {
		t.Errorf("%d records, asked %d times", n, s.network.Asked(asked[0].Inquiry))
	}
}

// A provider that is down does not hold up the others.
func TestABreakerIsOfOneProvider(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension, record)
	if err := s.network.SetFaults(network.Faults{ProvidersDown: []string{"X-P-001"}}); err != nil {
		t.Fatal(err)
	}
	tries := 0
	s.until(t, hinata, asked[0].Inquiry, func() bool { tries++; return tries > 8 })
	s.work(t, hinata, asked[1].Inquiry)
	if got := s.ItemState(id, record); got != models.ItemMatched {
		t.Errorf("the other provider's item is %s", got)
	}
	if got := s.ItemState(id, pension); got != models.ItemInquiring {
		t.Errorf("the item is %s", got)
	}
}

// The network is down for an hour of the queue's time: each inquiry is tried with waits that grow, none is given up, and
// once it is back each is asked once and answered once.
func TestTheNetworkDownForAnHour(t *testing.T) {
	opt := quick
	opt.Retry, opt.RetryMost, opt.BreakFor, opt.GiveUpAfter = 2*time.Second, 10*time.Minute, time.Millisecond, 24*time.Hour
	s := setUp(t, opt)
	if err := s.network.SetFaults(network.Faults{Down: true}); err != nil {
		t.Fatal(err)
	}
	var inquiries []string
	for range 5 {
		id := s.Filed(s.claim(hinata))
		for _, a := range s.ask(t, id, s.review(id)) {
			inquiries = append(inquiries, a.Inquiry)
		}
	}
	for _, inquiry := range inquiries {
		waited, longest, tries := time.Duration(0), time.Duration(0), 0
		for waited < time.Hour { // the waits are counted, not slept
			err := s.service.Inquire(context.Background(), task.Inquire{Municipality: hinata, Inquiry: inquiry})
			var later task.Later
			if !errors.As(err, &later) {
				t.Fatalf("after %s: %v", waited, err)
			}
			if later.After > time.Second { // not only the breaker's rest
				tries++
			}
			waited, longest = waited+later.After, max(longest, later.After)
		}
		if longest > opt.RetryMost || tries > 20 {
			t.Errorf("%d tries in an hour, the longest wait %s", tries, longest)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from inquiries where state <> 'queued'`); n != 0 {
		t.Fatalf("%d were given up or lost", n)
	}
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	for _, inquiry := range inquiries {
		s.work(t, hinata, inquiry)
		if n := s.network.Asked(inquiry); n != 1 {
			t.Errorf("%s was asked %d times", inquiry, n)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from exchanges`); n != len(inquiries) {
		t.Errorf("%d records of %d inquiries", n, len(inquiries))
	}
	if n := casetest.Value[int](s, `select count(*) from plan_items where inquire and state <> 'matched'`); n != 0 {
		t.Errorf("%d items wait", n)
	}
}
