package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/present"
)

func intakeCommand() *cobra.Command {
	var f configFlag
	var asJSON bool
	c := &cobra.Command{
		Use:   "intake DIR|ZIP",
		Short: "Take in applications that were filed at another portal, each once; what does not fit waits for a clerk",
		Args:  cobra.ExactArgs(1),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			files, closer, err := openPackage(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = closer.Close() }()
			batch, err := portal.Read(files)
			if err != nil {
				return err
			}
			report, err := a.Intake.Take(c.Context(), "", batch)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(report)
			}
			printIntake(c.OutOrStdout(), report)
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "the report as JSON")
	return f.on(c)
}

// openPackage opens a folder or a ZIP.
func openPackage(path string) (fs.FS, io.Closer, error) {
	is, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if is.IsDir() {
		return portal.Folder(path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	files, err := portal.Zip(file, is.Size())
	return files, file, err
}

func printIntake(w io.Writer, r *intake.Report) {
	fmt.Fprintf(w, "%s %s: %d applications announced\n", r.Sender, r.Batch, r.Announced)
	fmt.Fprintf(w, "  %d taken in\n  %d known already\n  %d wait for a clerk\n", r.Taken, r.Known, r.Waiting)
	for _, one := range r.ForClerk {
		fmt.Fprintf(w, "    %d %s\n", one.Place, one.Number)
		for _, reason := range one.Reasons {
			fmt.Fprintf(w, "      %s\n", present.Reason(reason, "en"))
		}
	}
}
