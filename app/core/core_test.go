package core_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

const hinata = casetest.Hinata

var bg = context.Background()

func jwk(t testing.TB, key any) string {
	t.Helper()
	raw, err := json.Marshal(jose.JSONWebKey{Key: key})
	casetest.Must(t, err)
	return string(raw)
}

func public(t testing.TB, curve elliptic.Curve) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	casetest.Must(t, err)
	return jwk(t, key.Public())
}

// connected is the service, and a core system of ひなた市 that two admins let in.
func connected(t testing.TB) (*casetest.World, *core.Service, models.Actor) {
	t.Helper()
	w := casetest.New(t, hinata)
	s := core.New(w.Dossiers, w.Sweep, core.Options{PublicURL: "https://onestop.example/"})
	row, err := s.Propose(bg, w.Admin("one", hinata), casetest.Once(), core.Wanted{Name: "n", Scopes: []string{models.ScopeCoreRead},
		Networks: []string{"10.1.2.3"}, PerSecond: 5, Keys: public(t, elliptic.P256()), Reason: "r"})
	casetest.Must(t, err)
	_, err = s.Approve(bg, w.Admin("two", hinata), row.ID)
	casetest.Must(t, err)
	return w, s, models.Actor{Person: row.ID, Role: models.RoleCore, Municipality: hinata, Purpose: "test"}
}

// What a registration says is checked before two people look at it.
func TestWhatIsRegistered(t *testing.T) {
	w, s, _ := connected(t)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	casetest.Must(t, err)
	strong, err := rsa.GenerateKey(rand.Reader, 2048)
	casetest.Must(t, err)
	edwards, own, err := ed25519.GenerateKey(rand.Reader)
	casetest.Must(t, err)
	good := public(t, elliptic.P384())
	for name, c := range map[string]struct {
		keys     string
		networks []string
		want     fault.Reason // empty: it is taken
	}{
		"P-384":             {keys: good},
		"Ed25519":           {keys: jwk(t, edwards)},
		"RSA":               {keys: jwk(t, strong.Public())},
		"a set":             {keys: `{"keys":[` + good + `,` + jwk(t, edwards) + `]}`},
		"a weak RSA":        {keys: jwk(t, weak.Public()), want: "core-keys"},
		"P-521":             {keys: public(t, elliptic.P521()), want: "core-keys"},
		"private":           {keys: jwk(t, own), want: "core-keys-private"},
		"a shared secret":   {keys: `{"kty":"oct","k":"c2VjcmV0"}`, want: "core-keys"},
		"no key":            {keys: `{"keys":[]}`, want: "core-keys"},
		"IPv6":              {keys: good, networks: []string{"2001:db8::/32", "203.0.113.9"}},
		"too wide":          {keys: good, networks: []string{"10.0.0.0/7"}, want: "core-networks"},
		"all of IPv6":       {keys: good, networks: []string{"::/0"}, want: "core-networks"},
		"no network at all": {keys: good, networks: []string{"office"}, want: "core-networks"},
		"mapped":            {keys: good, networks: []string{"::ffff:10.0.0.0/104"}, want: "core-networks"},
	} {
		if c.networks == nil {
			c.networks = []string{"10.0.0.0/8"}
		}
		_, err := s.Propose(bg, w.Admin("one", hinata), casetest.Once(), core.Wanted{Name: "n", Scopes: []string{models.ScopeCoreRead}, Networks: c.networks,
			PerSecond: 5, Keys: c.keys, Reason: "r"})
		var got fault.Reason
		if f := fault.As(err); f != nil && len(f.Details) > 0 {
			got = f.Details[0].Reason
		}
		if got != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A token that nobody gave lets nobody in, and who has been away for more than a year is told to begin anew.
func TestWhoWasAwayForTooLongBeginsAnew(t *testing.T) {
	w, s, who := connected(t)
	_, err := s.Machine(bg, models.CoreTokenPrefix+"x", netip.MustParseAddr("10.1.2.3"))
	casetest.Refused(t, err, fault.CodeUnauthorized)
	id := w.Filed(w.Draft("pregnancy-notification", hinata))
	feed, err := s.Events(bg, who, 0, 10)
	casetest.Must(t, err)
	if len(feed.Events) != 1 || feed.Events[0].Case != id || feed.Events[0].Kind != models.ToldArrived || feed.Next != 1 {
		t.Fatalf("%+v", feed)
	}
	w.Exec(`insert into core_events (municipality, position, published_at, application_id, person_id, kind, state, revision, at)
		select municipality, n, now() - interval '400 days', application_id, person_id, kind, state, revision, now()
		from core_events, generate_series(2, 4) n where position = 1`)
	w.Exec(`update core_events set published_at = now() - interval '400 days'`)
	w.Exec(`update core_feeds set position = 4`)
	casetest.Must(t, s.Sweep(bg))
	_, err = s.Events(bg, who, 2, 10)
	if f := casetest.Refused(t, err, fault.CodeNotAllowedNow); f.Reason != "feed-forgotten" {
		t.Errorf("%v", err)
	}
	for _, after := range []int64{0, 4} {
		if feed, err = s.Events(bg, who, after, 10); err != nil || len(feed.Events) != 0 || feed.Next != after {
			t.Errorf("after %d: %+v %v", after, feed, err)
		}
	}
	if kinds := casetest.Value[string](w, `select string_agg(action, ' ' order by id) from audit_entries where role = 'core'`); kinds != "read-core-events" {
		t.Errorf("the trail has %s", kinds)
	}
}
