package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Which program this is: version, commit, Go's version",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b := app.ThisBuild()
			fmt.Fprintf(c.OutOrStdout(), "onestop %s\ncommit %s\n%s\n", b.Version, b.Commit, b.Go)
			return nil
		},
	}
}
