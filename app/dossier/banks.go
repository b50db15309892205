package dossier

import (
	"context"
	"strings"

	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// bankTable is a table of banks as a node has read it.
type bankTable struct {
	id string
	*bank.Table
}

// banksActor: the table is everybody's.
var banksActor = models.Actor{Role: models.RolePublic, Purpose: "bank-table"}

// Banks is the table of banks that counts now; nil if none was imported. A node reads it once, and again after an import.
func (d *Service) Banks(ctx context.Context) (*bank.Table, error) {
	var row *models.BankTable
	known := d.banks.Load()
	err := d.DB.InTx(ctx, banksActor, func(tx *postgres.Tx) error {
		id, err := tx.LatestBankTable()
		if err != nil || id == "" || known != nil && known.id == id {
			return err
		}
		row, err = tx.BankTable(id)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case row != nil:
		table, err := bank.Read(strings.NewReader(row.Contents))
		if err != nil {
			return nil, err
		}
		known = &bankTable{row.ID, table}
		d.banks.Store(known)
	case known == nil:
		return nil, nil
	}
	return known.Table, nil
}
