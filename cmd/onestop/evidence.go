package main

import (
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
)

// statusUnreadable is the exit status when the input could not be read (evidence.md, "The command").
const statusUnreadable = 2

// evidenceCommand is `onestop evidence < cases.jsonl > plans.jsonl`.
func evidenceCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "evidence",
		Short: "Say which documents each case needs: one JSON case a line in, one JSON answer a line out",
		Long: `Reads cases from standard input, one JSON object a line:

  {"id","procedure","municipality","filed_at","facts","consents","phases"}

and writes one answer a line, in the same order:

  {"id","version","documents":[{"document","subject","item","decision","reason","inquire"}]}
  {"id","error":{"code","pointer","detail"}}

A bad line gets its error and the next goes on. No database is needed. With --catalogue, a municipality tries a
changed catalogue on last year's cases before publishing it.

Exit status: 0 every line was answered, also with errors; 2 the input could not be read; 1 anything else.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := catalogue.Load(catalogueFiles(folder))
			if err != nil {
				return err
			}
			return answerAll(c, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&folder, "catalogue", "", "folder of a catalogue to use in place of the built-in one")
	return cmd
}

// catalogueFiles is the folder, or the catalogue that comes with the program if there is none.
func catalogueFiles(folder string) fs.FS {
	if folder == "" {
		return configs.Procedures()
	}
	return os.DirFS(folder)
}
