package nws_test

import (
	"crypto/tls"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/models"
)

// clock is the simulator's, moved by hand: no test waits for an answer.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// network is a simulator that asks for certificates, and a client that has one.
type network struct {
	*simulator.Server
	c      *nws.Client
	clock  *clock
	nobody *tls.Config // trusts the network and has no certificate
	own    *tls.Config
}

const delay = time.Minute

func start(t *testing.T) *network {
	t.Helper()
	a, err := mutual.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	server, err := a.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	own, err := a.Client("onestop")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{clock: &clock{now: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)}, own: own, nobody: &tls.Config{RootCAs: own.RootCAs}}
	n.Server, err = simulator.Start(simulator.Options{Addr: "127.0.0.1:0", TLS: server, Delay: delay, Now: n.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	n.c = nws.New(nws.Options{URL: n.URL(), TLS: own, Timeout: 5 * time.Second})
	return n
}

func (n *network) set(t *testing.T, f simulator.Faults) {
	t.Helper()
	if err := n.SetFaults(f); err != nil {
		t.Fatal(err)
	}
}

func inquiry(municipality string, number int, item string) nws.Inquiry {
	return nws.Inquiry{Key: models.NewID(), Inquirer: municipality, Affair: "X-A-001", Item: item, Basis: "児童手当法第7条第1項",
		Resident: residents.ID(municipality, number), Subject: "applicant", AsOf: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
}

// ask submits, lets the time pass and polls.
func (n *network) ask(t *testing.T, i nws.Inquiry) nws.Outcome {
	t.Helper()
	ticket, err := n.c.Submit(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	n.clock.pass(delay)
	return n.poll(t, ticket.Reference)
}

func (n *network) poll(t *testing.T, reference string) nws.Outcome {
	t.Helper()
	o, err := n.c.Poll(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnInquiryFromSubmissionToAnswer(t *testing.T) {
	n := start(t)
	i := inquiry("998028", residents.ExampleApplicant, "pension")
	ticket, err := n.c.Submit(t.Context(), i)
	if err != nil || ticket.Provider != "X-P-001" || ticket.PollAfter != delay || ticket.Reference == "" {
		t.Fatalf("%+v, %v", ticket, err)
	}
	if o := n.poll(t, ticket.Reference); !o.Pending || o.PollAfter != delay || o.Result != "" {
		t.Errorf("%+v", o)
	}
	n.clock.pass(delay)
	first := n.poll(t, ticket.Reference)
	if first.Pending || first.Result != nws.Answered || first.Provider != "X-P-001" || first.Facts["enrolled_on"] != "2019-04-01" ||
		first.Facts["pension_amount"] != 0.0 || !first.AnsweredAt.Equal(n.clock.Now()) {
		t.Errorf("%+v", first)
	}
	n.clock.pass(time.Second)
	if again := n.poll(t, ticket.Reference); !again.AnsweredAt.Equal(first.AnsweredAt) {
		t.Error("polled again, the answer is another one")
	}
	if err := n.c.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEachKindOfResult(t *testing.T) {
	n := start(t)
	for number, want := range map[int]nws.Result{residents.ExampleSpouse: nws.Answered, residents.Undeclared: nws.Undeclared,
		residents.NotDisclosed: nws.NotDisclosed,
		residents.ManualAnswer: nws.ManualAnswerPending, residents.NotPermitted: nws.NotPermitted, residents.NoRecord: nws.NoRecord, residents.TimedOut: nws.Timeout,
		residents.DuplicateInquiry: nws.Duplicate, residents.ExampleNewborn: nws.NoLinkingCode, residents.MovedIn: nws.NoLinkingCode,
		residents.ExampleChild2018: nws.NoRecord} {
		o := n.ask(t, inquiry("998010", number, "local-tax"))
		if o.Pending || o.Result != want || (o.Facts != nil) != (want == nws.Answered) || o.AnsweredAt.IsZero() || o.Provider == "" {
			t.Errorf("%d: %+v, not %s", number, o, want)
		}
	}
	for _, want := range nws.Results {
		n.set(t, simulator.Faults{Results: map[string]nws.Result{"pension": want}})
		if o := n.ask(t, inquiry("998010", residents.ExampleApplicant, "pension")); o.Result != want {
			t.Errorf("forced: %+v, not %s", o, want)
		}
	}
	n.set(t, simulator.Faults{})
	stranger := inquiry("998010", residents.ExampleApplicant, "pension")
	stranger.Resident = residents.ID("998028", residents.ExampleApplicant)
	if o := n.ask(t, stranger); o.Result != nws.NoLinkingCode {
		t.Errorf("another municipality's resident: %+v", o)
	}
}

func TestOnlyOneAskingForAKey(t *testing.T) {
	n := start(t)
	i := inquiry("998010", residents.ExampleApplicant, "local-tax")
	var group sync.WaitGroup
	references := make([]string, 20)
	for k := range references {
		group.Go(func() {
			ticket, err := n.c.Submit(t.Context(), i)
			if err != nil {
				t.Error(err)
			}
			references[k] = ticket.Reference
		})
	}
	group.Wait()
	if distinct := slices.Compact(references); len(distinct) != 1 || distinct[0] == "" || n.Asked(i.Key) != 1 {
		t.Errorf("asked %d times: %v", n.Asked(i.Key), references)
	}
	if totals := n.Totals(); totals.Submitted != 20 || totals.Processed != 1 || totals.Repeated != 19 {
		t.Errorf("%+v", totals)
	}
	other := inquiry("998010", residents.ExampleSpouse, "local-tax")
	other.Key = i.Key
	if _, err := n.c.Submit(t.Context(), other); fault.KindOf(err) != fault.Refused {
		t.Errorf("the key of another inquiry: %v", err)
	}
}

func TestALostResponseIsRepeatedWithTheSameKey(t *testing.T) {
	n := start(t)
	if err := n.c.Ready(t.Context()); err != nil { // a connection that was used: some clients repeat by themselves on those
		t.Fatal(err)
	}
	n.set(t, simulator.Faults{Lost: 2})
	i := inquiry("998010", residents.ExampleApplicant, "pension")
	for range 2 {
		if _, err := n.c.Submit(t.Context(), i); fault.KindOf(err) != fault.Unavailable || n.Asked(i.Key) != 1 {
			t.Fatalf("asked %d times, %v", n.Asked(i.Key), err)
		}
	}
	if o := n.ask(t, i); o.Result != nws.Answered || n.Asked(i.Key) != 1 {
		t.Errorf("%+v, asked %d times", o, n.Asked(i.Key))
	}
	if totals := n.Totals(); totals.Lost != 2 || totals.Repeated != 2 || totals.Processed != 1 {
		t.Errorf("%+v", totals)
	}
}

func TestAClientWithoutACertificateIsRefused(t *testing.T) {
	n := start(t)
	c := nws.New(nws.Options{URL: n.URL(), TLS: n.nobody})
	if _, err := c.Submit(t.Context(), inquiry("998010", 1, "pension")); fault.KindOf(err) != fault.Unavailable || n.Totals().Submitted != 0 {
		t.Errorf("%v", err)
	}
}

func TestOwnInformation(t *testing.T) {
	n := start(t)
	ask := nws.OwnRequest{Key: models.NewID(), Login: "https://idp.example/parent-1", Item: "vaccination"}
	ticket, err := n.c.Own(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.c.Own(t.Context(), ask)
	if err != nil || again.Reference != ticket.Reference || n.Asked(ask.Key) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
	n.clock.pass(delay)
	if o := n.poll(t, ticket.Reference); o.Result != nws.Answered || o.Facts["vaccine"] != "MR" {
		t.Errorf("%+v", o)
	}
	for _, wrong := range []nws.OwnRequest{{Login: "a/b", Item: "vaccination"}, {Key: models.NewID(), Item: "vaccination"}, {Key: models.NewID(), Login: "a/b"},
		{Key: models.NewID(), Login: strings.Repeat("a", 301), Item: "vaccination"}, {Key: models.NewID(), Login: "a/b", Item: "diary"}} {
		if _, err := n.c.Own(t.Context(), wrong); fault.KindOf(err) != fault.Refused {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

func TestInquiriesThatCannotBeMade(t *testing.T) {
	n := start(t)
	for name, change := range map[string]func(*nws.Inquiry){
		"no key":                  func(i *nws.Inquiry) { i.Key = "1" },
		"no inquirer":             func(i *nws.Inquiry) { i.Inquirer = "hinata" },
		"no affair":               func(i *nws.Inquiry) { i.Affair = "" },
		"no item":                 func(i *nws.Inquiry) { i.Item = "local tax" },
		"an unknown item":         func(i *nws.Inquiry) { i.Item = "criminal-record" },
		"no subject":              func(i *nws.Inquiry) { i.Subject = "" },
		"no resident":             func(i *nws.Inquiry) { i.Resident = "" },
		"no basis":                func(i *nws.Inquiry) { i.Basis = "" },
		"a long basis":            func(i *nws.Inquiry) { i.Basis = strings.Repeat("法", 1_001) },
		"no instant":              func(i *nws.Inquiry) { i.AsOf = time.Time{} },
		"an individual number":    func(i *nws.Inquiry) { i.Resident = "123456789018" },
		"one behind another text": func(i *nws.Inquiry) { i.Basis = "法 1234-5678-9018" },
	} {
		i := inquiry("998010", 1, "pension")
		change(&i)
		_, err := n.c.Submit(t.Context(), i)
		if f := fault.As(err); f == nil || f.Kind != fault.Refused || f.Extra["component"] != nws.Component || strings.Contains(err.Error(), "5678") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, reference := range []string{"", "NW-none", "../health", strings.Repeat("x", 200)} {
		if _, err := n.c.Poll(t.Context(), reference); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", reference, err)
		}
	}
}
