package app

import (
	"time"

	"context"
	"fmt"
	"net"
	"slices"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/seal"
)

// Edge makes the HTTP side with every route. more adds routes of a demo, which a deployed server does not have.
func (a *App) Edge(personas []public.Persona, more func(*edge.Edge)) (*edge.Edge, error) {
	cfg := a.Config
	var site *page.Site
	e, err := edge.New(a.edgeOptions(func(c *gin.Context, p *edge.Problem) bool { return site != nil && site.Fault(c, p) }))
	if err != nil {
		return nil, err
	}
	a.register(e.Registry())
	if a.Postal, err = postalCodes(cfg.Portal.PostalCodes); err != nil {
		return nil, err
	}
	api.New(e, &a.Services, api.Options{PublicURL: cfg.HTTP.PublicURL, MaxFileSize: cfg.Files.MaxSize})
	if site, err = web.Mount(e, &a.Services, page.Options{
		Providers:   a.issuers(),
		Address:     cfg.HTTP.PublicURL,
		Signer:      cfg.Portal.Signer,
		Devices:     cfg.Portal.Devices,
		MaxFileSize: cfg.Files.MaxSize,
		MaxFiles:    cfg.Files.MaxCount,
		Undo:        cfg.Review.UndoSeconds,
		Memory:      time.Second,
	}, personas); err != nil {
		return nil, err
	}
	if more != nil {
		more(e)
	}
	return e, nil
}

func (a *App) edgeOptions(errorPage func(*gin.Context, *edge.Problem) bool) edge.Options {
	cfg := a.Config
	rate := func(r configs.Rate) edge.Rate { return edge.Rate{PerSecond: r.PerSecond, Burst: r.Burst} }
	return edge.Options{
		Log:            a.Log,
		PublicURL:      cfg.HTTP.PublicURL,
		TrustedProxies: cfg.HTTP.TrustedProxies,
		Tokens:         a.OIDC,
		Machines:       a.Core,
		Doors:          a.doors(),
		Logouts:        a.OIDC,
		People:         a.Accounts,
		DB:             a.DB,
		SignedIn: func(ctx context.Context, p edge.Principal) error {
			return a.Queue.KeepName(ctx, p.Person, p.Name, slices.Concat(p.Places("reviewer"), p.Places("admin")))
		},
		Refused:   a.Audit.Refused,
		Pseudonym: a.pseudonym,
		Session: edge.SessionOptions{StaffIdle: cfg.Session.StaffIdle, ParentIdle: cfg.Session.ParentIdle, Lifetime: cfg.Session.Lifetime,
			Recheck: cfg.Session.Recheck},
		Limits: edge.Limits{
			JSONBytes:    cfg.Limits.JSONBytes,
			RequestTime:  cfg.Limits.RequestTime,
			TransferTime: cfg.Files.UploadTime,
			DrainTime:    cfg.Limits.DrainTime,
			ShutdownTime: cfg.Limits.StopTime,
			Address:      rate(cfg.Limits.Address),
			Account:      rate(cfg.Limits.Account),
			Login:        rate(cfg.Limits.Login),
			Uploads:      rate(cfg.Limits.Uploads),
		},
		DetailText: present.Details(a.Editions().ForDocument),
		ErrorPage:  errorPage,
		Checks:     append(a.checks(), a.providerChecks()...),
	}
}

// workCheck is the check whether somebody does the work.
const workCheck = "work"

// checks are what /readyz of a server and of a worker asks.
func (a *App) checks() []edge.Check {
	return append([]edge.Check{
		{Name: "database", Required: true, Probe: a.DB.Ready},
		{Name: "schema", Required: true, Probe: a.DB.Migrated},
		{Name: seal.ShelfComponent, Required: true, Probe: a.Dossiers.Keyring().Shelf().Ready},
		{Name: seal.ShelfComponent + "-copies", Probe: a.Dossiers.Keyring().Shelf().Whole},
		{Name: object.Component, Probe: a.Objects.Ready},
		{Name: clamav.Component, Probe: a.scanner.Ping},
		{Name: workCheck, Probe: func(ctx context.Context) error { return a.SweepDB.Worked(ctx, workPatience) }},
	}, append(a.sealCheck(), a.networkChecks()...)...)
}

// stampCheck asks whether the authority of time stamps can be reached, where there is one: of a configuration that is checked, and not every few
// seconds, since it is somebody else's and nobody waits for it.
func (a *App) stampCheck() []edge.Check {
	if a.stamps == nil {
		return nil
	}
	return []edge.Check{{Name: "time-stamp-authority", Probe: a.stamps.Ready}}
}

// sealCheck asks whether somebody seals the audit trail, where it is sealed.
func (a *App) sealCheck() []edge.Check {
	if a.Sealer == nil {
		return nil
	}
	return []edge.Check{{Name: "audit-seals", Probe: a.Sealer.Ready}}
}

// Serve answers HTTP until ctx ends, then finishes what it began.
func (a *App) Serve(ctx context.Context, e *edge.Edge) error {
	listener, err := net.Listen("tcp", a.Config.HTTP.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Log.Info("serving", "addr", listener.Addr().String())
	go a.checkLetters(ctx)
	return e.Serve(ctx, listener)
}
