// Package webtest opens the pages in a test without a browser or a server: every page and route on a database of its own, people
// who sign in, and pages that are asked by what a person reads. What a script or a style does is for app/web/e2e.
package webtest

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/evidence"
	layouts "kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
)

// The invented municipalities: ひなた市 is in full operation, みなと町 on trial. Both offer everything, signed by signing in.
const (
	Hinata = casetest.Hinata
	Minato = casetest.Minato
	Claim  = casetest.Claim
)

// Site is the pages and routes on a database of their own. Objects are in memory, no file has a virus, and jobs run when a test
// calls them; there is no network: what needs one cannot be tried here.
type Site struct {
	*pgtest.Database
	usecase.Services
	Routes  []page.Route // all of them
	world   *casetest.World
	t       testing.TB
	handler http.Handler
	sign    *signIn
}

// New makes one, at which everybody signs in by one provider.
func New(t testing.TB) *Site {
	t.Helper()
	return open(t, func(p *signIn) []edge.SignIn { return []edge.SignIn{p} })
}

// Apart makes one at which parents sign in with their card, or by a bank, and staff at their office's provider.
func Apart(t testing.TB) *Site {
	t.Helper()
	return open(t, func(p *signIn) []edge.SignIn {
		return []edge.SignIn{door{p, "card", "マイナンバーカード", oidc.Parents}, door{p, "bank", "銀行の認証", oidc.Parents}, door{p, "office", "市役所の認証", oidc.Staff}}
	})
}

func open(t testing.TB, doors func(*signIn) []edge.SignIn) *Site {
	t.Helper()
	w := casetest.New(t, Hinata, Minato)
	w.Full("*", "*")
	w.Trial("*", Minato)
	s := &Site{Database: w.Database, world: w, t: t, sign: &signIn{people: map[string]Person{}}}
	s.open(w.Dossiers)
	none := edge.Rate{PerSecond: -1}
	var site *page.Site
	e, err := edge.New(edge.Options{
		Log: slog.New(slog.DiscardHandler), PublicURL: "http://127.0.0.1:1", People: s.Accounts, DB: s.App, Doors: doors(s.sign), Tokens: s.sign,
		SignedIn: func(ctx context.Context, p edge.Principal) error {
			return s.Queue.KeepName(ctx, p.Person, p.Name, p.Places("reviewer"))
		},
		Limits:     edge.Limits{Address: none, Account: none, Login: none, Uploads: none},
		DetailText: present.Details(s.world.Dossiers.Editions.ForDocument),
		ErrorPage:  func(c *gin.Context, p *edge.Problem) bool { return site != nil && site.Fault(c, p) },
	})
	s.must(err)
	api.New(e, &s.Services, api.Options{PublicURL: "http://127.0.0.1:1", MaxFileSize: 1 << 20})
	site, err = web.Mount(e, &s.Services, page.Options{Address: "http://127.0.0.1:1", MaxFileSize: 1 << 20, MaxFiles: 20}, nil)
	s.must(err)
	s.handler, s.Routes = e.Engine, site.Routes()
	return s
}

func (s *Site) open(d *dossier.Service) {
	store := newMemory()
	documents := document.New(d, s.Sweep, store, clean{}, document.Options{Renderer: renderer{}, MaxSize: 1 << 20, MaxFiles: 20, UploadTime: time.Minute,
		UploadGrace: time.Minute, DraftLifetime: casetest.Lifetimes.DraftLifetime, ScanPatience: time.Hour})
	s.Services = usecase.Services{
		Dossiers: d, Apply: s.world.Apply, Documents: documents, Guide: guide.New(d), Accounts: account.New(s.App, 0),
		Notify: notify.New(d, notify.Options{}), Linkage: linkage.New(d, s.Sweep, nil, nil, linkage.Options{}),
		Partner: partner.New(d, s.Sweep, s.world.Apply, nil, partner.Options{}), Queue: queue.New(d, queue.Options{}),
		Review: review.New(d, review.Options{}), Transfer: transfer.New(d, documents), Provider: provider.New(d, discrepancy.Limits{}),
		Operate: operate.New(d, s.Sweep, operate.Thresholds{}), Publish: publish.New(d, s.Sweep), Circulars: circular.New(d, store, clean{}), Audit: audit.New(s.App),
		Core: core.New(d, s.Sweep, core.Options{}),
	}
	senders, err := layouts.Load(configs.Senders(), casetest.Catalogue(s.t))
	s.must(err)
	s.Intake = intake.New(d, s.Sweep, intake.Options{Senders: senders, Apply: s.Apply, Documents: documents, Objects: store, Scanner: clean{}})
}

