package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
)

// statusTampered is the exit status when the audit trail is not what was sealed.
const statusTampered = 3

var errNotSealing = errors.New("audit.signing_key_file is empty")

func auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "The audit trail: seal, verify, checkpoint"}
	c.AddCommand(verifyAuditCommand(), sealAuditCommand(), checkpointCommand())
	return c
}

// anchorFlags are the states of the trail that the caller has kept.
type anchorFlags struct {
	least, files []string
	begin        bool
}

func (f *anchorFlags) read(s *audit.Sealer) (check audit.Check, err error) {
	for _, text := range f.least {
		a, err := audit.ParseAnchor(text)
		if err != nil {
			return check, fmt.Errorf("--at-least %s: %w", text, err)
		}
		check.Anchors = append(check.Anchors, a)
	}
	for _, path := range f.files {
		kept, err := os.ReadFile(path)
		if err != nil {
			return check, err
		}
		a, err := s.Anchor(kept)
		if err != nil {
			return check, fmt.Errorf("%s: %w", path, err)
		}
		check.Anchors = append(check.Anchors, a)
	}
	if !f.begin {
		return check, nil
	}
	if len(check.Anchors) == 0 {
		return check, errors.New("--begin needs --at-least or --checkpoint")
	}
	largest := slices.MaxFunc(check.Anchors, func(a, b audit.Anchor) int { return cmp.Compare(a.Size, b.Size) })
	check.Begin = &largest
	return check, nil
}

func verifyAuditCommand() *cobra.Command {
	var f configFlag
	var anchors anchorFlags
	c := f.on(&cobra.Command{
		Use:   "verify",
		Short: "Check every checkpoint and every sealed entry, also against the checkpoints that were kept outside",
		Args:  cobra.NoArgs,
		Long: "Checks each checkpoint's signature, that each continues the one before, and every sealed entry; and names what was removed, changed or put in. " +
			"The trail has to agree with the checkpoints in audit.checkpoint_dir, in the bucket, and with those given here. Exit status 3 if anything is wrong.",
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			if a.Sealer == nil {
				return errNotSealing
			}
			check, err := anchors.read(a.Sealer)
			if err != nil {
				return err
			}
			v, err := a.Sealer.Verify(c.Context(), check)
			if err != nil {
				return err
			}
			for _, f := range v.Findings {
				fmt.Fprintln(c.OutOrStdout(), f)
			}
			fmt.Fprintf(c.OutOrStdout(), "%d seals, %d entries, %d findings\n", v.Seals, v.Entries, len(v.Findings))
			if len(v.Findings) > 0 {
				return exitError{errors.New("the audit trail is not what was sealed"), statusTampered}
			}
			return nil
		}),
	})
	c.Flags().StringArrayVar(&anchors.least, "at-least", nil, "SIZE:ROOT: what the trail had once, and must still begin with (root in Base64)")
	c.Flags().StringArrayVar(&anchors.files, "checkpoint", nil, "file with a checkpoint that was kept, as --at-least")
	c.Flags().BoolVar(&anchors.begin, "begin", false, "trust the largest of these, and check what came after it alone")
	return c
}

func sealAuditCommand() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "seal",
		Short: "Seal now what is committed and not sealed yet (the worker does it by itself)",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			if a.Sealer == nil {
				return errNotSealing
			}
			n, err := a.Sealer.Seal(c.Context())
			fmt.Fprintf(c.OutOrStdout(), "%d entries sealed\n", n)
			return err
		}),
	})
}

func checkpointCommand() *cobra.Command {
	var f configFlag
	var keys bool
	c := f.on(&cobra.Command{
		Use:   "checkpoint",
		Short: "Print the newest checkpoint (C2SP tlog-checkpoint), to keep or to have witnessed",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			if a.Sealer == nil {
				return errNotSealing
			}
			if keys {
				for _, key := range a.Sealer.VerifierKeys() {
					fmt.Fprintln(c.OutOrStdout(), key)
				}
				return nil
			}
			last, err := a.Sealer.Newest(c.Context())
			if err != nil {
				return err
			}
			if last == nil {
				return errors.New("nothing is sealed yet")
			}
			_, err = fmt.Fprint(c.OutOrStdout(), last.Note)
			return err
		}),
	})
	c.Flags().BoolVar(&keys, "keys", false, "print the public keys that verify it instead (C2SP signed-note)")
	return c
}
