// Package app is the only wiring: it makes every part from the configuration and joins them.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

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
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/job"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// App is one process's parts, joined.
type App struct {
	Config  *configs.Config
	Log     *slog.Logger
	DB      *postgres.DB // as the application role
	SweepDB *postgres.DB // as the sweep role
	Objects *object.Store
	OIDC    *oidc.Provider

	Catalogue *catalogue.Catalogue
	Dossiers  *dossier.Service
	Apply     *apply.Service
	Documents *document.Service
	Operate   *operate.Service
	Circulars *circular.Service
	Guide     *guide.Service
	Accounts  *account.Accounts
	Notify    *notify.Service
	Retain    *retain.Service
	Audit     *audit.Service
	Linkage   *linkage.Service
	Exports   *export.Service
	Transfer  *transfer.Service
	Queue     *queue.Service
	Review    *review.Service
	Provider  *provider.Service
	Partner   *partner.Service
	Sealer    *audit.Sealer // nil without a signing key
	Receipts  *receipt.Keys // nil without a signing key

	retention retain.Options
	links     retention.Period // of which it is remembered that there was one

	mail      *mail.Client      // nil: no mail is sent
	network   *nws.Client       // nil: not connected
	directory *directory.Client // nil: not connected
}

// Open makes the parts. It connects to nothing yet but the object store when its bucket is to be made: the program
// starts while something is down, and says so on /readyz.
func Open(ctx context.Context, cfg *configs.Config, log *slog.Logger) (*App, error) {
	a := &App{Config: cfg, Log: log}
	var err error
	if a.retention, a.links, err = retentionOf(cfg); err != nil {
		return nil, err
	}
	if a.Catalogue, err = catalogue.Load(configs.Procedures()); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if err := a.openStorage(ctx); err != nil {
		a.Close()
		return nil, err
	}
	keyring, err := seal.LoadKeyring(cfg.Keys.MasterFile)
	if err != nil {
		a.Close()
		return nil, fmt.Errorf("keys.master_file: %w", err)
	}
	if cfg.Keys.ShelfDir != "" {
		shelf, err := seal.OpenShelf(cfg.Keys.ShelfDir)
		if err != nil {
			a.Close()
			return nil, fmt.Errorf("keys.shelf_dir: %w", err)
		}
		keyring = keyring.WithShelf(shelf)
	}
	if err := a.openUseCases(keyring); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) openStorage(ctx context.Context) error {
	var err error
	if a.DB, err = a.database(ctx, "database.app_url_file", a.Config.Database.AppFile, a.Config.Database.MaxConns); err != nil {
		return err
	}
	if a.SweepDB, err = a.database(ctx, "database.sweep_url_file", a.Config.Database.SweepFile, 4); err != nil {
		return err
	}
	o := a.Config.Objects
	access, err := configs.Secret("objects.access_key_file", o.AccessKeyFile)
	if err != nil {
		return err
	}
	secret, err := configs.Secret("objects.secret_key_file", o.SecretKeyFile)
	if err != nil {
		return err
	}
	a.Objects, err = object.Open(object.Config{
		Endpoint:  o.Endpoint,
		AccessKey: access,
		SecretKey: secret,
		Bucket:    o.Bucket,
		Region:    o.Region,
		TLS:       o.TLS,
		CAFile:    o.CAFile,
	})
	if err != nil || !o.CreateBucket {
		return err
	}
	return a.Objects.EnsureBucket(ctx)
}

func (a *App) database(ctx context.Context, key, path string, conns int32) (*postgres.DB, error) {
	dsn, err := configs.Secret(key, path)
	if err != nil {
		return nil, err
	}
	return postgres.Open(ctx, postgres.Options{
		DSN:              dsn,
		MaxConns:         conns,
		StatementTimeout: a.Config.Database.StatementTimeout,
		LockTimeout:      a.Config.Database.LockTimeout,
	})
}