func (s *Site) must(err error) {
	s.t.Helper()
	casetest.Must(s.t, err)
}

// Exec changes something behind the program's back.
func (s *Site) Exec(statement string, args ...any) {
	s.t.Helper()
	s.world.Exec(statement, args...)
}

// Draft begins a claim for somebody with the procedure's example, whose child is away from home: one document that the network
// can replace, and one that nobody can, which is declared. It gives the application's id.
func (s *Site) Draft(who Person, municipality string) string {
	s.t.Helper()
	return s.draft(who, municipality, true)
}

// Undeclared is Draft without a declaration: a document is missing.
func (s *Site) Undeclared(who Person, municipality string) string {
	s.t.Helper()
	return s.draft(who, municipality, false)
}

func (s *Site) draft(who Person, municipality string, declare bool) string {
	s.t.Helper()
	draft := s.world.Draft(Claim, municipality, casetest.Apart)
	for _, r := range s.plan(draft) {
		if declare && r.Decision == evidence.Attach {
			draft.Declarations = append(draft.Declarations,
				dossier.Declaration{Document: r.Document, Subject: r.Subject, Kind: dossier.CannotProvide, Reason: "窓口で相談します"})
		}
	}
	v, err := s.Apply.Create(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), casetest.Once(), draft)
	s.must(err)
	return v.ID
}

// Attach puts a file to the first document that the network cannot replace, as an upload and its scan leave it, without its bytes.
func (s *Site) Attach(id, name string) {
	s.t.Helper()
	for _, r := range s.plan(s.world.Draft(Claim, Hinata, casetest.Apart)) {
		if r.Decision == evidence.Attach {
			s.world.Attach(id, dossier.DocumentRef{Document: r.Document, Subject: r.Subject}, name, models.ScanClean)
			return
		}
	}
	s.t.Fatal("no document is attached")
}

func (s *Site) plan(draft apply.Draft) []evidence.Requirement {
	s.t.Helper()
	plan, err := s.Guide.Plan(s.t.Context(), guide.Question{Procedure: Claim, Municipality: draft.Municipality, Facts: draft.Facts})
	s.must(err)
	return plan.Plan.Requirements
}

// Filed is Draft, filed.
func (s *Site) Filed(who Person, municipality string) string {
	s.t.Helper()
	id := s.Draft(who, municipality)
	_, err := s.Apply.File(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), casetest.Once(), id, nil)
	s.must(err)
	return id
}

// Person is somebody who can sign in, with roles as the provider says them: "applicant", "reviewer@998010".
type Person struct {
	Key, Name string
	Roles     []string
	Card      oidc.Profile // what the sign-in says
}

// The people of the tests, all invented.
var (
	Parent    = Person{Key: "parent", Name: "青空 太郎", Roles: []string{"applicant"}}
	Neighbour = Person{Key: "neighbour", Name: "隣 花子", Roles: []string{"applicant"}}
	Reviewer  = Person{Key: "reviewer", Name: "審査 一郎", Roles: []string{"reviewer@" + Hinata}}
	Colleague = Person{Key: "colleague", Name: "審査 二郎", Roles: []string{"reviewer@" + Hinata}}
)

// signIn stands for the provider: whoever is next signs in, and a token is a person's key.
type signIn struct {
	edge.SignIn // what the tests have no use for
	mu          sync.Mutex
	people      map[string]Person
	next        Person
}

func (p *signIn) will(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next, p.people[who.Key] = who, who
}

