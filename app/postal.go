package app

import (
	"fmt"
	"os"

	"kosodate.example/onestop/app/rule/postal"
)

// postalCodes reads the table of postal codes; nil without a file.
func postalCodes(name string) (*postal.Table, error) {
	if name == "" {
		return nil, nil // no table knows no place
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("portal.postal_codes_file: %w", err)
	}
	defer func() { _ = f.Close() }()
	table, err := postal.Read(f)
	if err != nil {
		return nil, fmt.Errorf("portal.postal_codes_file: %w", err)
	}
	return table, nil
}
