package dossier

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/seal"
)

// What has a data key of its own beside applications and municipalities, so that what it holds can be destroyed by itself:
// the kinds of link that another site may give a person (R14), and exports.
const (
	LinkHandover = "handover"
	LinkShare    = "share"
	LinkExport   = "export" // a file for another system, made for a while
	LinkIntake   = "intake" // what came from another portal and waits for a clerk
)

// NewLinkKey makes the data key of a new link and its wrapped form for the row.
func (d *Service) NewLinkKey(ctx context.Context, kind, id string) (seal.Key, []byte, error) {
	return d.keyring.NewKey(ctx, kind+"/"+id)
}

// LinkKey unwraps a link's data key; not-found once what it held was erased.
func (d *Service) LinkKey(ctx context.Context, kind, id string, wrapped []byte) (seal.Key, error) {
	if wrapped == nil {
		return seal.Key{}, fault.ErrNotFound
	}
	return d.unwrap(ctx, wrapped, kind+"/"+id)
}

// HandedOver is an application that another site has prefilled for a person (R14).
type HandedOver struct {
	Procedure    string
	Municipality string
	Facts        json.RawMessage // an object or empty
	Form         map[string]any
	Origins      map[string]string // where each field comes from: JSON Pointer ("/facts/…", "/form/…") → the site's name
	OnDuplicate  string            // the person's choice, as of any draft
}
