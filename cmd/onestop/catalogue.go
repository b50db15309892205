package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// catalogueCommand is `onestop catalogue validate|show|test|template|export|diff|lint`, and what changes an edition on a server.
func catalogueCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "catalogue", Short: "Check, try, write out and publish editions of the catalogue, or print a procedure for people to read"}
	cmd.AddCommand(validateCommand(), showCommand(), testCommand(), templateCommand(), exportCommand(), diffCommand(), lintCommand())
	cmd.AddCommand(publishingCommands()...)
	return cmd
}

func validateCommand() *cobra.Command {
	var flags editionFlags
	cmd := &cobra.Command{
		Use:   "validate [DIR|ZIP]",
		Short: "Check an edition and its case tables (the built-in one without DIR): file, line and fault of everything wrong",
		Long: `Checks an edition: a folder or a .zip of YAML with _edition.yaml, and case tables in cases/. One of a municipality is laid over the
built-in national edition, and those given with --local over the national one that is checked.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := flags.given(args)
			if err == nil {
				for _, one := range e.all() {
					if _, err = one.cases(); err != nil {
						break
					}
				}
			}
			var faults catalogue.Faults
			if errors.As(err, &faults) {
				fmt.Fprintln(cmd.ErrOrStderr(), faults)
				return fmt.Errorf("%d faults in the catalogue", len(faults))
			}
			if err != nil {
				return err
			}
			c, versions := e.national.catalogue, 0
			for _, p := range c.Procedures() {
				versions += len(p.Versions)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d procedures, %d versions, %d documents, %d linkage items: no fault\n",
				len(c.Procedures()), versions, len(c.Documents()), len(c.Items()))
			for _, code := range e.order {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: no fault\n", code)
			}
			return nil
		},
	}
	flags.addLocal(cmd)
	return cmd
}

func showCommand() *cobra.Command {
	var at, lang string
	var flags editionFlags
	cmd := &cobra.Command{
		Use:   "show CODE",
		Short: "Print a procedure as it is on a day",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := flags.load()
			if err != nil {
				return err
			}
			c, _ := e.only()
			v, _, err := versionAt(c, args[0], at)
			if err != nil {
				return err
			}
			if _, known := headings[lang]; !known {
				return fmt.Errorf("--lang %s: ja, plain or en", lang)
			}
			return describe(cmd.OutOrStdout(), c, v, lang)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the day, YYYY-MM-DD (today in Japan if not given)")
	cmd.Flags().StringVar(&lang, "lang", catalogue.Japanese, "ja, plain or en")
	flags.add(cmd)
	return cmd
}

// versionAt is the version of a procedure on a day, today in Japan for the empty one.
func versionAt(c *catalogue.Catalogue, code, at string) (*catalogue.Version, jp.Date, error) {
	day := jp.DateIn(time.Now())
	if at != "" {
		var err error
		if day, err = jp.ParseDate(at); err != nil {
			return nil, day, fmt.Errorf("--at %s: a date as YYYY-MM-DD", at)
		}
	}
	p := c.Procedure(code)
	if p == nil {
		return nil, day, fmt.Errorf("there is no procedure %s", code)
	}
	v := p.At(day)
	if v == nil {
		return nil, day, fmt.Errorf("%s was not in force on %s: its first version is from %s", p.Code, day, p.Versions[0].Effective)
	}
	return v, day, nil
}
