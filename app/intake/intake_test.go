package intake_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/gateway/portal/simulator"
	"kosodate.example/onestop/app/gateway/sign"
	cards "kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/app/intake"
	layouts "kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object/miniotest"
)

const hinata = casetest.Hinata

var (
	bg     = context.Background()
	shared *miniotest.Server
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "onestop-intake-test-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		shared, err = miniotest.Start(bg, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shared.Kill()
	return m.Run()
}

// world is a municipality with a registered portal.
type world struct {
	*casetest.World
	service *intake.Service
	system  string
	key     *ecdsa.PrivateKey
	clerk   models.Actor
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{World: casetest.New(t, hinata, casetest.Minato)}
	senders, err := layouts.Load(configs.Senders(), casetest.Catalogue(t))
	casetest.Must(t, err)
	store := shared.Store(t, "t"+strings.ReplaceAll(models.NewID(), "-", ""))
	authority, err := cards.Start("127.0.0.1:0")
	casetest.Must(t, err)
	t.Cleanup(authority.Close)
	file := filepath.Join(t.TempDir(), "authorities.pem")
	casetest.Must(t, os.WriteFile(file, authority.Authority.PEM(), 0o600))
	opt := casetest.Lifetimes
	opt.Signatures, err = sign.Load(file, sign.Policy{Digests: []string{"sha256"}, RSABits: 2048, Curves: []string{"P-256"}, AnswerAge: 24 * time.Hour})
	casetest.Must(t, err)
	w.service = intake.New(w.Dossiers, w.Sweep, intake.Options{Senders: senders, Apply: apply.New(w.Dossiers, opt), Objects: store, Scanner: looks{},
		Documents: document.New(w.Dossiers, w.Sweep, store, nil, document.Options{MaxSize: 1 << 20, MaxFiles: 20, UploadTime: time.Minute,
			UploadGrace: time.Second})})
	w.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	casetest.Must(t, err)
	w.system = w.registered(models.ScopeIntake)
	w.clerk = w.Reviewer("clerk", hinata)
	return w
}

// registered lets a system in whose key is the portal's.
func (w *world) registered(scope string) string {
	w.T.Helper()
	keys, err := json.Marshal(jose.JSONWebKey{Key: w.key.Public()})
	casetest.Must(w.T, err)
	s := core.New(w.Dossiers, w.Sweep, core.Options{PublicURL: "https://onestop.example"})
	row, err := s.Propose(bg, w.Admin("one", hinata), casetest.Once(), core.Wanted{Name: "つばさ", Scopes: []string{scope}, Networks: []string{"10.0.0.1"},
		PerSecond: 5, Keys: string(keys), Reason: "r"})
	casetest.Must(w.T, err)
	_, err = s.Approve(bg, w.Admin("two", hinata), row.ID)
	casetest.Must(w.T, err)
	return row.ID
}

// looks finds a virus in what says so.
type looks struct{}

func (looks) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	var all bytes.Buffer
	if _, err := all.ReadFrom(r); err != nil {
		return clamav.Verdict{}, err
	}
	if bytes.Contains(all.Bytes(), []byte("EICAR")) {
		return clamav.Verdict{Result: clamav.Infected}, nil
	}
	return clamav.Verdict{Result: clamav.Clean}, nil
}

func (w *world) options(count, broken int) simulator.Options {
	return simulator.Options{System: w.system, Municipality: hinata, Batch: "B1", Key: w.key, Count: count, Broken: broken, Seed: 7, Now: time.Now()}
}

// sent is a batch of the simulator's as a package.
func (w *world) sent(o simulator.Options) (*portal.Batch, simulator.Broken) {
	w.T.Helper()
	var out bytes.Buffer
	broken, err := simulator.Make(&out, o)
	casetest.Must(w.T, err)
	files, err := portal.Zip(bytes.NewReader(out.Bytes()), int64(out.Len()))
	casetest.Must(w.T, err)
	b, err := portal.Read(files)
	casetest.Must(w.T, err)
	return b, broken
}

