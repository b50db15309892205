// Package dossier is what every use case does with a case (一件書類): open it, assemble its plan, move it with its guard,
// its history and its audit.
package dossier

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Service is what the use cases share: the database, the editions of the catalogue and the keys. It may be used from any number of
// goroutines.
type Service struct {
	DB       *postgres.DB
	Editions *shelf.Shelf

	keyring        *seal.Keyring
	municipalities sync.Map // code → seal.Key; a municipality's key never changes
	service        sync.Map // name → seal.Key, of the service's own keys
	banks          atomic.Pointer[bankTable]
	residents      Residents // nil: no directory is connected
}

// New makes the service. builtIn is the edition that comes with the program.
func New(db *postgres.DB, builtIn *shelf.BuiltIn, keyring *seal.Keyring) *Service {
	return &Service{DB: db, Editions: shelf.New(db, builtIn), keyring: keyring}
}

// Keys are unwrapped before a transaction: with a KMS that is a network call (security.md, "Encryption").

// NewApplicationKey makes the data key of a new application and its wrapped form for the row.
func (d *Service) NewApplicationKey(ctx context.Context, id string) (seal.Key, []byte, error) {
	return d.keyring.NewKey(ctx, "application/"+id)
}

// ApplicationKey unwraps an application's data key; not-found once the application was erased.
func (d *Service) ApplicationKey(ctx context.Context, app *models.Application) (seal.Key, error) {
	if app.WrappedKey == nil {
		return seal.Key{}, fault.ErrNotFound
	}
	return d.unwrap(ctx, app.WrappedKey, "application/"+app.ID)
}

// unwrap says of what was erased that it is not there: also where a row has come back with a backup.
func (d *Service) unwrap(ctx context.Context, wrapped []byte, owner string) (seal.Key, error) {
	key, err := d.keyring.Unwrap(ctx, wrapped, owner)
	if errors.Is(err, seal.ErrErased) {
		return seal.Key{}, fault.ErrNotFound
	}
	return key, err
}

// Keyring is for retention, which destroys keys.
func (d *Service) Keyring() *seal.Keyring { return d.keyring }

// NewMunicipalityKey makes the data key of a new municipality in its wrapped form.
func (d *Service) NewMunicipalityKey(ctx context.Context, code string) ([]byte, error) {
	_, wrapped, err := d.keyring.NewLastingKey(ctx, "municipality/"+code)
	return wrapped, err
}

// MunicipalityKey is a municipality's data key; invalid-municipality if it does not use the service.
func (d *Service) MunicipalityKey(ctx context.Context, code string) (seal.Key, error) {
	if k, ok := d.municipalities.Load(code); ok {
		return k.(seal.Key), nil
	}
	var wrapped []byte
	err := d.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "key"}, func(tx *postgres.Tx) error {
		m, err := tx.Municipality(code)
		if err != nil {
			return err
		}
		wrapped = m.WrappedKey
		return nil
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return seal.Key{}, UnknownMunicipality()
	}
	if err != nil {
		return seal.Key{}, err
	}
	key, err := d.keyring.Unwrap(ctx, wrapped, "municipality/"+code)
	if err != nil {
		return seal.Key{}, err
	}
	d.municipalities.Store(code, key)
	return key, nil
}

// UnknownMunicipality is the refusal for a municipality that does not use the service.
func UnknownMunicipality() *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidMunicipal, "").
		With(fault.Detail{Code: fault.CodeInvalidMunicipal, Pointer: "/municipality"})
}

// SettingsKey names the service's key that seals what people say of how they want to be told.
const SettingsKey = "settings"

// ServiceKey is a data key of the service itself, made at the first use by whichever node is first.
func (d *Service) ServiceKey(ctx context.Context, name string) (seal.Key, error) {
	return d.serviceKey(ctx, name, d.keyring.NewLastingKey)
}

func (d *Service) serviceKey(ctx context.Context, name string, make func(context.Context, string) (seal.Key, []byte, error)) (seal.Key, error) {
	if k, ok := d.service.Load(name); ok {
		return k.(seal.Key), nil
	}
	_, offered, err := make(ctx, "service/"+name)
	if err != nil {
		return seal.Key{}, err
	}
	var wrapped []byte
	err = d.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "key"}, func(tx *postgres.Tx) (err error) {
		wrapped, err = tx.ServiceKey(name, offered)
		return err
	})
	if err != nil {
		return seal.Key{}, err
	}
	key, err := d.keyring.Unwrap(ctx, wrapped, "service/"+name)
	if err == nil {
		d.service.Store(name, key)
	}
	return key, err
}
