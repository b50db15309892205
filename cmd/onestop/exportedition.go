package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/edition"
)

func exportCommand() *cobra.Command {
	scope, from := edition.National, &remote{}
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write an edition as a folder, which validate, test, diff and upload take; DIR is new or empty",
		Long: `Writes an edition as a folder: the one that comes with the program, or with --server the one that is in force there, for the country or
with --local for a municipality.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := exported(cmd.Context(), from, scope)
			if err != nil {
				return err
			}
			if err := writeBundle(args[0], b); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d files, digest %s\n", len(b.Names()), b.Digest())
			return nil
		},
	}
	cmd.Flags().StringVar(&scope, "local", scope, "the code of a municipality, whose own edition is written")
	from.add(cmd)
	return cmd
}

// exported is the edition of a scope: that of a server, or of the program.
func exported(ctx context.Context, from *remote, scope string) (*edition.Bundle, error) {
	switch {
	case from.address() != "":
		return from.inForce(ctx, scope)
	case scope != edition.National:
		return nil, fmt.Errorf("no edition of %s comes with the program; --server names where it is", scope)
	}
	return openBundle("")
}

// inForce is the edition of a scope that is in force on the server.
func (r *remote) inForce(ctx context.Context, scope string) (*edition.Bundle, error) {
	var list struct{ Items []publishedEdition }
	if err := r.get(ctx, publicEditions, &list); err != nil {
		return nil, err
	}
	var last *publishedEdition
	for i := range list.Items {
		e := &list.Items[i]
		if e.Scope == scope && e.From != nil && !e.From.After(time.Now()) && (last == nil || e.From.After(*last.From)) {
			last = e
		}
	}
	if last == nil || last.Digest == "" {
		return nil, fmt.Errorf("no edition of %s is in force there", scope)
	}
	var zip []byte
	if err := r.get(ctx, publicEditions+"/"+last.Digest, &zip); err != nil {
		return nil, err
	}
	b, err := edition.Unzip(zip)
	if err != nil {
		return nil, err
	}
	if b.Digest() != last.Digest {
		return nil, fmt.Errorf("the service names the digest %s, and the files have %s", last.Digest, b.Digest())
	}
	return b, nil
}

// writeBundle writes the files of an edition into a folder that is new or empty: a file that stays behind would become part of it.
func writeBundle(dir string, b *edition.Bundle) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // rules are public
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	for _, name := range b.Names() {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // rules are public
			return err
		}
		if err := writeNew(path, b.File(name)); err != nil {
			return err
		}
	}
	return nil
}
