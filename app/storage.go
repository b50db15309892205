package app

import (
	"context"
	"errors"
	"fmt"

	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Migrate brings a database to the newest schema, as its owner, and gives a new one the edition that comes with the program.
func Migrate(ctx context.Context, ownerDSN string) error {
	if err := postgres.Migrate(ctx, ownerDSN); err != nil {
		return err
	}
	builtIn, err := shelf.LoadBuiltIn(configs.Procedures())
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	return builtIn.Install(ctx, ownerDSN)
}

func (a *App) openStorage(ctx context.Context) error {
	var err error
	if a.DB, err = a.database(ctx, "database.app_url_file", a.Config.Database.AppFile, a.Config.Database.MaxConns); err != nil {
		return err
	}
	if a.SweepDB, err = a.database(ctx, "database.sweep_url_file", a.Config.Database.SweepFile, 4); err != nil {
		return err
	}
	a.Objects, err = a.openBucket(a.Config.Objects.Bucket)
	if err != nil || !a.Config.Objects.CreateBucket {
		return err
	}
	return a.Objects.EnsureBucket(ctx)
}

// openBucket makes the client of one bucket of the object store.
func (a *App) openBucket(name string) (*object.Store, error) {
	o := a.Config.Objects
	o.Bucket = name
	return OpenBucket("objects", o)
}

// OpenBucket makes the client of the bucket that a section of the configuration names.
func OpenBucket(section string, o configs.Objects) (*object.Store, error) {
	access, err := configs.Secret(section+".access_key_file", o.AccessKeyFile)
	if err != nil {
		return nil, err
	}
	secret, err := configs.Secret(section+".secret_key_file", o.SecretKeyFile)
	if err != nil {
		return nil, err
	}
	return object.Open(object.Config{
		Endpoint:  o.Endpoint,
		AccessKey: access,
		SecretKey: secret,
		Bucket:    o.Bucket,
		Region:    o.Region,
		TLS:       o.TLS,
		CAFile:    o.CAFile,
	})
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
		Pooled:           a.Config.Database.Pooled,
	})
}

// ShelfDirs are the folders of the shelf of erasable keys.
func ShelfDirs(cfg *configs.Config) []string {
	first := cfg.Keys.ShelfDir
	if first == "" {
		first = cfg.Keys.MasterFile + seal.ShelfSuffix
	}
	return append([]string{first}, cfg.Keys.ShelfCopies...)
}

// openKeyring reads the master key, with the shelf of the cases' keys, which the database has to know.
func (a *App) openKeyring() (*seal.Keyring, error) {
	keyring, err := seal.LoadKeyring(a.Config.Keys.MasterFile, ShelfDirs(a.Config)...)
	switch {
	case errors.Is(err, seal.ErrNoShelf):
		return nil, fmt.Errorf("keys.shelf_dir: %w; it is never made while the program runs: mount it, or make it with `onestop keys shelf`", err)
	case err != nil:
		return nil, fmt.Errorf("keys: %w", err)
	}
	keyring.Shelf().Register(a.DB)
	return keyring, nil
}