func (a *App) openUseCases(keyring *seal.Keyring) error {
	cfg := a.Config
	scanner, err := clamav.New(clamav.Config{Address: cfg.Scanner.Address, ScanTimeout: cfg.Scanner.ScanTimeout})
	if err != nil {
		return err
	}
	a.OIDC, err = oidc.New(context.Background(), oidc.Config{
		Name:             cfg.OIDC.Name,
		Issuer:           cfg.OIDC.Issuer,
		ClientID:         cfg.OIDC.ClientID,
		ClientSecretFile: cfg.OIDC.ClientSecretFile,
		RedirectURL:      cfg.HTTP.PublicURL + "/auth/callback",
		APIAudience:      cfg.OIDC.Audience,
		Scopes:           []string{"openid", "profile"},
		RolesClaim:       cfg.OIDC.RolesClaim,
		Leeway:           cfg.OIDC.Leeway,
	})
	if err != nil {
		return err
	}
	a.Dossiers = dossier.New(a.DB, a.Catalogue, keyring)
	signing := apply.Options{DraftLifetime: cfg.Draft.Lifetime, FollowUp: cfg.Draft.FollowUp, FollowUpLimit: cfg.Draft.FollowUpLimit}
	if cfg.Signatures.AuthoritiesFile != "" {
		if signing.Signatures, err = sign.Load(cfg.Signatures.AuthoritiesFile); err != nil {
			return fmt.Errorf("signatures.authorities_file: %w", err)
		}
		signing.Revocation = sign.NewRevocation(cfg.Signatures.Timeout)
	}
	a.Apply = apply.New(a.Dossiers, signing)
	views, err := render.New("", render.Limits{
		Time:   cfg.View.Time,
		Memory: uint64(max(0, cfg.View.Memory)),
		Pages:  cfg.View.Pages,
		Cache:  cfg.View.CacheDir,
	})
	if err != nil {
		return err
	}
	a.Documents = document.New(a.Dossiers, a.SweepDB, a.Objects, scanner, document.Options{
		MaxSize:       cfg.Files.MaxSize,
		MaxFiles:      cfg.Files.MaxCount,
		Renderer:      views,
		UploadTime:    cfg.Files.UploadTime,
		UploadGrace:   cfg.Files.UploadGrace,
		PartSize:      cfg.Files.PartSize,
		MaxUploads:    cfg.Files.MaxUploads,
		ResumeTime:    cfg.Files.ResumeTime,
		DraftLifetime: cfg.Draft.Lifetime,
		ScanPatience:  cfg.Scanner.Patience,
	})
	a.Operate = operate.New(a.Dossiers, a.SweepDB, operate.Thresholds{Cases: cfg.Readiness.Cases, Agreement: cfg.Readiness.Agreement, Open: cfg.Readiness.Open})
	a.Circulars = circular.New(a.Dossiers, a.Objects, scanner)
	a.Guide = guide.New(a.Dossiers)
	a.Accounts = account.New(a.DB, 0)
	if a.Notify, err = a.openNotify(); err != nil {
		return err
	}
	a.Retain = retain.New(a.Dossiers, a.SweepDB, a.retention)
	a.Audit = audit.New(a.DB)
	a.Exports = export.New(a.Dossiers, a.SweepDB, a.Objects)
	a.Transfer = transfer.New(a.Dossiers, a.Documents)
	a.Queue = queue.New(a.Dossiers, queue.Options{})
	a.Provider = provider.New(a.Dossiers, discrepancy.Limits{Open: cfg.Review.DiscrepancyDays, InStep: cfg.Review.StepDays})
	a.Review = review.New(a.Dossiers, review.Options{Limits: discrepancy.Limits{Open: cfg.Review.DiscrepancyDays, InStep: cfg.Review.StepDays}})
	if a.Linkage, err = a.openLinkage(); err != nil {
		return err
	}
	a.Partner = a.openPartner()
	if err := a.openReceipts(); err != nil {
		return err
	}
	if cfg.Audit.SigningKeyFile == "" {
		a.Log.Warn("the audit trail is not sealed: audit.signing_key_file is empty")
		return nil
	}
	keys, err := audit.LoadKeys(cfg.Audit.SigningKeyFile)
	if err != nil {
		return fmt.Errorf("audit.signing_key_file: %w", err)
	}
	a.Sealer = audit.NewSealer(a.SweepDB, keys)
	return nil
}

// Close ends the connections, after what is under way.
func (a *App) Close() {
	for _, db := range []*postgres.DB{a.DB, a.SweepDB} {
		if db != nil {
			db.Close()
		}
	}
	if a.Objects != nil {
		a.Objects.Close()
	}
}