func (w *world) counted(what string) int {
	w.T.Helper()
	return casetest.Value[int](w, `select count(*) from `+what)
}

// A batch of which some are broken in every way: what is sound is a case, once, and each of the others waits for its own reason.
func TestABatchIsAllAccountedFor(t *testing.T) {
	count, broken := 200, 2*len(simulator.Ways)
	if os.Getenv("ONESTOP_TEST_FULL") != "" {
		count, broken = 10_000, 5*len(simulator.Ways)
	}
	w := newWorld(t)
	b, how := w.sent(w.options(count, broken))
	began := time.Now()
	report, err := w.service.Take(bg, w.system, b)
	casetest.Must(t, err)
	t.Logf("%d applications in %v: %d taken, %d for a clerk", count, time.Since(began).Round(time.Millisecond), report.Taken, report.Waiting)
	if report.Announced != count || report.Taken != count-broken || report.Waiting != broken || report.Known != 0 {
		t.Errorf("%d announced, %d taken, %d known, %d waiting", report.Announced, report.Taken, report.Known, report.Waiting)
	}
	byWay := map[string]fault.Reason{}
	for _, way := range simulator.Ways {
		byWay[way.Name] = way.Reason
	}
	seen := map[string]int{}
	for _, one := range report.ForClerk {
		if way := how[one.Place]; !slices.Contains(one.Reasons, byWay[way]) {
			t.Errorf("%d (%s) waits because of %v, want %s", one.Place, way, one.Reasons, byWay[way])
		} else {
			seen[way]++
		}
	}
	for _, way := range simulator.Ways {
		if seen[way.Name] != broken/len(simulator.Ways) {
			t.Errorf("%s: %d", way.Name, seen[way.Name])
		}
	}
	w.sound(count, broken)
	again, err := w.service.Take(bg, w.system, b)
	casetest.Must(t, err)
	if again.Taken != 0 || again.Known != count || again.Waiting != 0 {
		t.Errorf("sent again: %+v", again)
	}
	w.sound(count, broken)
}

// sound looks at the rows of a whole batch: no double, nothing lost, nothing that stays of what was refused.
func (w *world) sound(count, broken int) {
	w.T.Helper()
	for what, want := range map[string]int{
		"intake_items":                         count,
		"intake_items where state = 'taken'":   count - broken,
		"intake_items where state = 'waiting'": broken,
		"applications":                         count - broken,
		"applications where state = 'arrived' and channel = 'portal'":                                     count - broken,
		"(select distinct number from intake_items) n":                                                    count,
		"intake_items i join applications a on a.id = i.application_id where a.arrived_at = i.arrived_at": count - broken,
		"intake_files where stored_at is null":                                                            0,
		"messages":                                                                                        0,
		"history where event = 'file'":                                                                    count - broken,
		"intake_items where sealed = '' or position(convert_to('日向', 'utf8') in sealed) > 0 or number like '%123456789018%'": 0,
	} {
		if got := w.counted(what); got != want {
			w.T.Errorf("%s: %d, want %d", what, got, want)
		}
	}
}

// A case of another portal is one like any other, from the instant at which it arrived there (P5).
func TestACaseOfAnotherPortal(t *testing.T) {
	w := newWorld(t)
	b, _ := w.sent(w.options(1, 0))
	_, err := w.service.Take(bg, "", b)
	casetest.Must(t, err)
	id := casetest.Value[string](w, `select id from applications`)
	f := w.Open(w.clerk, id)
	arrived := casetest.Value[time.Time](w, `select arrived_at from applications`)
	if f.Row.Channel != models.ChannelPortal || !arrived.Before(time.Now().Add(-time.Hour)) || f.Content.Form["children"] == nil {
		t.Errorf("%s %v %v", f.Row.Channel, arrived, f.Content.Form)
	}
	if n := w.counted("files where state = 'stored' and scan = 'pending'"); n != 3 { // a statement and two photos of one name
		t.Errorf("%d files wait for their scan", n)
	}
	if n := w.counted("reservations"); n != 0 {
		t.Errorf("%d reservations stay", n)
	}
	item := casetest.Value[string](w, `select number from intake_items where application_id is not null`)
	if item != "B1-000001" {
		t.Errorf("its sender's receipt number is %q", item)
	}
	if n := w.counted("audit_entries where action = 'take-in-application'"); n != 1 {
		t.Errorf("%d entries in the trail", n)
	}
}

