package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/configs"
)

// statusFaulty is the exit status of a check that found something.
const statusFaulty = 3

func configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "The configuration"}
	var f configFlag
	var offline bool
	check := &cobra.Command{
		Use:   "check",
		Short: "Say everything that is wrong with the configuration, and whether what it points to answers",
		Long: "Each fault has its key, its value (never a secret), why it is one, and what would do. Without --offline the database, the bucket, the scanner,\n" +
			"the shelf and the identity providers are asked whether they answer. Exit status 3 if anything is wrong.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, faults := configs.Read(f.path)
			faults = append(faults, app.Check(cfg)...)
			for _, one := range faults {
				fmt.Fprintln(c.OutOrStdout(), one.Error())
			}
			if len(faults) > 0 {
				return exitError{fmt.Errorf("%d faults in the configuration", len(faults)), statusFaulty}
			}
			fmt.Fprintln(c.OutOrStdout(), "the configuration is sound")
			if offline {
				return nil
			}
			probed, err := app.Probe(c.Context(), cfg)
			if err != nil {
				return exitError{err, statusFaulty}
			}
			return tellProbed(c.OutOrStdout(), probed)
		},
	}
	check.Flags().BoolVar(&offline, "offline", false, "ask nothing over the network")
	c.AddCommand(f.on(check))
	return c
}

func tellProbed(w io.Writer, probed []app.Probed) error {
	silent := 0
	for _, p := range probed {
		said := "answers"
		if p.Err != nil {
			silent++
			said = "does not: " + causeOf(p.Err)
		}
		fmt.Fprintf(w, "%-24s %s\n", p.Name, said)
	}
	if silent > 0 {
		return exitError{fmt.Errorf("%d of %d do not answer", silent, len(probed)), statusFaulty}
	}
	return nil
}

// causeOf is what an operator has to know of a fault, which tells a client less.
func causeOf(err error) string {
	if f := fault.As(err); f != nil && errors.Unwrap(f) != nil {
		return errors.Unwrap(f).Error()
	}
	return err.Error()
}
