package api_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/gateway/clamav"
	scanner "kosodate.example/onestop/app/gateway/clamav/simulator"
	"kosodate.example/onestop/app/gateway/oidc"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The municipalities of the tests, all invented.
const hinata, minato, mori = "998010", "998028", "998036"

const audience = "onestop-api"

// maxFile is small, so that a test can go over it.
const maxFile = 1 << 20

// What every world of this process shares: they take seconds to start and keep nothing of a test.
var (
	minio     *miniotest.Server
	identity  *provider.Server
	clamd     *scanner.Server
	procedure = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "onestop-api-test-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		minio, err = miniotest.Start(context.Background(), dir)
	}
	if err == nil {
		defer minio.Kill()
		identity, err = provider.Start(context.Background(), provider.Options{Addr: freeAddress(), Audience: audience,
			Clients: []provider.Client{{ID: "onestop", RedirectURLs: []string{"http://127.0.0.1:1/auth/callback"}}}})
	}
	if err == nil {
		defer func() { _ = identity.Close() }()
		clamd, err = scanner.Start(freeAddress(), 0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer clamd.Close()
	return m.Run()
}

func freeAddress() string {
	port, err := child.FreePort()
	if err != nil {
		panic(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// world is the whole service on a database and a bucket of its own, with the demo's municipalities and phases.
type world struct {
	t testing.TB
	*pgtest.Database
	base      string
	contract  *contract // every answer is held against it
	api       *api.API
	dossiers  *dossier.Service
	apply     *apply.Service
	operate   *operate.Service
	documents *document.Service
	circulars *circular.Service
	notify    *notify.Service
	accounts  *account.Accounts
	exports   *export.Service
	transfer  *transfer.Service
	receipts  *receipt.Keys
}

func newWorld(t testing.TB) *world {
	t.Helper()
	cat, err := procedure()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, Database: pgtest.New(t)}
	keyring, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w.dossiers = dossier.New(w.App, cat, keyring)
	w.apply = apply.New(w.dossiers, apply.Options{DraftLifetime: 90 * 24 * time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour})
	w.operate = operate.New(w.dossiers, w.Sweep, operate.Thresholds{Cases: 2, Agreement: 0.9, Open: 0})
	client, err := clamav.New(clamav.Config{Address: clamd.Address()})
	if err != nil {
		t.Fatal(err)
	}
	store := minio.Store(t, "t"+strings.ReplaceAll(models.NewID(), "-", ""))
	w.circulars = circular.New(w.dossiers, store, client)
	w.documents = document.New(w.dossiers, w.Sweep, store, client, document.Options{MaxSize: maxFile, MaxFiles: 20, PartSize: partSize, Renderer: lazyRenderer{},
		UploadTime: time.Minute, UploadGrace: time.Minute, DraftLifetime: 90 * 24 * time.Hour, ScanPatience: time.Hour})
	w.notify = notify.New(w.dossiers, notify.Options{})
	w.exports = export.New(w.dossiers, w.Sweep, store)
	w.transfer = transfer.New(w.dossiers, w.documents)
	w.accounts = account.New(w.App, 0)
	w.receipts = receiptKeys(t)
	w.seed()
	w.serve()
	return w
}

// seed is the demo's: everything offered, on a national trial and then full operation, みなと町 held at trial, もり村 with
// pension suspended.
func (w *world) seed() {
	w.t.Helper()
	admin := models.Actor{Role: models.RoleNational, Purpose: "seed"}
	w.load(admin, "code,name_ja,name_kana,name_en,office_ja,office_plain,office_en,telephone,trial_note\n"+
		"998010,ひなた市,ひなたし,Hinata City,子育て支援課,子どもの 係,Childcare Support Division,000-0001-0001,true\n"+
		"998028,みなと町,みなとまち,Minato Town,福祉課,子どもの 係,Welfare Division,000-0002-0002,true\n"+
		"998036,もり村,もりむら,Mori Village,住民福祉課,村の 係,Residents' Division,000-0003-0003,true\n")
	offerings := "municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n"
	for _, code := range []string{hinata, minato, mori} {
		for _, p := range w.dossiers.Catalogue.Procedures() {
			offerings += code + "," + p.Code + ",,,login,,,,\n"
		}
	}
	w.load(admin, offerings)
	owner, err := postgres.Open(context.Background(), postgres.Options{DSN: w.OwnerDSN, MaxConns: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	defer owner.Close()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, jp.JST) }
	err = w.operate.ImportHistory(context.Background(), owner, []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: "trial", From: at(2017, 7, 18)},
		{Procedure: "*", Item: "*", Municipality: "*", Phase: "full", From: at(2017, 11, 13)},
		{Procedure: "*", Item: "*", Municipality: minato, Phase: "trial", From: at(2017, 7, 18)},
		{Procedure: "*", Item: "pension", Municipality: mori, Phase: "suspended", From: at(2026, 4, 1)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) load(actor models.Actor, csv string) {
	w.t.Helper()
	if _, err := w.operate.Import(context.Background(), actor, bytes.NewReader([]byte(csv))); err != nil {
		w.t.Fatalf("%+v", err)
	}
}

// serve puts the routes on a real server: uploads need its deadlines.
func (w *world) serve() {
	w.t.Helper()
	tokens, err := oidc.New(context.Background(), oidc.Config{Name: "test", Issuer: identity.Issuer, ClientID: "onestop", APIAudience: audience})
	if err != nil {
		w.t.Fatal(err)
	}
	address := freeAddress()
	none := edge.Rate{PerSecond: -1}
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), PublicURL: "http://" + address, Tokens: tokens, People: w.accounts, DB: w.App,
		Limits: edge.Limits{Address: none, Account: none, Login: none, Uploads: none}, DetailText: present.Details(w.dossiers.Catalogue)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.base = "http://" + address
	w.api = api.New(e, &usecase.Services{Catalogue: w.dossiers.Catalogue, Apply: w.apply, Documents: w.documents, Operate: w.operate, Circulars: w.circulars,
		Exports: w.exports, Transfer: w.transfer, Linkage: linkage.New(w.dossiers, w.Sweep, nil, nil, linkage.Options{}), Guide: guide.New(w.dossiers), Accounts: w.accounts, Notify: w.notify, Audit: audit.New(w.App), Queue: queue.New(w.dossiers, queue.Options{}),
		Review: review.New(
			w.dossiers,
			review.Options{},
		), Provider: w.confirmations(), Partner: w.partners(), Receipts: w.receipts}, api.Options{PublicURL: w.base, MaxFileSize: maxFile})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Serve(ctx, listener) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			w.t.Errorf("the server did not stop well: %v", err)
		}
	})
	w.contract = w.describe()
}
