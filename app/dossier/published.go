package dossier

import (
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Publications are the editions by which a filed case was decided, and under which certificates, as its receipt names them: the
// national one, then the municipality's where it had one. Error: unavailable.
func (d *Service) Publications(tx *postgres.Tx, app *models.Application) ([]receipt.Edition, error) {
	read, err := tx.EditionRows(app.Municipality)
	if err != nil {
		return nil, err
	}
	rows, ref := shelf.Rows(read), d.EditionOf(app)
	out := []receipt.Edition{{Scope: edition.National, Digest: ref.National}}
	if ref.Local != "" {
		out = append(out, receipt.Edition{Scope: app.Municipality, Digest: ref.Local})
	}
	for i := range out {
		p := &out[i]
		r := edition.LatestOf(rows, p.Scope, p.Digest, *app.ArrivedAt)
		switch {
		case r == nil:
			p.Installed = p.Digest == d.Editions.BuiltIn().Digest()
		case r.Edition == "":
			p.From, p.Installed = r.From, true
		default:
			p.From = r.From
			made, err := tx.CertificatesOf(r.Edition)
			if err != nil {
				return nil, err
			}
			for _, c := range made { // one, or none from before there were any
				p.Certificate = c.Digest
			}
		}
	}
	return out, nil
}