// Edge makes the HTTP side with every route. more adds routes of a demo, which a deployed server does not have.
func (a *App) Edge(personas []public.Persona, more func(*edge.Edge)) (*edge.Edge, error) {
	cfg := a.Config
	rate := func(r configs.Rate) edge.Rate { return edge.Rate{PerSecond: r.PerSecond, Burst: r.Burst} }
	scanner, err := clamav.New(clamav.Config{Address: cfg.Scanner.Address})
	if err != nil {
		return nil, err
	}
	var site *page.Site
	e, err := edge.New(edge.Options{
		Log:            a.Log,
		PublicURL:      cfg.HTTP.PublicURL,
		TrustedProxies: cfg.HTTP.TrustedProxies,
		Tokens:         a.OIDC,
		SignIn:         a.OIDC,
		People:         a.Accounts,
		DB:             a.DB,
		Session:        edge.SessionOptions{StaffIdle: cfg.Session.StaffIdle, ParentIdle: cfg.Session.ParentIdle, Lifetime: cfg.Session.Lifetime},
		Limits: edge.Limits{
			JSONBytes:    cfg.Limits.JSONBytes,
			RequestTime:  cfg.Limits.RequestTime,
			TransferTime: cfg.Files.UploadTime,
			ShutdownTime: cfg.Limits.StopTime,
			Address:      rate(cfg.Limits.Address),
			Account:      rate(cfg.Limits.Account),
			Login:        rate(cfg.Limits.Login),
			Uploads:      rate(cfg.Limits.Uploads),
		},
		DetailText: wording.Details(a.Catalogue),
		ErrorPage:  func(c *gin.Context, p *edge.Problem) bool { return site != nil && site.Fault(c, p) },
		Checks: append([]edge.Check{
			{Name: "database", Required: true, Probe: a.DB.Ready},
			{Name: object.Component, Probe: a.Objects.Ready},
			{Name: clamav.Component, Probe: scanner.Ping},
			{Name: "identity-provider", Probe: a.OIDC.Ready},
		}, a.networkChecks()...),
	})
	if err != nil {
		return nil, err
	}
	api.New(e, api.Services{
		Catalogue:   a.Catalogue,
		Circulars:   a.Circulars,
		Apply:       a.Apply,
		Documents:   a.Documents,
		Operate:     a.Operate,
		Guide:       a.Guide,
		Accounts:    a.Accounts,
		Notify:      a.Notify,
		Audit:       a.Audit,
		Linkage:     a.Linkage,
		Exports:     a.Exports,
		Transfer:    a.Transfer,
		Queue:       a.Queue,
		Review:      a.Review,
		Provider:    a.Provider,
		Partner:     a.Partner,
		Receipts:    a.Receipts,
		PublicURL:   cfg.HTTP.PublicURL,
		MaxFileSize: cfg.Files.MaxSize,
	})
	places, err := postalCodes(cfg.Portal.PostalCodes)
	if err != nil {
		return nil, err
	}
	if site, err = web.Mount(e, web.Services{
		Postal:      places,
		Catalogue:   a.Catalogue,
		Circulars:   a.Circulars,
		Sealer:      a.Sealer,
		Guide:       a.Guide,
		Operate:     a.Operate,
		Apply:       a.Apply,
		Review:      a.Review,
		Notify:      a.Notify,
		Queue:       a.Queue,
		Transfer:    a.Transfer,
		Linkage:     a.Linkage,
		Audit:       a.Audit,
		Partner:     a.Partner,
		Requests:    a.Provider,
		Exports:     a.Exports,
		Documents:   a.Documents,
		PublicURL:   cfg.HTTP.PublicURL,
		MaxFileSize: cfg.Files.MaxSize,
		MaxFiles:    cfg.Files.MaxCount,
		Signer:      cfg.Portal.Signer,
		Devices:     cfg.Portal.Devices,
		Provider:    cfg.OIDC.Issuer,
		Personas:    personas,
	}); err != nil {
		return nil, err
	}
	if more != nil {
		more(e)
	}
	return e, nil
}

// Serve answers HTTP until ctx ends, then finishes what it began.
func (a *App) Serve(ctx context.Context, e *edge.Edge) error {
	listener, err := net.Listen("tcp", a.Config.HTTP.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Log.Info("serving", "addr", listener.Addr().String())
	return e.Serve(ctx, listener)
}

// Work works the queue until ctx ends, then lets the jobs under way finish. metrics may be nil.
func (a *App) Work(ctx context.Context, metrics prometheus.Registerer) error {
	client, err := job.New(job.Services{
		Apply:         a.Apply,
		Documents:     a.Documents,
		Notify:        a.Notify,
		Retain:        a.Retain,
		Linkage:       a.Linkage,
		Review:        a.Review,
		Exports:       a.Exports,
		Transfer:      a.Transfer,
		Partner:       a.Partner,
		DB:            a.DB,
		Sweep:         a.SweepDB,
		Log:           a.Log,
		MaxInquiries:  a.Config.Worker.Inquiries,
		MaxMails:      a.Config.Worker.Mails,
		MaxWorkers:    a.Config.Worker.Jobs,
		SweepInterval: a.Config.Worker.SweepInterval,
		Sealer:        a.Sealer,
		SealInterval:  a.Config.Audit.SealInterval,
		EraseInterval: a.Config.Retention.Interval,
		OnSwept:       sweepMetrics(metrics),
	})
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	a.Log.Info("working")
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Limits.StopTime)
	defer cancel()
	if err := client.Stop(stop); err != nil {
		// What did not finish is taken up again by another worker: jobs are done once by their effects, not by luck.
		cut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(err, client.StopAndCancel(cut))
	}
	return nil
}
