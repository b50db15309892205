package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/models"
)

// Files of the demo's core system (基幹システム): the private key that its program signs with, and its client id.
const (
	coreKey    = "core.jwk"
	coreClient = "core.client"
)

// seedCore registers a core system of ひなた市 on this machine, as two admins do it, and leaves its key beside the data, so that the sample can be run.
func (p *parts) seedCore(ctx context.Context, a *app.App) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	private, err := json.Marshal(jose.JSONWebKey{Key: key})
	if err != nil {
		return err
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	if err != nil {
		return err
	}
	admin := func(key string) (models.Actor, error) {
		person, err := a.Accounts.PersonFor(ctx, providerName, key)
		return models.Actor{Person: person, Role: models.RoleAdmin, Municipality: hinata, Purpose: "demo-seed", Request: "demo-seed"}, err
	}
	one, err := admin("admin-hinata-1")
	if err != nil {
		return err
	}
	two, err := admin("admin-hinata-2")
	if err != nil {
		return err
	}
	row, err := a.Core.Propose(ctx, one, requestFor("core", hinata), core.Wanted{Name: "ひなた市 福祉総合システム（架空）",
		Scopes: []string{models.ScopeCoreRead, models.ScopeCoreWrite}, Networks: []string{"127.0.0.0/8", "::1"}, PerSecond: 50, Keys: string(public),
		Reason: "受付の引継ぎを試すため"})
	if err != nil {
		return err
	}
	if _, err := a.Core.Approve(ctx, two, row.ID); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.data, coreKey), private, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.data, coreClient), []byte(row.ID), 0o600)
}