// What comes otherwise under a number that is known is for a clerk, and changes nothing.
func TestAnotherContentUnderTheSameNumber(t *testing.T) {
	w := newWorld(t)
	o := w.options(3, 0)
	b, _ := w.sent(o)
	_, err := w.service.Take(bg, "", b)
	casetest.Must(t, err)
	o.Seed++
	b, _ = w.sent(o)
	for _, want := range [][3]int{{0, 0, 3}, {0, 3, 0}} {
		report, err := w.service.Take(bg, "", b)
		casetest.Must(t, err)
		if got := [3]int{report.Taken, report.Known, report.Waiting}; got != want {
			t.Errorf("taken, known, waiting: %v, want %v", got, want)
		}
		for _, one := range report.ForClerk {
			if !slices.Contains(one.Reasons, "intake-other-content") {
				t.Errorf("%+v", one)
			}
		}
	}
	if n := w.counted("applications"); n != 3 {
		t.Errorf("%d cases", n)
	}
}

// The same batch sent several times at once makes each case once.
func TestABatchSentTwiceAtOnce(t *testing.T) {
	w := newWorld(t)
	b, _ := w.sent(w.options(12, 0))
	errs := casetest.Together(3, func(int) error {
		_, err := w.service.Take(bg, w.system, b)
		return err
	})
	for _, err := range errs {
		casetest.Must(t, err)
	}
	if taken, cases := w.counted("intake_items where state = 'taken'"), w.counted("applications"); taken != 12 || cases != 12 {
		t.Errorf("%d taken, %d cases", taken, cases)
	}
}

// A package that is not to be believed as a whole is refused before anything of it is taken.
func TestWhoMaySend(t *testing.T) {
	w := newWorld(t)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	casetest.Must(t, err)
	for name, c := range map[string]struct {
		change func(*simulator.Options)
		system string
		want   fault.Reason
	}{
		"another key":         {func(o *simulator.Options) { o.Key = other }, "", "intake-signature"},
		"nobody":              {func(o *simulator.Options) { o.System = models.NewID() }, "", "intake-system"},
		"no id":               {func(o *simulator.Options) { o.System = "x" }, "", "intake-system"},
		"without the scope":   {func(o *simulator.Options) { o.System = w.registered(models.ScopeCoreRead) }, "", "intake-system"},
		"of another's token":  {func(*simulator.Options) {}, models.NewID(), "intake-system"},
		"a name in the batch": {func(o *simulator.Options) { o.Batch = "" }, "", "intake-manifest"},
	} {
		o := w.options(1, 0)
		c.change(&o)
		var out bytes.Buffer
		_, err := simulator.Make(&out, o)
		casetest.Must(t, err)
		files, err := portal.Zip(bytes.NewReader(out.Bytes()), int64(out.Len()))
		casetest.Must(t, err)
		b, err := portal.Read(files)
		if err == nil {
			_, err = w.service.Take(bg, c.system, b)
		}
		if f := casetest.Refused(t, err, fault.CodeInvalidRequest); f != nil && f.Reason != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	w.Exec(`update core_systems set state = 'stopped', stopped_by = decided_by, stopped_at = now() where id = $1`, w.system)
	b, _ := w.sent(w.options(1, 0))
	_, err = w.service.Take(bg, "", b)
	casetest.Refused(t, err, fault.CodeInvalidRequest)
	if n := w.counted("intake_items") + w.counted("applications") + w.counted("intake_batches"); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}
