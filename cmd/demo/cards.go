package main

import (
	"context"
	"errors"
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
	if p.stamper, err = cards.StartStamper("127.0.0.1:0"); err != nil {
		return fmt.Errorf("the time-stamping authority's simulator: %w", err)
	}
	signatures, stamps := filepath.Join(p.data, "network", "signatures.pem"), filepath.Join(p.data, "network", "timestamps.pem")
	p.config.Signatures.AuthoritiesFile = signatures
	p.config.Timestamps.URL, p.config.Timestamps.AuthoritiesFile = p.stamper.URL(), stamps
	p.config.Portal.Signer = p.cards.URL()
	return errors.Join(os.WriteFile(signatures, p.cards.Authority.PEM(), 0o600), os.WriteFile(stamps, p.stamper.Authority.PEM(), 0o600))
}
