package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/models"
)

func banksCommand() *cobra.Command {
	c := &cobra.Command{Use: "banks", Short: "The table of banks and branches, by which people find their bank by its name"}
	var f configFlag
	imports := &cobra.Command{
		Use:   "import FILE",
		Short: "Take a table (CSV, UTF-8: bank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana); it counts from then on",
		Args:  cobra.ExactArgs(1),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			file, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = file.Close() }()
			if err := a.Operate.ImportBanks(c.Context(), models.Actor{Role: models.RoleNational, Purpose: "bank-import", Request: "command-line"}, file); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), "the table counts from now on")
			return nil
		}),
	}
	c.AddCommand(f.on(imports))
	return c
}
