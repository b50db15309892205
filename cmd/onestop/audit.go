package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
)

// statusTampered is the exit status when the audit trail is not what was sealed.
const statusTampered = 3

func auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "The audit trail: seal, verify"}
	var forVerify, forSeal configFlag
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Check every seal and every sealed entry",
		Args:  cobra.NoArgs,
		Long: "Checks every seal's signature and chain and every sealed entry, and names each entry that was removed, changed or put in afterwards. Exit " +
			"status 3 if anything is wrong.",
		RunE: withApp(&forVerify, func(c *cobra.Command, a *app.App, _ []string) error {
			if a.Sealer == nil {
				return errors.New("audit.signing_key_file is empty")
			}
			v, err := a.Sealer.Verify(c.Context())
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
	}
	seal := &cobra.Command{
		Use:   "seal",
		Short: "Seal now what is committed and not sealed yet (the worker does it by itself)",
		Args:  cobra.NoArgs,
		RunE: withApp(&forSeal, func(c *cobra.Command, a *app.App, _ []string) error {
			if a.Sealer == nil {
				return errors.New("audit.signing_key_file is empty")
			}
			n, err := a.Sealer.Seal(c.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d entries sealed\n", n)
			return nil
		}),
	}
	c.AddCommand(forVerify.on(verify), forSeal.on(seal))
	return c
}
