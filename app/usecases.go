package app

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/discrepancy"
	senders "kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/seal"
)

// openUseCases makes every use case, of the parts that each is made with.
func (a *App) openUseCases(builtIn *shelf.BuiltIn, keyring *seal.Keyring) error {
	cfg := a.Config
	var err error
	if a.scanner, err = clamav.New(clamav.Config{Address: cfg.Scanner.Address, ScanTimeout: cfg.Scanner.ScanTimeout}); err != nil {
		return err
	}
	if err := a.openReceipts(); err != nil {
		return err
	}
	a.Dossiers = dossier.New(a.DB, builtIn, keyring)
	if a.Apply, err = a.openApply(); err != nil {
		return err
	}
	if a.Documents, err = a.openDocuments(); err != nil {
		return err
	}
	if a.Notify, err = a.openNotify(); err != nil {
		return err
	}
	if a.Linkage, err = a.openLinkage(); err != nil {
		return err
	}
	limits := discrepancy.Limits{Open: cfg.Review.DiscrepancyDays, InStep: cfg.Review.StepDays}
	a.Partner = a.openPartner()
	a.Operate = operate.New(a.Dossiers, a.SweepDB, operate.Thresholds{Cases: cfg.Readiness.Cases, Agreement: cfg.Readiness.Agreement, Open: cfg.Readiness.Open})
	a.Publish = publish.New(a.Dossiers, a.SweepDB).Certifying(a.Receipts, cfg.HTTP.PublicURL)
	a.Circulars = circular.New(a.Dossiers, a.Objects, a.scanner)
	a.Guide = guide.New(a.Dossiers)
	a.Accounts = account.New(a.DB, 0)
	a.Retain = retain.New(a.Dossiers, a.SweepDB, a.retention)
	a.Audit = audit.New(a.DB)
	a.Exports = export.New(a.Dossiers, a.SweepDB, a.Objects)
	a.Transfer = transfer.New(a.Dossiers, a.Documents)
	a.Queue = queue.New(a.Dossiers, queue.Options{})
	a.Provider = provider.New(a.Dossiers, limits)
	a.Core = core.New(a.Dossiers, a.SweepDB, core.Options{PublicURL: cfg.HTTP.PublicURL})
	a.Review = review.New(a.Dossiers, review.Options{Limits: limits})
	if a.Intake, err = a.openIntake(builtIn); err != nil {
		return err
	}
	return a.openSealer()
}

// openIntake reads whose applications are taken in: those of the program, or of a folder in their place.
func (a *App) openIntake(builtIn *shelf.BuiltIn) (*intake.Service, error) {
	files := configs.Senders()
	if dir := a.Config.Intake.SendersDir; dir != "" {
		files = os.DirFS(dir)
	}
	senders, err := senders.Load(files, builtIn.Catalogue)
	if err != nil {
		return nil, fmt.Errorf("intake.senders_dir: %w", err)
	}
	return intake.New(a.Dossiers, a.SweepDB, intake.Options{Senders: senders, Apply: a.Apply, Documents: a.Documents, Objects: a.Objects, Scanner: a.scanner}), nil
}

func (a *App) openApply() (*apply.Service, error) {
	cfg := a.Config
	opt := apply.Options{DraftLifetime: cfg.Draft.Lifetime, FollowUp: cfg.Draft.FollowUp, FollowUpLimit: cfg.Draft.FollowUpLimit}
	if cfg.Signatures.AuthoritiesFile != "" {
		var err error
		s := cfg.Signatures
		policy := sign.Policy{Digests: s.Digests, RSABits: s.RSABits, Curves: s.Curves, AnswerAge: s.AnswerAge}
		if opt.Signatures, err = sign.Load(s.AuthoritiesFile, policy); err != nil {
			return nil, fmt.Errorf("signatures: %w", err)
		}
		opt.Revocation = sign.NewRevocation(s.Timeout, policy)
		if t := cfg.Timestamps; t.URL != "" {
			a.stamps, err = sign.LoadStamps(sign.StampOptions{URL: t.URL, Authorities: t.AuthoritiesFile, Timeout: t.Timeout, Clock: t.Clock, Policy: policy})
			if err != nil {
				return nil, fmt.Errorf("timestamps: %w", err)
			}
			opt.Timestamps = a.stamps
		}
	}
	return apply.New(a.Dossiers, opt), nil
}

func (a *App) openDocuments() (*document.Service, error) {
	cfg := a.Config
	cache := cfg.View.CacheDir
	if cache == "" {
		var err error
		if a.cache, err = os.MkdirTemp("", "onestop-render-"); err != nil {
			a.Log.Warn("each PDF costs some seconds more: there is no folder for the compiled renderer", "error", err.Error())
		}
		cache = a.cache
	}
	views, err := render.New("", render.Limits{
		Time:   cfg.View.Time,
		Memory: uint64(max(0, cfg.View.Memory)),
		Pages:  cfg.View.Pages,
		Cache:  cache,
	})
	if err != nil {
		return nil, err
	}
	a.views = views
	return document.New(a.Dossiers, a.SweepDB, a.Objects, a.scanner, document.Options{
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
	}), nil
}

// openSealer reads the key that seals the audit trail. Without one the trail is not sealed, and the log says so.
func (a *App) openSealer() error {
	path := a.Config.Audit.SigningKeyFile
	if path == "" {
		a.Log.Warn("the audit trail is not sealed: audit.signing_key_file is empty")
		return nil
	}
	keys, err := audit.LoadKeys(path)
	if err != nil {
		return fmt.Errorf("audit.signing_key_file: %w", err)
	}
	origins, err := a.auditOrigins()
	if err != nil {
		return err
	}
	keepers, err := a.auditKeepers(origins[0])
	if err != nil {
		return err
	}
	a.Sealer, err = audit.NewSealer(a.SweepDB, keys, audit.Options{
		Origins: origins,
		Keepers: keepers,
		Lag:     max(10*a.Config.Audit.SealInterval, 10*time.Minute),
		Log:     a.Log,
	})
	return err
}

// auditOrigins are the names of the trail: by default the host's.
func (a *App) auditOrigins() ([]string, error) {
	if names := a.Config.Audit.Origins; len(names) > 0 {
		return names, nil
	}
	public, err := url.Parse(a.Config.HTTP.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("http.public_url: %w", err)
	}
	return []string{strings.ToLower(public.Host) + "/audit"}, nil
}

// auditKeepers are where checkpoints of a trail are kept, outside of the database.
func (a *App) auditKeepers(origin string) ([]audit.Keeper, error) {
	cfg := a.Config.Audit
	bucket := a.Objects
	if cfg.CheckpointBucket != "" {
		var err error
		if bucket, err = a.openBucket(cfg.CheckpointBucket); err != nil {
			return nil, fmt.Errorf("audit.checkpoint_bucket: %w", err)
		}
		a.checkpoints = bucket
	}
	out := []audit.Keeper{audit.Bucket{Store: bucket, Prefix: "audit/" + origin + "/"}}
	if cfg.CheckpointDir != "" {
		out = append(out, audit.Folder{Root: cfg.CheckpointDir, Name: origin})
	}
	return out, nil
}
