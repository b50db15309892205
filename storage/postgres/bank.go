package postgres

import "kosodate.example/onestop/models"

// LatestBankTable is the id of the table of banks that counts; empty if none was imported.
func (tx *Tx) LatestBankTable() (string, error) {
	rows, err := query[models.BankTable](tx, `select id from bank_tables order by id desc limit 1`)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].ID, nil
}

// BankTable reads a table of banks; not-found otherwise.
func (tx *Tx) BankTable(id string) (*models.BankTable, error) { return byID[models.BankTable](tx, id) }

// AddBankTable queues a table of banks, which counts from then on.
func (tx *Tx) AddBankTable(t *models.BankTable) error {
	t.ImportedAt = tx.Now
	return add(tx, "", t)
}
