package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// catalogueCommand is `onestop catalogue validate|show`.
func catalogueCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "catalogue", Short: "Check the catalogue of procedures, or print a procedure for people to read"}
	cmd.AddCommand(validateCommand(), showCommand())
	return cmd
}

func validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check a folder of procedures (the built-in one without DIR): file, line and fault of everything wrong",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := ""
			if len(args) == 1 {
				folder = args[0]
				if info, err := os.Stat(folder); err != nil {
					return err
				} else if !info.IsDir() {
					return fmt.Errorf("%s is not a folder", folder)
				}
			}
			c, err := catalogue.Load(catalogueFiles(folder))
			var faults catalogue.Faults
			if errors.As(err, &faults) {
				fmt.Fprintln(cmd.ErrOrStderr(), faults)
				return fmt.Errorf("%d faults in the catalogue", len(faults))
			}
			if err != nil {
				return err
			}
			versions := 0
			for _, p := range c.Procedures() {
				versions += len(p.Versions)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d procedures, %d versions, %d documents, %d linkage items: no fault\n",
				len(c.Procedures()), versions, len(c.Documents()), len(c.Items()))
			return nil
		},
	}
}

func showCommand() *cobra.Command {
	var at, lang, folder string
	cmd := &cobra.Command{
		Use:   "show CODE",
		Short: "Print a procedure as it is on a day",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := catalogue.Load(catalogueFiles(folder))
			if err != nil {
				return err
			}
			day := jp.DateIn(time.Now())
			if at != "" {
				if day, err = jp.ParseDate(at); err != nil {
					return fmt.Errorf("--at %s: a date as YYYY-MM-DD", at)
				}
			}
			p := c.Procedure(args[0])
			if p == nil {
				return fmt.Errorf("there is no procedure %s", args[0])
			}
			v := p.At(day)
			if v == nil {
				return fmt.Errorf("%s was not in force on %s: its first version is from %s", p.Code, at, p.Versions[0].Effective)
			}
			if _, known := headings[lang]; !known {
				return fmt.Errorf("--lang %s: ja, plain or en", lang)
			}
			return describe(cmd.OutOrStdout(), c, v, lang)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the day, YYYY-MM-DD (today in Japan if not given)")
	cmd.Flags().StringVar(&lang, "lang", catalogue.Japanese, "ja, plain or en")
	cmd.Flags().StringVar(&folder, "catalogue", "", "folder of a catalogue to use in place of the built-in one")
	return cmd
}
