package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/edition/cases"
)

// testCommand runs the case tables of an edition.
func testCommand() *cobra.Command {
	var flags editionFlags
	cmd := &cobra.Command{
		Use:   "test [DIR|ZIP]",
		Short: "Run the case tables of an edition (the built-in one without DIR), and say what gives other papers than it has to",
		Long: `Runs the cases in cases/ of an edition, and of those of municipalities given with --local. An edition of a municipality is laid over
the built-in national one.

Exit status: 0 every case gives what it has to; 1 one does not, or the edition has faults.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := flags.given(args)
			if err != nil {
				return err
			}
			var sum cases.Result
			for _, one := range e.all() {
				list, err := one.cases()
				if err != nil {
					return err
				}
				r := cases.Run(one.catalogue, list)
				sum.Passed += r.Passed
				for _, f := range r.Failed {
					f.File = filepath.Join(one.path, f.File)
					sum.Failed = append(sum.Failed, f)
					fmt.Fprintln(cmd.OutOrStdout(), f)
				}
			}
			if failed := len(sum.Failed); failed > 0 {
				return fmt.Errorf("%d of %d cases failed", failed, failed+sum.Passed)
			}
			said := "%d cases: all passed\n"
			if sum.Passed == 0 {
				said = "%d cases: nothing was tested\n"
			}
			fmt.Fprintf(cmd.OutOrStdout(), said, sum.Passed)
			return nil
		},
	}
	flags.addLocal(cmd)
	return cmd
}

// templateCommand writes an empty case table.
func templateCommand() *cobra.Command {
	var at string
	var flags editionFlags
	cmd := &cobra.Command{
		Use:   "template PROCEDURE FILE.xlsx|FILE.csv",
		Short: "Write an empty case table of a procedure, with its headings, how each is answered, and one example",
		Args:  cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := flags.load()
			if err != nil {
				return err
			}
			c, municipality := e.only()
			v, day, err := versionAt(c, args[0], at)
			if err != nil {
				return err
			}
			template := cases.NewTemplate(c, v, municipality, day)
			write := template.XLSX
			switch strings.ToLower(filepath.Ext(args[1])) {
			case ".xlsx":
			case ".csv":
				write = template.CSV
			default:
				return fmt.Errorf("%s: the file is .xlsx or .csv", args[1])
			}
			text, err := write()
			if err != nil {
				return err
			}
			return writeNew(args[1], text)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the day of the example, YYYY-MM-DD (today in Japan if not given)")
	flags.add(cmd)
	return cmd
}

// writeNew writes a file that is not there yet: nobody's table is lost.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // rules are public, and so is who may read them
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