// AuthURL leads straight back.
func (p *signIn) AuthURL(_ context.Context, state, _, _, _ string, _ oidc.Ask) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "/auth/callback?" + url.Values{"state": {state}, "code": {p.next.Key}}.Encode(), nil
}

// Exchange says who signed in.
func (p *signIn) Exchange(ctx context.Context, code, _, _ string) (oidc.Identity, oidc.Tokens, error) {
	id, err := p.VerifyAccessToken(ctx, code)
	p.mu.Lock()
	defer p.mu.Unlock()
	id.Profile = p.people[code].Card
	return id, oidc.Tokens{}, err
}

// door is one of several ways in, for one audience.
type door struct {
	*signIn
	name, label string
	audience    oidc.Audience
}

func (d door) Name() string { return d.name }

func (d door) Label(string) string { return d.label }

func (d door) Serves(a oidc.Audience) bool { return a == d.audience }

// Name is what the people of the tests are known by.
func (p *signIn) Name() string { return "test" }

// Label is nothing that anybody has to read: there is no other.
func (p *signIn) Label(string) string { return "" }

// Serves lets everybody in.
func (p *signIn) Serves(oidc.Audience) bool { return true }

// Answered believes it.
func (p *signIn) Answered(context.Context, string) error { return nil }

// LogoutURL is this site.
func (p *signIn) LogoutURL(context.Context, string, string) (string, error) { return "/", nil }

// VerifyAccessToken says whose token it is.
func (p *signIn) VerifyAccessToken(_ context.Context, raw string) (oidc.Identity, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who, known := p.people[raw]
	if !known {
		return oidc.Identity{}, fault.ErrUnauthorized
	}
	return oidc.Identity{Provider: "test", Subject: who.Key, Name: who.Name, Roles: who.Roles, SecondFactor: true,
		ExpiresAt: time.Now().Add(time.Hour)}, nil
}

// Looked does for each file of an application what the jobs do: it is scanned, and its view copy made. It gives their ids, oldest first.
func (s *Site) Looked(application, municipality string) []string {
	s.t.Helper()
	rows, err := s.world.Super().Query(`select id from files where application_id = $1 and state = 'stored' order by id`, application)
	s.must(err)
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var file string
		s.must(rows.Scan(&file))
		out = append(out, file)
	}
	s.must(rows.Err())
	for _, file := range out {
		s.must(s.Documents.Scan(s.t.Context(), task.Scan{Municipality: municipality, Application: application, File: file}))
		s.must(s.Documents.MakeView(s.t.Context(), task.MakeView{Municipality: municipality, Application: application, File: file}))
	}
	return out
}

// File files an application of somebody.
func (s *Site) File(who Person, application string) {
	s.t.Helper()
	_, err := s.Apply.File(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), casetest.Once(), application, nil)
	s.must(err)
}

// AskCorrection has a reviewer ask for a correction of a filed application: documents, and answers by their JSON Pointers.
func (s *Site) AskCorrection(application string, items []dossier.DocumentRef, fields []string, due jp.Date) {
	s.t.Helper()
	who := s.Person(s.t, Reviewer.Key, models.RoleReviewer, Hinata)
	held := review.HeldCase{Case: application, Fence: s.world.Reviewed(who, application)}
	_, err := s.Review.Correct(s.t.Context(), who, held, review.Asked{Items: items, Fields: fields, Text: "ご確認ください。", Due: due.String()})
	s.must(err)
}

// Banks imports a table of banks.
func (s *Site) Banks(table string) {
	s.t.Helper()
	s.must(s.Operate.ImportBanks(s.t.Context(), models.Actor{Role: models.RoleNational, Purpose: "test"}, strings.NewReader(table)))
}

// Begun begins a procedure for somebody with its example, changed. It gives the application's id.
func (s *Site) Begun(who Person, procedure, municipality string, changes ...casetest.Change) string {
	s.t.Helper()
	v, err := s.Apply.Create(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), casetest.Once(), s.world.Draft(procedure, municipality, changes...))
	s.must(err)
	return v.ID
}
