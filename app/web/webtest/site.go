// Package webtest opens the pages in a test without a browser or a server: every page and route on a database of its own, people
// who sign in, and pages that are asked by what a person reads. What a script or a style does is for app/web/e2e.
package webtest

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The invented municipalities: ひなた市 is in full operation, みなと町 on trial. Both offer Claim, signed by signing in.
const (
	Hinata = "998010"
	Minato = "998028"
	Claim  = "child-allowance-claim"
)

// Site is the pages and routes on a database of their own. There is no object store and no network: what needs one cannot be
// tried here.
type Site struct {
	*pgtest.Database
	usecase.Services
	t       testing.TB
	handler http.Handler
	sign    *signIn
}

var procedures = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })

// New makes one.
func New(t testing.TB) *Site {
	t.Helper()
	s := &Site{Database: pgtest.New(t), t: t, sign: &signIn{people: map[string]Person{}}}
	cat, err := procedures()
	s.must(err)
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	s.must(err)
	s.open(cat, dossier.New(s.App, cat, keys))
	none := edge.Rate{PerSecond: -1}
	var site *page.Site
	e, err := edge.New(edge.Options{
		Log: slog.New(slog.DiscardHandler), PublicURL: "http://127.0.0.1:1", People: s.Accounts, DB: s.App, SignIn: s.sign, Tokens: s.sign,
		Limits:     edge.Limits{Address: none, Account: none, Login: none, Uploads: none},
		DetailText: present.Details(cat),
		ErrorPage:  func(c *gin.Context, p *edge.Problem) bool { return site != nil && site.Fault(c, p) },
	})
	s.must(err)
	api.New(e, &s.Services, api.Options{PublicURL: "http://127.0.0.1:1", MaxFileSize: 1 << 20})
	site, err = web.Mount(e, &s.Services, page.Options{Address: "http://127.0.0.1:1", MaxFileSize: 1 << 20, MaxFiles: 20}, nil)
	s.must(err)
	s.handler = e.Engine
	s.found()
	return s
}

func (s *Site) open(cat *catalogue.Catalogue, d *dossier.Service) {
	day := 24 * time.Hour
	filing := apply.New(d, apply.Options{DraftLifetime: 90 * day, FollowUp: 30 * day, FollowUpLimit: 90 * day})
	documents := document.New(d, s.Sweep, nil, nil, document.Options{MaxSize: 1 << 20, MaxFiles: 20, UploadTime: time.Minute,
		UploadGrace: time.Minute, DraftLifetime: 90 * day, ScanPatience: time.Hour})
	s.Services = usecase.Services{
		Catalogue: cat, Dossiers: d, Apply: filing, Documents: documents, Guide: guide.New(d), Accounts: account.New(s.App, 0),
		Notify: notify.New(d, notify.Options{}), Linkage: linkage.New(d, s.Sweep, nil, nil, linkage.Options{}),
		Partner: partner.New(d, s.Sweep, filing, nil, partner.Options{}), Queue: queue.New(d, queue.Options{}),
		Review: review.New(d, review.Options{}), Transfer: transfer.New(d, documents), Provider: provider.New(d, discrepancy.Limits{}),
		Operate: operate.New(d, s.Sweep, operate.Thresholds{}), Circulars: circular.New(d, nil, nil), Audit: audit.New(s.App),
	}
}

// found makes the municipalities, what they offer, and the phases.
func (s *Site) found() {
	s.t.Helper()
	admin := models.Actor{Role: models.RoleNational, Purpose: "test"}
	for _, csv := range []string{
		"code,name_ja,name_kana,name_en,office_ja,office_plain,office_en,telephone,trial_note\n" +
			Hinata + ",ひなた市,ひなたし,Hinata City,子育て支援課,子どもの 係,Childcare Support Division,000-0001-0001,true\n" +
			Minato + ",みなと町,みなとまち,Minato Town,福祉課,子どもの 係,Welfare Division,000-0002-0002,true\n",
		"municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n" +
			Hinata + "," + Claim + ",,,login,,,,\n" + Minato + "," + Claim + ",,,login,,,,\n",
	} {
		_, err := s.Operate.Import(s.t.Context(), admin, strings.NewReader(csv))
		s.must(err)
	}
	owner, err := postgres.Open(s.t.Context(), postgres.Options{DSN: s.OwnerDSN, MaxConns: 1})
	s.must(err)
	defer owner.Close()
	from := time.Date(2017, 7, 18, 0, 0, 0, 0, jp.JST)
	s.must(s.Operate.ImportHistory(s.t.Context(), owner, []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: "full", From: from},
		{Procedure: "*", Item: "*", Municipality: Minato, Phase: "trial", From: from},
	}))
}

func (s *Site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%+v", err)
	}
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
	of, err := s.Guide.Procedure(s.t.Context(), Claim, municipality, time.Time{})
	s.must(err)
	var facts map[string]any
	s.must(json.Unmarshal(of.ExampleFacts, &facts))
	child := facts["children"].([]any)[0].(map[string]any)
	child["lives_with_applicant"], child["municipality"] = false, "131016"
	raw, err := json.Marshal(facts)
	s.must(err)
	plan, err := s.Guide.Plan(s.t.Context(), guide.Question{Procedure: Claim, Municipality: municipality, Facts: raw})
	s.must(err)
	draft := apply.Draft{Procedure: Claim, Municipality: municipality, Facts: raw, Form: of.ExampleForm}
	for _, r := range plan.Plan.Requirements {
		if declare && r.Decision == evidence.Attach {
			draft.Declarations = append(draft.Declarations,
				dossier.Declaration{Document: r.Document, Subject: r.Subject, Kind: dossier.CannotProvide, Reason: "窓口で相談します"})
		}
	}
	v, err := s.Apply.Create(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), once(), draft)
	s.must(err)
	return v.ID
}

// Filed is Draft, filed.
func (s *Site) Filed(who Person, municipality string) string {
	s.t.Helper()
	id := s.Draft(who, municipality)
	_, err := s.Apply.File(s.t.Context(), s.Person(s.t, who.Key, models.RoleApplicant, ""), once(), id, nil)
	s.must(err)
	return id
}

func once() dossier.Request {
	return dossier.Request{Route: "test", Key: models.NewID(), BodyHash: make([]byte, 32)}
}

// Person is somebody who can sign in, with roles as the provider says them: "applicant", "reviewer@998010".
type Person struct {
	Key, Name string
	Roles     []string
}

// The people of the tests, all invented.
var (
	Parent    = Person{"parent", "青空 太郎", []string{"applicant"}}
	Neighbour = Person{"neighbour", "隣 花子", []string{"applicant"}}
	Reviewer  = Person{"reviewer", "審査 一郎", []string{"reviewer@" + Hinata}}
	Colleague = Person{"colleague", "審査 二郎", []string{"reviewer@" + Hinata}}
)

// signIn stands for the provider: whoever is next signs in, and a token is a person's key.
type signIn struct {
	mu     sync.Mutex
	people map[string]Person
	next   Person
}

func (p *signIn) will(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next, p.people[who.Key] = who, who
}

// AuthURL leads straight back.
func (p *signIn) AuthURL(_ context.Context, state, _, _, _ string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "/auth/callback?" + url.Values{"state": {state}, "code": {p.next.Key}}.Encode(), nil
}

// Exchange says who signed in.
func (p *signIn) Exchange(ctx context.Context, code, _, _ string) (oidc.Identity, string, error) {
	id, err := p.VerifyAccessToken(ctx, code)
	return id, "", err
}

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
