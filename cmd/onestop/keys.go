package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/seal"
)

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "Master keys, the keyset that wraps every data key, and the shelf of the keys that erasure destroys"}
	step := func(use, short string, do func(path string) error) *cobra.Command {
		return &cobra.Command{
			Use:   use + " FILE",
			Short: short,
			Args:  cobra.ExactArgs(1),
			RunE:  func(_ *cobra.Command, args []string) error { return do(args[0]) },
		}
	}
	c.AddCommand(keysCreate(),
		step("add", "Add a master key that unwraps, and does not wrap yet: give the file to every node first", seal.AddMasterKey),
		step("promote", "Let the newest master key wrap from now on; the older ones still unwrap", seal.PromoteMasterKey),
		step("audit", "Make a new key that signs the seals of the audit trail (PEM, mode 0600)", audit.CreateKeys),
		step("receipt", "Make a new key that signs receipts (PEM, mode 0600)", audit.CreateKeys),
		keysShelf(), keysMend(), keysAdopt())
	return c
}

func keysCreate() *cobra.Command {
	var shelf []string
	c := &cobra.Command{
		Use:   "create FILE",
		Short: "Make a new keyset (mode 0600), and its shelf; refuses to replace one",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := seal.CreateKeyring(args[0], shelf...)
			return err
		},
	}
	c.Flags().StringArrayVar(&shelf, "shelf", nil, "a folder of the shelf, instead of the one beside FILE; again for each copy")
	return c
}

func keysShelf() *cobra.Command {
	return &cobra.Command{
		Use:   "shelf DIR…",
		Short: "Make the folders of a shelf, or add empty ones, named last, to those that are there; `keys mend` then fills them",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := seal.CreateShelf(args...)
			return err
		},
	}
}

// withShelf gives a command the shelf that is configured.
func withShelf(f *configFlag, do func(*cobra.Command, *configs.Config, *seal.Shelf) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) error {
		cfg, _, err := f.load()
		if err != nil {
			return err
		}
		shelf, err := seal.OpenShelf(app.ShelfDirs(cfg)...)
		if err != nil {
			return err
		}
		return do(c, cfg, shelf)
	}
}

func keysMend() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "mend",
		Short: "Make the copies of the shelf alike, after one was added, was away or was brought back; the worker does it by itself in time",
		Args:  cobra.NoArgs,
		RunE: withShelf(&f, func(c *cobra.Command, _ *configs.Config, shelf *seal.Shelf) error {
			done, err := shelf.Mend(c.Context())
			_, printed := fmt.Fprintf(c.OutOrStdout(), "%d leaves copied, %d keys destroyed that were destroyed in another copy\n", done.Leaves, done.Slots)
			return errors.Join(err, printed)
		}),
	})
}

func keysAdopt() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "adopt",
		Short: "Record the configured shelf as the service's, as the database's owner, after the old one was lost or brought back from a copy",
		Args:  cobra.NoArgs,
		RunE: withShelf(&f, func(c *cobra.Command, cfg *configs.Config, shelf *seal.Shelf) error {
			owner, err := openOwner(c.Context(), cfg)
			if err != nil {
				return err
			}
			defer owner.Close()
			return owner.AdoptShelf(c.Context(), shelf.ID())
		}),
	})
}
