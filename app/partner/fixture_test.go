package partner_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/models"
)

const (
	hinata   = casetest.Hinata
	pregnant = "pregnancy-notification" // a procedure that needs no document
	kotori   = "ことり手帳アプリ（架空）"
)

var bg = context.Background()

// stage is the service with a simulated network, two sites and two parents.
type stage struct {
	*casetest.World
	service     *partner.Service
	network     *casetest.Network
	site, other models.Actor
	second      models.Actor // another parent
}

func setUp(t testing.TB) *stage {
	t.Helper()
	w := casetest.New(t, hinata)
	s := &stage{World: w, network: w.Network(), second: w.Person(t, "parent-2", models.RoleApplicant, ""),
		site: w.Person(t, "kotori", models.RolePartner, ""), other: w.Person(t, "hoken", models.RolePartner, "")}
	s.service = s.with(s.network.Client)
	return s
}

// with is the service on another network.
func (s *stage) with(n partner.Network) *partner.Service {
	return partner.New(s.Dossiers, s.Sweep, s.Apply, n, partner.Options{PublicURL: "https://onestop.example/", Answer: 5 * time.Second})
}

// sent is the procedure's example, as a site would prefill it.
func (s *stage) sent(t testing.TB) partner.Sent {
	t.Helper()
	d := s.Draft(pregnant, hinata)
	return partner.Sent{Procedure: pregnant, Municipality: hinata, Facts: d.Facts, Form: d.Form, Source: "手帳 42"}
}

// handOver hands a person over and gives the link's id and secret.
func (s *stage) handOver(t testing.TB) (id, secret string) {
	t.Helper()
	link, err := s.service.HandOver(bg, s.site, casetest.Once(), partner.Site{Name: kotori}, s.sent(t))
	casetest.Must(t, err)
	return link.ID, secretOf(t, link)
}

func secretOf(t testing.TB, link *partner.Link) string {
	t.Helper()
	u, err := url.Parse(link.URL)
	if err != nil || u.Host != "onestop.example" || len(u.Query().Get("secret")) < 40 {
		t.Fatalf("link %q: %v", link.URL, err)
	}
	return u.Query().Get("secret")
}

func (s *stage) accept(actor models.Actor, id, secret string) (*apply.View, error) {
	return partner.Accept[*apply.View](bg, s.service, s.Apply, actor, casetest.Once(), id, secret, "")
}

// refused checks the code and the reason of a fault.
func refused(t testing.TB, err error, code string, reason fault.Reason) {
	t.Helper()
	if f := casetest.Refused(t, err, code); f.Reason != reason {
		t.Errorf("got %+v, want %s %s", err, code, reason)
	}
}
