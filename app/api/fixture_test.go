package api_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/gateway/clamav"
	scanner "kosodate.example/onestop/app/gateway/clamav/simulator"
	"kosodate.example/onestop/app/gateway/oidc"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	layouts "kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/object/miniotest"
)

const hinata, minato, mori = casetest.Hinata, casetest.Minato, casetest.Mori

const audience = "onestop-api"

// maxFile is small, so that a test can go over it.
const maxFile = 1 << 20

// What every world of this process shares: they take seconds to start and keep nothing of a test.
var (
	minio    *miniotest.Server
	identity *provider.Server
	clamd    *scanner.Server
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
	*casetest.World
	base      string
	contract  *contract // every answer is held against it
	api       *api.API
	operate   *operate.Service
	documents *document.Service
	store     *object.Store
	circulars *circular.Service
	notify    *notify.Service
	accounts  *account.Accounts
	exports   *export.Service
	transfer  *transfer.Service
	receipts  *receipt.Keys
	core      *core.Service
	machines  map[string]*machine
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{World: casetest.New(t, hinata, minato, mori)}
	w.operate = operate.New(w.Dossiers, w.Sweep, operate.Thresholds{Cases: 2, Agreement: 0.9, Open: 0})
	client, err := clamav.New(clamav.Config{Address: clamd.Address()})
	casetest.Must(t, err)
	store := minio.Store(t, "t"+strings.ReplaceAll(models.NewID(), "-", ""))
	w.store = store
	w.circulars = circular.New(w.Dossiers, store, client)
	w.documents = document.New(w.Dossiers, w.Sweep, store, client, document.Options{MaxSize: maxFile, MaxFiles: 20, PartSize: partSize, Renderer: lazyRenderer{},
		UploadTime: time.Minute, UploadGrace: time.Minute, DraftLifetime: 90 * 24 * time.Hour, ScanPatience: time.Hour})
	w.notify = notify.New(w.Dossiers, notify.Options{})
	w.exports = export.New(w.Dossiers, w.Sweep, store)
	w.transfer = transfer.New(w.Dossiers, w.documents)
	w.accounts = account.New(w.App, 0)
	w.receipts = receiptKeys(t)
	w.machines = map[string]*machine{}
	w.phases()
	w.serve()
	return w
}

// within is the same world for a test within the test.
func (w *world) within(t testing.TB) *world {
	inner := *w
	inner.World = w.Within(t)
	return &inner
}

// intake takes in what other portals send.
func (w *world) intake() *intake.Service {
	w.T.Helper()
	senders, err := layouts.Load(configs.Senders(), casetest.Catalogue(w.T))
	casetest.Must(w.T, err)
	return intake.New(w.Dossiers, w.Sweep, intake.Options{Senders: senders, Apply: w.Apply, Documents: w.documents, Objects: w.store})
}

// phases are the demo's: a national trial and then full operation, みなと町 held at trial, もり村 with pension suspended.
func (w *world) phases() {
	w.T.Helper()
	w.Trial("*", "*")
	w.Full("*", "*")
	w.Trial("*", minato)
	w.Suspended("pension", mori, time.Date(2026, 4, 1, 0, 0, 0, 0, jp.JST))
}

// serve puts the routes on a real server: uploads need its deadlines.
func (w *world) serve() {
	w.T.Helper()
	tokens, err := oidc.New(context.Background(), oidc.Config{Name: "test", Issuer: identity.Issuer, ClientID: "onestop", APIAudience: audience})
	casetest.Must(w.T, err)
	address := freeAddress()
	none := edge.Rate{PerSecond: -1}
	w.core = core.New(w.Dossiers, w.Sweep, core.Options{PublicURL: "http://" + address})
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), PublicURL: "http://" + address, Tokens: tokens, Machines: w.core,
		People: w.accounts, DB: w.App,
		Refused: audit.New(w.App).Refused, Limits: edge.Limits{Address: none, Account: none, Login: none, Uploads: none},
		DetailText: present.Details(w.Dossiers.Editions.ForDocument)})
	casetest.Must(w.T, err)
	w.base = "http://" + address
	w.api = api.New(e, &usecase.Services{Dossiers: w.Dossiers, Apply: w.Apply, Documents: w.documents, Operate: w.operate,
		Publish: publish.New(w.Dossiers, w.Sweep).Certifying(w.receipts, w.base), Circulars: w.circulars,
		Exports: w.exports, Transfer: w.transfer, Linkage: linkage.New(w.Dossiers, w.Sweep, nil, nil, linkage.Options{}),
		Guide: guide.New(w.Dossiers), Accounts: w.accounts, Notify: w.notify, Audit: audit.New(w.App), Queue: queue.New(w.Dossiers, queue.Options{}),
		Review: review.New(w.Dossiers, review.Options{}), Provider: w.confirmations(), Partner: w.partners(), Receipts: w.receipts,
		Core: w.core, Intake: w.intake()}, api.Options{PublicURL: w.base,
		MaxFileSize: maxFile})
	listener, err := net.Listen("tcp", address)
	casetest.Must(w.T, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Serve(ctx, listener) }()
	w.T.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			w.T.Errorf("the server did not stop well: %v", err)
		}
	})
	w.contract = w.describe()
}
