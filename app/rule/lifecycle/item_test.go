package lifecycle

import (
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

func TestItems(t *testing.T) {
	trial := Item{
		Document:  "income-certificate",
		Subject:   "applicant",
		Inquire:   true,
		Attached:  true,
		Readable:  true,
		AnswerIn:  true,
		Closed:    true,
		Explained: true,
		Direct:    true,
		Consent:   true,
		Reason:    true,
	}
	with := func(s models.ItemState, change func(*Item)) Item {
		i := trial
		i.State = s
		if change != nil {
			change(&i)
		}
		return i
	}
	for name, c := range map[string]struct {
		item  Item
		event ItemEvent
		want  models.ItemState // empty: refused
	}{
		"a slip of the reader corrected":    {with(models.ItemDiscrepant, nil), ItemReread, models.ItemAnswered},
		"a slip where no answer came":       {with(models.ItemDiscrepant, func(i *Item) { i.AnswerIn = false }), ItemReread, ""},
		"a slip once it agrees":             {with(models.ItemMatched, nil), ItemReread, ""},
		"handed in":                         {with(models.ItemAwaiting, func(i *Item) { i.AnswerIn = false }), ItemReceive, models.ItemReceived},
		"handed in again, the answer is in": {with(models.ItemAwaiting, nil), ItemReceive, models.ItemAnswered},
		"infected while asking":             {with(models.ItemInquiring, nil), ItemInfected, models.ItemAwaiting},
		"infected in a discrepancy":         {with(models.ItemDiscrepant, nil), ItemInfected, models.ItemAwaiting},
		"infected, but nobody needs it":     {with(models.ItemInquiring, func(i *Item) { i.Omitted = true }), ItemInfected, ""},
		"infected, asked for after all":     {with(models.ItemReceived, func(i *Item) { i.Omitted = true }), ItemInfected, models.ItemAwaiting},
		"asked without consent":             {with(models.ItemReceived, func(i *Item) { i.NeedsConsent, i.Consent = true, false }), ItemAsk, ""},
		"asked with consent":                {with(models.ItemReceived, func(i *Item) { i.NeedsConsent = true }), ItemAsk, models.ItemInquiring},
		"a late answer, asked for after all": {with(models.ItemAwaiting, func(i *Item) { i.Omitted, i.Attached = true, false }), ItemAnswer,
			models.ItemAnswered},
		"an answer while the document is awaited": {with(models.ItemAwaiting, func(i *Item) { i.Attached = false }), ItemAnswer, models.ItemAwaiting},
		"an answer that was pending":              {with(models.ItemDiscrepant, nil), ItemAnswer, models.ItemAnswered},
		"no answer again":                         {with(models.ItemDiscrepant, nil), ItemNoAnswer, models.ItemDiscrepant},
		"an answer that nobody asked for":         {with(models.ItemReceived, func(i *Item) { i.Inquire = false }), ItemAnswer, ""},
		"an answer when it is settled":            {with(models.ItemMatched, nil), ItemAnswer, ""},
		"read, consent taken back": {with(models.ItemReceived, func(i *Item) { i.NeedsConsent, i.Consent = true, false }), ItemRead,
			models.ItemMatched},
		"read, suspended while asking":             {with(models.ItemInquiring, func(i *Item) { i.Suspended = true }), ItemRead, models.ItemMatched},
		"differs from what was not read":           {with(models.ItemAnswered, func(i *Item) { i.Readable = false }), ItemDiffer, ""},
		"the network alone, the document was read": {with(models.ItemAnswered, func(i *Item) { i.Attached = false }), ItemNetworkAlone, ""},
		"the network alone, awaited in vain": {with(models.ItemAwaiting, func(i *Item) { i.Attached, i.Readable = false, false }), ItemNetworkAlone,
			models.ItemResolved},
		"the network alone, one was read before": {with(models.ItemAwaiting, func(i *Item) { i.Attached, i.Readable, i.WasRead = false, false, true }),
			ItemNetworkAlone, ""},
		"asked for again":                      {with(models.ItemDiscrepant, nil), ItemAskAgain, models.ItemAwaiting},
		"asked for again, but nobody needs it": {with(models.ItemInquiring, func(i *Item) { i.Omitted = true }), ItemAskAgain, ""},
		"directly, in full operation":          {with(models.ItemAwaiting, func(i *Item) { i.Attached, i.Omitted = false, true }), ItemDirect, ""},
		"closed on paper that is not there": {with(models.ItemDiscrepant, func(i *Item) { i.AnswerIn, i.Paper, i.Attached = false, true, false }),
			ItemClose, ""},
		"closed on paper that was not read": {with(models.ItemDiscrepant, func(i *Item) { i.Paper, i.Readable = true, false }), ItemClose, ""},
		"closed on paper, consent taken back": {with(models.ItemDiscrepant, func(i *Item) {
			i.AnswerIn, i.NeedsConsent, i.Consent = false, true,
				false
		}), ItemClose, models.ItemResolved},
		"handed in twice":                          {with(models.ItemReceived, nil), ItemReceive, ""},
		"infected":                                 {with(models.ItemReceived, nil), ItemInfected, models.ItemAwaiting},
		"asked":                                    {with(models.ItemReceived, nil), ItemAsk, models.ItemInquiring},
		"asked while suspended":                    {with(models.ItemReceived, func(i *Item) { i.Suspended = true }), ItemAsk, ""},
		"asked without inquire":                    {with(models.ItemReceived, func(i *Item) { i.Inquire = false }), ItemAsk, ""},
		"read, not asked of the network":           {with(models.ItemReceived, func(i *Item) { i.Inquire = false }), ItemRead, models.ItemMatched},
		"read, on trial (R5)":                      {with(models.ItemReceived, nil), ItemRead, ""},
		"read, suspended after filing":             {with(models.ItemReceived, func(i *Item) { i.Suspended = true }), ItemRead, models.ItemMatched},
		"read, fallen back from full operation":    {with(models.ItemReceived, func(i *Item) { i.Omitted = true }), ItemRead, models.ItemMatched},
		"read without reading":                     {with(models.ItemReceived, func(i *Item) { i.Inquire, i.Readable = false, false }), ItemRead, ""},
		"agrees (R3)":                              {with(models.ItemAnswered, nil), ItemAgree, models.ItemMatched},
		"agrees with a document that was not read": {with(models.ItemAnswered, func(i *Item) { i.Readable = false }), ItemAgree, ""},
		"agrees, omitted": {with(models.ItemAnswered, func(i *Item) { i.Omitted, i.Attached, i.Readable = true, false, false }),
			ItemAgree, models.ItemMatched},
		"differs (R7)":                {with(models.ItemAnswered, nil), ItemDiffer, models.ItemDiscrepant},
		"no answer on trial":          {with(models.ItemInquiring, nil), ItemNoAnswer, models.ItemDiscrepant},
		"no answer in full operation": {with(models.ItemInquiring, func(i *Item) { i.Omitted = true }), ItemNoAnswer, models.ItemInquiring},
		"falls back":                  {with(models.ItemInquiring, func(i *Item) { i.Omitted = true }), ItemFallBack, models.ItemAwaiting},
		"falls back on trial":         {with(models.ItemInquiring, nil), ItemFallBack, ""},
		"the network alone (R4 a)": {with(models.ItemAnswered, func(i *Item) { i.Attached, i.Readable = false, false }), ItemNetworkAlone,
			models.ItemResolved},
		"the network alone, not explained": {with(models.ItemAnswered, func(i *Item) { i.Attached, i.Readable, i.Explained = false, false, false }),
			ItemNetworkAlone, ""},
		"the network alone, with the document": {with(models.ItemAnswered, nil), ItemNetworkAlone, ""},
		"directly (R4 b)":                      {with(models.ItemAwaiting, func(i *Item) { i.Attached = false }), ItemDirect, models.ItemResolved},
		"directly, tax facts without consent": {with(models.ItemAwaiting, func(i *Item) {
			i.Attached, i.NeedsConsent, i.Consent = false, true,
				false
		}), ItemDirect, ""},
		"directly, with an individual number": {with(models.ItemAwaiting, func(i *Item) { i.Attached, i.Direct = false, false }), ItemDirect, ""},
		"closed after an answer":              {with(models.ItemDiscrepant, nil), ItemClose, models.ItemResolved},
		"closed on paper after 3ii": {with(models.ItemDiscrepant, func(i *Item) { i.AnswerIn, i.Paper = false, true }), ItemClose,
			models.ItemResolved},
		"closed without answer and without 3ii": {with(models.ItemDiscrepant, func(i *Item) { i.AnswerIn = false }), ItemClose, ""},
		"closed with steps open":                {with(models.ItemDiscrepant, func(i *Item) { i.Closed = false }), ItemClose, ""},
		"waived":                                {with(models.ItemAwaiting, nil), ItemWaive, models.ItemWaived},
		"waived without a reason":               {with(models.ItemAwaiting, func(i *Item) { i.Reason = false }), ItemWaive, ""},
		"waived when settled":                   {with(models.ItemMatched, nil), ItemWaive, ""},
	} {
		got, err := ItemNext(c.item, c.event)
		if c.want == "" && (err == nil || fault.As(err).Code != fault.CodeNotAllowedNow || fault.As(err).Details[0].Document != "income-certificate") {
			t.Errorf("%s: %s %v, want a refusal that names the document", name, got, err)
		}
		if c.want != "" && (err != nil || got != c.want) {
			t.Errorf("%s: %s %v, want %s", name, got, err, c.want)
		}
	}
	for _, s := range []models.ItemState{models.ItemMatched, models.ItemResolved, models.ItemWaived} {
		for _, e := range ItemEvents {
			if got, err := ItemNext(with(s, nil), e); err == nil {
				t.Errorf("%s, %s: %s, but it is settled", s, e, got)
			}
		}
	}
}

// happen lets an event change the world as the use cases do; the state it leads to is to.
func happen(i *Item, event ItemEvent, to models.ItemState) {
	switch event {
	case ItemReceive:
		i.Attached = true
	case ItemInfected, ItemAskAgain:
		i.Attached, i.Readable, i.WasRead = false, false, i.WasRead || i.Readable
	case ItemAnswer:
		i.AnswerIn = true
	}
	i.State = to
}

// Whatever happens in whatever order, no item is settled against R3, R4 and R5, or on nothing at all.
func TestNoSequenceBreaksTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) bool { return rapid.Bool().Draw(t, name) }
		i := Item{Inquire: draw("inquire"), NeedsConsent: draw("needs consent"), Consent: true, State: models.ItemAwaiting}
		switch {
		case i.Inquire && draw("omitted"):
			i.Omitted, i.State = true, models.ItemInquiring
		case draw("attached"):
			i.Attached, i.State = true, models.ItemReceived
		}
		disputed := false
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			i.Readable = i.Readable || i.Attached && draw("read")
			i.Suspended, i.Consent = i.Suspended || rapid.IntRange(0, 9).Draw(t, "suspended") == 0, i.Consent && rapid.IntRange(0, 9).Draw(t, "taken back") != 0
			i.Explained, i.Direct, i.Closed, i.Reason = draw("explained"), draw("direct"), draw("closed"), draw("reason")
			i.Paper = disputed && draw("3ii")
			event := rapid.SampledFrom(ItemEvents).Draw(t, "event")
			to, err := ItemNext(i, event)
			if err != nil {
				if to != i.State {
					t.Fatalf("%s was refused and moved to %s", event, to)
				}
				continue
			}
			happen(&i, event, to)
			disputed = disputed || to == models.ItemDiscrepant
			if Settled(to) {
				checkSettled(t, i, event)
				return
			}
		}
	})
}

