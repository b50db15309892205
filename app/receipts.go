package app

import (
	"errors"
	"fmt"
	"os"

	"kosodate.example/onestop/app/rule/receipt"
)

// openReceipts reads the keys that sign receipts. Without them receipts carry no signature, and say nothing of one.
func (a *App) openReceipts() error {
	path := a.Config.Receipts.SigningKeyFile
	if path == "" {
		a.Log.Warn("receipts are not signed: receipts.signing_key_file is empty")
		return nil
	}
	keys, err := ReceiptKeys(path)
	if err != nil {
		return fmt.Errorf("receipts.signing_key_file: %w", err)
	}
	if !keys.CanSign() {
		return errors.New("receipts.signing_key_file: there is no private key in it")
	}
	a.Receipts = keys
	return nil
}

// ReceiptKeys reads a file of keys as receipt.ParseKeys does, and names it if something is wrong with it.
func ReceiptKeys(path string) (*receipt.Keys, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys, err := receipt.ParseKeys(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}
