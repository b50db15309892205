// Command onestop is the program: what it can do is listed by `onestop help`.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/gateway/render"
)

func main() {
	render.Child() // started to render a file, it does nothing else
	os.Exit(run(os.Args[1:]))
}

// run carries out one command line and gives the exit status: 0, what an exitError says, or 1.
func run(args []string) int {
	root := &cobra.Command{
		Use:           "onestop",
		Short:         "Child-rearing one-stop e-application (子育てワンストップサービス)",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(serveCommand(), workerCommand(), migrateCommand(), bootstrapCommand(), keysCommand(), evidenceCommand(), catalogueCommand(),
		phaseCommand(), municipalityCommand(), banksCommand(), reconcileCommand(), auditCommand(), retentionCommand(), receiptCommand(), backupCommand(),
		restoreCommand(), drillCommand(), secretsCommand(), readyCommand(), configCommand(), versionCommand(), signatureCommand(), intakeCommand())
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "onestop:", explain(err))
	var exit exitError
	if errors.As(err, &exit) {
		return exit.status
	}
	return 1
}

// exitError is an error with an exit status of its own.
type exitError struct {
	error
	status int
}

func (e exitError) Unwrap() error { return e.error }
