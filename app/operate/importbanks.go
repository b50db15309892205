package operate

import (
	"bytes"
	"context"
	"io"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ImportBanks takes the table of banks and branches (bank.Read), which counts for every municipality from then on; the same once more
// changes nothing. Errors: too-large; any other says which line is wrong.
func (s *Service) ImportBanks(ctx context.Context, actor models.Actor, r io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return err
	}
	if len(raw) > maxImport {
		return fault.New(fault.TooLarge, fault.CodeTooLarge, "import-too-large")
	}
	if _, err := bank.Read(bytes.NewReader(raw)); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor.For("import-banks"), func(tx *postgres.Tx) error {
		if id, err := tx.LatestBankTable(); err != nil {
			return err
		} else if id != "" {
			before, err := tx.BankTable(id)
			if err != nil || before.Contents == string(raw) {
				return err
			}
		}
		table := &models.BankTable{ID: models.NewID(), Contents: string(raw)}
		if err := tx.AddBankTable(table); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "bank-table", ObjectID: table.ID})
	})
}
