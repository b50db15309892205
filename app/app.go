// Package app is the only wiring: it makes every part from the configuration and joins them.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

// App is one process's parts, joined.
type App struct {
	Config  *configs.Config
	Log     *slog.Logger
	DB      *postgres.DB // as the application role
	SweepDB *postgres.DB // as the sweep role
	Objects *object.Store
	OIDC    *oidc.Providers

	usecase.Services

	retention retain.Options
	links     retention.Period // of which it is remembered that there was one
	watched   func()           // ends the watch over the editions in force
	views     *render.Renderer
	stamps    *sign.Stamps // nil: no time stamp is asked for
	scanner   *clamav.Client
	cache     string // the folder of its compiled renderer, if it is this process's own

	checkpoints *object.Store // nil: those of the audit trail lie in the bucket of the files

	mail      *mail.Client      // nil: no mail is sent
	network   *nws.Client       // nil: not connected
	directory *directory.Client // nil: not connected
}

// Open makes the parts, once nothing of the configuration is wrong (Check). It connects to nothing yet but the object store when its bucket is
// to be made: the program starts while something is down, and says so on /readyz.
func Open(ctx context.Context, cfg *configs.Config, log *slog.Logger) (*App, error) {
	if err := Check(cfg).Err(); err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Log: log}
	var err error
	if a.retention, a.links, err = retentionOf(cfg); err != nil {
		return nil, err
	}
	builtIn, err := shelf.LoadBuiltIn(configs.Procedures())
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if err := a.openStorage(ctx); err != nil {
		a.Close()
		return nil, err
	}
	keyring, err := a.openKeyring()
	if err != nil {
		a.Close()
		return nil, err
	}
	// The provider fetches keys as long as the program runs, also while it drains.
	if err := errors.Join(a.openSignIn(), a.openUseCases(builtIn, keyring)); err != nil { //nolint:contextcheck // see above
		a.Close()
		return nil, err
	}
	a.watch()
	return a, nil
}

// watch looks at the editions in force as long as the process runs, also while it drains.
//
//nolint:contextcheck // what it reads is the node's, for everybody: no request may take it away
func (a *App) watch() {
	ctx, cancel := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	watch.Go(func() { a.Dossiers.Editions.Watch(ctx) })
	a.watched = func() {
		cancel()
		watch.Wait()
	}
}

// Close ends the connections, after what is under way.
func (a *App) Close() {
	if a.cache != "" {
		_ = os.RemoveAll(a.cache) // in the temporary folder: what is left is the system's to clear
	}
	if a.watched != nil {
		a.watched()
	}
	for _, db := range []*postgres.DB{a.DB, a.SweepDB} {
		if db != nil {
			db.Close()
		}
	}
	for _, store := range []*object.Store{a.Objects, a.checkpoints} {
		if store != nil {
			store.Close()
		}
	}
}
