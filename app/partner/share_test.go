package partner_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const login = "demo/parent-1"

func wish(item string) partner.Wish {
	return partner.Wish{Item: item, Purpose: "次の予防接種の時期をお知らせするため", Until: time.Now().Add(30 * 24 * time.Hour)}
}

// ask gives a request's id and secret.
func (s *stage) ask(t testing.TB, item string) (id, secret string) {
	t.Helper()
	link, err := s.service.Ask(bg, s.site, casetest.Once(), partner.Site{Name: kotori}, wish(item))
	if err != nil {
		t.Fatalf("%+v", fault.As(err))
	}
	return link.ID, secretOf(t, link)
}

// consent is one that the parent has given to the site.
func (s *stage) consent(t testing.TB, item string) string {
	t.Helper()
	id, secret := s.ask(t, item)
	if _, err := s.service.Grant(bg, s.Parent, casetest.Once(), id, secret, login); err != nil {
		t.Fatalf("%+v", fault.As(err))
	}
	return id
}

func (s *stage) consents(t testing.TB, who models.Actor) []partner.Consent {
	t.Helper()
	found, err := s.service.Consents(bg, who, postgres.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestASiteIsToldWhatThePersonConsentsTo(t *testing.T) {
	s := setUp(t)
	id, secret := s.ask(t, "vaccination")
	_, err := s.service.Tell(bg, s.site, "vaccination", id)
	refused(t, err, fault.CodeForbidden, "consent-not-given")
	r, err := s.service.OpenRequest(bg, s.Parent, id, secret)
	if err != nil || r.Site != kotori || r.Item != "vaccination" || r.Purpose != wish("").Purpose || r.Until.Before(time.Now()) {
		t.Fatalf("shown: %+v %v", r, err)
	}
	_, err = s.service.OpenRequest(bg, s.second, id, secret)
	casetest.Refused(t, err, fault.CodeNotFound) // it is the first person's
	_, err = s.service.Grant(bg, s.second, casetest.Once(), id, secret, "demo/parent-2")
	casetest.Refused(t, err, fault.CodeNotFound)
	c, err := s.service.Grant(bg, s.Parent, casetest.Once(), id, "", login)
	if err != nil || c.State != partner.ConsentActive || c.Purpose != wish("").Purpose {
		t.Fatalf("granted: %+v %v", c, err)
	}
	told, err := s.service.Tell(bg, s.site, "vaccination", id)
	if err != nil || told.Result != string(nws.Answered) || told.Facts["vaccine"] != "MR" || told.Provider == "" {
		t.Fatalf("told: %+v %v", told, fault.As(err))
	}
	_, err = s.service.Tell(bg, s.site, "infant-checkup", id)
	refused(t, err, fault.CodeForbidden, "consent-other-item")
	_, err = s.service.Tell(bg, s.site, "diary", id)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = s.service.Tell(bg, s.other, "vaccination", id)
	casetest.Refused(t, err, fault.CodeNotFound) // another site's consent does not exist

	if found := s.consents(t, s.Parent); len(found) != 1 || found[0].Uses != 1 || found[0].LastUsedAt == nil || found[0].Site != kotori {
		t.Errorf("the person's list: %+v", found)
	}
	if found := s.consents(t, s.second); len(found) != 0 {
		t.Errorf("another person's list: %+v", found)
	}
	// The person sees who was told; nothing of what was told is kept.
	s.In(s.Parent, func(tx *postgres.Tx) error {
		seen, err := tx.AccessesTo(s.Parent.Person, postgres.Page{Limit: 10})
		if len(seen) != 1 || seen[0].Action != "use-consent" || seen[0].Role != models.RolePartner || seen[0].ObjectID != id {
			t.Errorf("accesses: %+v", seen)
		}
		return err
	})
	if row := casetest.Value[string](s, `select string_agg(row_to_json(u)::text, '') from share_uses u`); strings.Contains(row, "MR") ||
		!strings.Contains(row, "answered") {
		t.Errorf("the record of the use: %s", row)
	}
}

func TestEveryItemCanBeAskedFor(t *testing.T) {
	s := setUp(t)
	items := s.service.Items()
	if !slices.Contains(items, "vaccination") || !slices.Contains(items, "infant-checkup") || !slices.Contains(items, "local-tax") {
		t.Fatalf("items: %v", items)
	}
	for _, item := range items {
		if _, err := s.service.Tell(bg, s.site, item, s.consent(t, item)); err != nil {
			t.Errorf("%s: %+v", item, fault.As(err))
		}
	}
}

func TestRevokingIsEffectiveAtOnce(t *testing.T) {
	s := setUp(t)
	id := s.consent(t, "vaccination")
	if _, err := s.service.Tell(bg, s.site, "vaccination", id); err != nil {
		t.Fatal(err)
	}
	_, err := s.service.Revoke(bg, s.second, id)
	casetest.Refused(t, err, fault.CodeNotFound)
	for range 2 { // a second time changes nothing
		c, err := s.service.Revoke(bg, s.Parent, id)
		if err != nil || c.State != partner.ConsentRevoked || c.RevokedAt == nil || c.Uses != 1 {
			t.Fatalf("revoked: %+v %v", c, err)
		}
	}
	_, err = s.service.Tell(bg, s.site, "vaccination", id)
	refused(t, err, fault.CodeForbidden, "consent-revoked")
	if n := casetest.Value[int](s, `select count(*) from shares where sealed_login is not null`); n != 0 {
		t.Error("the sign-in of the person is still kept")
	}
	if n := casetest.Value[int](s, `select count(*) from share_uses`); n != 1 {
		t.Errorf("%d uses, want the one before", n)
	}
	// Nor can it be given again by the old link.
	_, err = s.service.Grant(bg, s.Parent, casetest.Once(), id, "", login)
	refused(t, err, fault.CodeNotAllowedNow, "link-used")
}

// held is a network that waits until it is let go.
type held struct {
	partner.Network
	asked, letGo chan struct{}
}

func (h held) Own(ctx context.Context, r nws.OwnRequest) (nws.Ticket, error) {
	close(h.asked)
	<-h.letGo
	return h.Network.Own(ctx, r)
}

// What the network answers after the person has taken the consent back is not passed on.
func TestRevokingReachesARequestUnderWay(t *testing.T) {
	s := setUp(t)
	id := s.consent(t, "vaccination")
	slow := held{nws.New(nws.Options{URL: s.network.URL()}), make(chan struct{}), make(chan struct{})}
	service := s.with(slow)
	result := make(chan error, 1)
	go func() {
		_, err := service.Tell(bg, s.site, "vaccination", id)
		result <- err
	}()
	<-slow.asked
	if _, err := s.service.Revoke(bg, s.Parent, id); err != nil {
		t.Fatal(err)
	}
	close(slow.letGo)
	refused(t, <-result, fault.CodeForbidden, "consent-revoked")
	if got := casetest.Value[string](s, `select result from share_uses`); got != "withheld" {
		t.Errorf("recorded as %s", got)
	}
}

func TestAConsentEndsByItself(t *testing.T) {
	s := setUp(t)
	id := s.consent(t, "vaccination")
	s.Exec(`alter table shares disable trigger guard`)
	s.Exec(`update shares set until = clock_timestamp() where id = $1`, id)
	_, err := s.service.Tell(bg, s.site, "vaccination", id)
	refused(t, err, fault.CodeForbidden, "consent-ended")
	if found := s.consents(t, s.Parent); len(found) != 1 || found[0].State != partner.ConsentEnded {
		t.Errorf("listed: %+v", found)
	}
}

func TestARequestIsDeclinedOrLapses(t *testing.T) {
	s := setUp(t)
	id, secret := s.ask(t, "vaccination")
	if err := s.service.DeclineRequest(bg, s.Parent, id, secret); err != nil {
		t.Fatal(err)
	}
	_, err := s.service.Grant(bg, s.Parent, casetest.Once(), id, secret, login)
	refused(t, err, fault.CodeNotAllowedNow, "link-declined")
	_, err = s.service.Revoke(bg, s.Parent, id)
	refused(t, err, fault.CodeNotAllowedNow, "nothing-consented")
	_, err = s.service.Tell(bg, s.site, "vaccination", id)
	refused(t, err, fault.CodeForbidden, "consent-revoked")
	lapsed, secret := s.ask(t, "vaccination")
	s.Exec(`update shares set expires_at = clock_timestamp() where id = $1`, lapsed)
	for range 2 { // before the sweep and after it
		_, err = s.service.Grant(bg, s.Parent, casetest.Once(), lapsed, secret, login)
		refused(t, err, fault.CodeNotAllowedNow, "link-expired")
		if err := s.service.Sweep(bg); err != nil {
			t.Fatal(err)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from shares where wrapped_key is null and sealed_reason is null`); n != 2 {
		t.Errorf("%d requests are erased, want both", n)
	}
	if found := s.consents(t, s.Parent); len(found) != 0 {
		t.Errorf("what was never given is listed: %+v", found)
	}
}

// A network that is down is nobody's fault: 503, whoever asks, and the consent stays.
func TestTheNetworkIsDown(t *testing.T) {
	s := setUp(t)
	id := s.consent(t, "vaccination")
	if err := s.network.SetFaults(network.Faults{Down: true}); err != nil {
		t.Fatal(err)
	}
	for name, service := range map[string]*partner.Service{"down": s.service, "not connected": s.with(nil), "refusing": s.with(refusing{})} {
		_, err := service.Tell(bg, s.site, "vaccination", id)
		if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Extra["component"] != nws.Component {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if err := s.network.SetFaults(network.Faults{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Tell(bg, s.site, "vaccination", id); err != nil {
		t.Error(err)
	}
	if n := casetest.Value[int](s, `select count(*) from share_uses where result = 'unavailable'`); n != 3 {
		t.Errorf("%d uses without a reply are recorded, want 3", n)
	}
}

// refusing is a network that does not take the question, which is not the site's fault either.
type refusing struct{}

func (refusing) Own(context.Context, nws.OwnRequest) (nws.Ticket, error) {
	return nws.Ticket{}, fault.New(fault.Refused, fault.CodeInvalidRequest, "")
}

func (refusing) Poll(context.Context, string) (nws.Outcome, error) {
	return nws.Outcome{}, errors.New("never asked")
}

func TestWishesAreChecked(t *testing.T) {
	s := setUp(t)
	for name, c := range map[string]struct {
		change  func(*partner.Wish)
		pointer string
	}{
		"item":              {func(w *partner.Wish) { w.Item = "diary" }, "/item"},
		"no purpose":        {func(w *partner.Wish) { w.Purpose = " " }, "/purpose"},
		"long purpose":      {func(w *partner.Wish) { w.Purpose = strings.Repeat("あ", 301) }, "/purpose"},
		"individual number": {func(w *partner.Wish) { w.Purpose = "１２３４５６７８９０１８の件" }, "/purpose"},
		"past":              {func(w *partner.Wish) { w.Until = time.Now().Add(-time.Minute) }, "/until"},
		"far":               {func(w *partner.Wish) { w.Until = time.Now().Add(400 * 24 * time.Hour) }, "/until"},
	} {
		w := wish("vaccination")
		c.change(&w)
		_, err := s.service.Ask(bg, s.site, casetest.Once(), partner.Site{Name: kotori}, w)
		f := fault.As(err)
		if f == nil || f.Kind != fault.Refused || len(f.Details) != 1 || f.Details[0].Pointer != c.pointer {
			t.Errorf("%s: %+v", name, err)
		}
	}
}