// checkSettled is R3, R4, R5 and P6 in the words of product.md, apart from the guards.
func checkSettled(t *rapid.T, i Item, by ItemEvent) {
	document := i.Attached && i.Readable
	onTrial := i.Inquire && !i.Omitted
	problem := i.Suspended || i.Paper && i.Closed || i.NeedsConsent && !i.Consent
	switch {
	case by == ItemWaive:
		if !i.Reason {
			t.Fatal("waived without a reason")
		}
	case by == ItemDirect:
		if !onTrial || i.Attached || !i.Direct || i.NeedsConsent && !i.Consent {
			t.Fatalf("R4 (b): %+v", i)
		}
	case by == ItemNetworkAlone && (!onTrial || i.Attached || i.WasRead || !i.AnswerIn || !i.Explained):
		t.Fatalf("R4 (a): %+v", i)
	case !document && !i.AnswerIn:
		t.Fatalf("settled by %s on nothing: %+v", by, i)
	case onTrial && !i.AnswerIn && !problem:
		t.Fatalf("R5, by %s: %+v", by, i)
	case by == ItemAgree && onTrial && !(document && i.AnswerIn):
		t.Fatalf("R3: %+v", i)
	case !i.Inquire && (by != ItemRead || i.AnswerIn):
		t.Fatalf("settled by %s, but the network was not to be asked: %+v", by, i)
	}
}

