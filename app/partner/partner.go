// Package partner is what other sites do here (API連携, R14): hand a person over with a prefilled application, and be told,
// with that person's consent for one purpose, what public bodies hold. Nothing is filed and nothing is told without the
// person.
package partner

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Checker validates what a site has prefilled, as a draft's content, and gives it in its normal form. Faults: those of a
// draft (unknown-procedure, invalid-municipality, not-in-force, invalid-facts, invalid-form, individual-number).
type Checker interface {
	CheckHandover(ctx context.Context, h dossier.HandedOver) (dossier.HandedOver, error)
}

// Drafts begins the draft of an application from what was handed over; end ends the hand-over in the same transaction, and
// its refusal comes before all others. Faults: those of a draft; duplicate-application; procedure-closed.
type Drafts[V any] interface {
	TakeOver(ctx context.Context, actor models.Actor, req dossier.Request, h dossier.HandedOver, end func(tx *postgres.Tx) error) (V, error)
}

// Network is the inter-agency network, asked for a person's own information. Faults: Unavailable.
type Network interface {
	Own(ctx context.Context, r nws.OwnRequest) (nws.Ticket, error)
	Poll(ctx context.Context, reference string) (nws.Outcome, error)
}

// Options of New; zero members take their defaults.
type Options struct {
	PublicURL   string        // of this service, before the path of a link
	Lifetime    time.Duration // how long a link lives unless the site says so; default 7 days
	MaxLifetime time.Duration // and at most; default 30 days
	MaxConsent  time.Duration // how far ahead a consent may end; default 366 days
	Answer      time.Duration // how long the network may take for one answer; default 10 s
	Forget      time.Duration // how long it is remembered that a link was; default 90 days
}

func (o *Options) fill() {
	or(&o.Lifetime, 7*24*time.Hour)
	or(&o.MaxLifetime, 30*24*time.Hour)
	or(&o.MaxConsent, 366*24*time.Hour)
	or(&o.Answer, 10*time.Second)
	or(&o.Forget, 90*24*time.Hour)
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
}

func or(d *time.Duration, standard time.Duration) {
	if *d <= 0 {
		*d = standard
	}
}

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB
	checker  Checker
	network  Network
	opt      Options
}

// New makes the service. sweep is the database as the sweep role; a network that is nil is not connected.
func New(dossiers *dossier.Service, sweep *postgres.DB, checker Checker, network Network, opt Options) *Service {
	opt.fill()
	return &Service{dossiers: dossiers, sweep: sweep, checker: checker, network: network, opt: opt}
}

// Site is the other site that acts, as its sign-in calls it.
type Site struct {
	Name string // for people; a site without one is called by Login
	// Login is its account at the provider: "provider/subject".
	Login string
}

// longest names and texts of a site, in characters.
const (
	mostName    = 100
	mostSource  = 200
	mostPurpose = 300
)

func (s Site) name() string {
	name := strings.TrimSpace(s.Name)
	if name == "" {
		name = s.Login
	}
	if r := []rune(name); len(r) > mostName {
		name = string(r[:mostName])
	}
	return name
}

// Link is what a site gives the person.
type Link struct {
	ID        string
	URL       string // with the secret, which is nowhere else in clear
	ExpiresAt time.Time
}

// newSecret makes the one-time secret of a link, 256 bits, and what is stored of it.
func newSecret() (text string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	text = base64.RawURLEncoding.EncodeToString(b[:])
	return text, digest(text)
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// textFaults checks a text of a site: there, not too long, no control characters, nothing like an individual number (P4).
func textFaults(at, text string, needed bool, most int) []fault.Detail {
	switch {
	case needed && strings.TrimSpace(text) == "":
		return []fault.Detail{{Code: "required", Pointer: at}}
	case utf8.RuneCountInString(text) > most:
		return []fault.Detail{{Code: "too-long", Pointer: at}}
	}
	return form.FreeTextFaults(at, text)
}

// refuse makes one error of many details, by the individual number among them if there is one (P4); nil for none.
func refuse(details []fault.Detail) error {
	if len(details) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", details)
}

// Why a link is refused.
var (
	errExpired  = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "link-expired")
	errUsed     = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "link-used")
	errDeclined = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "link-declined")
)

// audit records what was done with a link or a consent of the person.
func audit(tx *postgres.Tx, action, kind, id, person, municipality string) error {
	entry := &models.AuditEntry{Action: action, ObjectKind: kind, ObjectID: id, Municipality: municipality}
	if person != "" {
		entry.SubjectID = &person
	}
	return tx.AddAudit(entry)
}

// Sweep ends the links whose time is over and erases what they held.
func (s *Service) Sweep(ctx context.Context) error {
	return s.sweep.InTx(ctx, models.System("", "partner"), func(tx *postgres.Tx) error {
		_, err := tx.SweepLinks(s.opt.Forget)
		return err
	})
}
