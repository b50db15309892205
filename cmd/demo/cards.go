package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	cards "kosodate.example/onestop/app/gateway/sign/simulator"
)

// startCards starts what no demo can have: the cards with certificates for signatures, their reader, and their authority,
// as a service of its own.
func (p *parts) startCards(_ context.Context, o options) (err error) {
	if p.cards, err = cards.Start(o.beside(4)); err != nil {
		return fmt.Errorf("the cards' simulator: %w", err)
	}
	path := filepath.Join(p.data, "network", "signatures.pem")
	p.config.Signatures.AuthoritiesFile = path
	p.config.Portal.Signer = p.cards.URL()
	return os.WriteFile(path, p.cards.Authority.PEM(), 0o600)
}
