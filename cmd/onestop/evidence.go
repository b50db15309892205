package main

import (
	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/evidence"
)

// statusUnreadable is the exit status when the input could not be read (evidence.md, "The command").
const statusUnreadable = 2

// evidenceCommand is `onestop evidence < cases.jsonl > plans.jsonl`.
func evidenceCommand() *cobra.Command {
	var flags editionFlags
	var explain bool
	cmd := &cobra.Command{
		Use:   "evidence",
		Short: "Say which documents each case needs: one JSON case a line in, one JSON answer a line out",
		Long: `Reads cases from standard input, one JSON object a line:

  {"id","procedure","municipality","filed_at","facts","consents","phases"}

and writes one answer a line, in the same order:

  {"id","version","documents":[{"document","subject","item","decision","reason","inquire"}]}
  {"id","error":{"code","pointer","detail"}}

A bad line gets its error and the next goes on. No database is needed. With --catalogue and --local, a municipality tries
changed editions on last year's cases before publishing them; what it asks besides stands in "facts":{"local":{…}}.

With --explain each plan has a member more, "explain":{"documents":[…],"not_asked":[…]}: of each document that is asked for,
and of each other one that the rules name, {"document","subject","why":{"rule","source","checked_on","facts","held","phase_row",
"edition",…}}; of one that is not asked for also "why_not": condition-not-met, no-such-person or looked-up.

Exit status: 0 every line was answered, also with errors; 2 the input could not be read; 1 anything else.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := flags.load()
			if err != nil {
				return err
			}
			return answerAll(evidence.Answerer{Say: sentence, Rules: e.rules, Explain: explain}, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&explain, "explain", false, "say of each document why it is asked for or not")
	return cmd
}
