package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/configs"
)

// trust says where the keys of receipts are: a file of its own, or the one of the configuration.
type trust struct{ keys, config string }

func (t *trust) load() (*receipt.Keys, error) {
	path := t.keys
	if path == "" {
		cfg, err := configs.Load(t.config)
		if err != nil {
			return nil, err
		}
		path = cfg.Receipts.SigningKeyFile
	}
	if path == "" {
		return nil, errors.New(
			"there are no keys: name a file with --keys (what the service gives at /api/v1/receipt-keys), or a configuration with receipts.signing_key_file",
		)
	}
	return app.ReceiptKeys(path)
}

func (t *trust) on(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&t.keys, "keys", "", "file with the public keys: a JSON Web Key Set, or PEM")
	c.Flags().StringVar(&t.config, "config", "", "without --keys: configuration file (YAML) whose receipts.signing_key_file has them")
	return c
}

func receiptCommand() *cobra.Command {
	c := &cobra.Command{Use: "receipt", Short: "Signed receipts: check one, give out the keys"}
	var forVerify, forKeys trust
	var beside besides
	verify := forVerify.on(&cobra.Command{
		Use:   "verify FILE",
		Short: "Check a receipt that a person saved, without the service and without a network",
		Args:  cobra.ExactArgs(1),
		Long: "Checks the signature of a receipt: the saved page (HTML) or the bare signed text. Says what was signed, by which edition of the rules it was " +
			"decided and under which publication certificate, and names each value that the page shows otherwise. --certificate checks a certificate's " +
			"own signature and that the receipt names it, --edition that the files of an edition are the ones that decided. Exit status 1 if anything is wrong.",
		RunE: func(c *cobra.Command, args []string) error {
			keys, err := forVerify.load()
			if err != nil {
				return err
			}
			return verifyReceipt(c.OutOrStdout(), keys, args[0], &beside)
		},
	})
	beside.on(verify)
	give := forKeys.on(&cobra.Command{
		Use:   "keys",
		Short: "Print the public keys as a JSON Web Key Set, as /api/v1/receipt-keys gives them",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			keys, err := forKeys.load()
			if err != nil {
				return err
			}
			e := json.NewEncoder(c.OutOrStdout())
			e.SetIndent("", "  ")
			return e.Encode(keys.Public())
		},
	})
	c.AddCommand(verify, give)
	return c
}

// besides are the files that should go with a receipt.
type besides struct{ files, certificates, editions []string }

func (b *besides) on(c *cobra.Command) {
	c.Flags().StringArrayVar(&b.files, "file", nil, "a file that should be among those of the receipt; may be given again")
	c.Flags().StringArrayVar(&b.certificates, "certificate", nil, "a publication certificate that the receipt should name; may be given again")
	c.Flags().StringArrayVar(&b.editions, "edition", nil, "folder or .zip of an edition that should have decided; may be given again")
}

// verifyReceipt checks the receipt at path and that what stands beside goes with it, and says to out what was signed. What is wrong is
// the error; what was signed is said even so, as long as the signature holds.
func verifyReceipt(out io.Writer, keys *receipt.Keys, path string, beside *besides) error {
	raw, err := bounded(path, receipt.MaxSize)
	if err != nil {
		return err
	}
	held, err := receipt.Read(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s, err := keys.Verify(held.Text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	describeStatement(out, s)
	var wrong []error
	if held.Page {
		wrong = compareShown(out, held.Shown, s)
	}
	for _, file := range beside.files {
		wrong = append(wrong, findFile(out, s, file))
	}
	for _, file := range beside.certificates {
		wrong = append(wrong, findCertificate(out, keys, s, file))
	}
	for _, dir := range beside.editions {
		wrong = append(wrong, findEdition(out, s, dir))
	}
	return errors.Join(wrong...)
}

// compareShown names what a page shows otherwise than it was signed.
func compareShown(out io.Writer, shown receipt.Shown, s *receipt.Statement) []error {
	var wrong []error
	before := present.ReceiptBefore(s)
	for _, d := range receipt.Compare(shown, present.Receipt(s)) {
		if d.Shown != "" && d.Shown == before[d.Name] {
			continue
		}
		wrong = append(wrong, fmt.Errorf("the page was altered: %s: it shows %q, signed is %q", d.Name, d.Shown, d.Signed))
	}
	if len(wrong) == 0 {
		fmt.Fprintln(out, "The page shows these values as they were signed. The applicant's name and the list of documents on it are not signed.")
	}
	return wrong
}

// findFile says which of the receipt's files the one at path is.
func findFile(out io.Writer, s *receipt.Statement, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	found := s.Having(hex.EncodeToString(h.Sum(nil)))
	if len(found) == 0 {
		return fmt.Errorf("%s is not among the files of this receipt", path)
	}
	for _, one := range found {
		fmt.Fprintf(out, "%s is a file of this receipt: %s, stored %s\n", path, documentOf(one), japanTime(one.StoredAt))
	}
	return nil
}

// bounded reads a file, and one byte more of it than it may have, so that a larger one is seen to be one.
func bounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, most+1))
}