// place is what decides where an item can still go.
type place struct {
	state              models.ItemState
	attached, answered bool
}

// reach are all places that the events lead to, with a document arriving in a correction at any time. Waiving, the
// network alone and direct facts are left out: they are not always to be had.
func reach(base Item, from ...place) map[place]bool {
	seen := map[place]bool{}
	for len(from) > 0 {
		p := from[0]
		from = from[1:]
		if seen[p] {
			continue
		}
		seen[p] = true
		if !Settled(p.state) {
			from = append(from, place{p.state, true, p.answered})
		}
		for _, event := range ItemEvents {
			for _, paper := range []bool{false, true} {
				i := base
				i.State, i.Attached, i.Readable, i.AnswerIn, i.Closed, i.Paper = p.state, p.attached, p.attached, p.answered, true, paper
				if to, err := ItemNext(i, event); err == nil {
					happen(&i, event, to)
					from = append(from, place{to, i.Attached, i.AnswerIn})
				}
			}
		}
	}
	return seen
}

// P7: none of the network's outcomes loses a case, and neither does a suspension or a consent that is taken back midway.
func TestNothingIsADeadEnd(t *testing.T) {
	first := map[Item][]place{
		{}:                             {{models.ItemAwaiting, false, false}, {models.ItemReceived, true, false}},
		{Inquire: true}:                {{models.ItemAwaiting, false, false}, {models.ItemReceived, true, false}},
		{Inquire: true, Omitted: true}: {{models.ItemInquiring, false, false}},
	}
	for base, from := range first {
		for p := range reach(base, from...) {
			for name, change := range map[string]func(*Item){"nothing": func(*Item) {}, "a suspension": func(i *Item) { i.Suspended = true },
				"consent taken back": func(i *Item) { i.NeedsConsent = true }} {
				i := base
				change(&i)
				settled := false
				for q := range reach(i, p) {
					settled = settled || Settled(q.state)
				}
				if !settled {
					t.Errorf("inquire %v, omitted %v: after %s nothing leads on from %+v", base.Inquire, base.Omitted, name, p)
				}
			}
		}
	}
}
