package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// secretsCommand makes what RUNBOOK, "Setting up", asks for, under the names that compose.yaml and the Kubernetes manifests use.
func secretsCommand() *cobra.Command {
	var server, database string
	c := &cobra.Command{
		Use:   "secrets DIR",
		Short: "Make every secret of a new deployment, one file each (mode 0600), in an empty folder: passwords, connection URLs, keys",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := args[0]
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
			there, err := os.ReadDir(dir)
			if err != nil {
				return err
			}
			if len(there) > 0 {
				return fmt.Errorf("%s has to be empty: no secret is replaced (%w)", dir, os.ErrExist)
			}
			if err := writeSecrets(dir, server, database); err != nil {
				return err
			}
			for _, name := range []string{"audit_key", "receipt_key"} {
				if err := audit.CreateKeys(filepath.Join(dir, name)); err != nil {
					return err
				}
			}
			return seal.CreateMasterKeys(filepath.Join(dir, "master_keys"))
		},
	}
	c.Flags().StringVar(&server, "server", "database:5432", "the database's host and port, as the program reaches it")
	c.Flags().StringVar(&database, "database", "onestop", "the database's name")
	return c
}

// writeSecrets writes what is a word or a URL.
func writeSecrets(dir, server, database string) error {
	base := "postgres://" + server + "/?sslmode=prefer"
	secrets := map[string]string{"objects_access_key": "onestop", "objects_secret_key": rand.Text()}
	for file, role := range map[string]string{"superuser": "postgres", "owner": postgres.RoleOwner, "app": postgres.RoleApp, "sweep": postgres.RoleSweep} {
		password, at := rand.Text(), database
		if file == "superuser" {
			at = "postgres" // it makes the other
		}
		url, err := postgres.DSNFor(base, role, password, at)
		if err != nil {
			return err
		}
		secrets[file+"_password"], secrets[file+"_url"] = password, url
	}
	for name, value := range secrets {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}
