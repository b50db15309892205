package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/rule/jp"
)

var errStampBroken = errors.New("a time stamp does not hold")

func signatureCommand() *cobra.Command {
	var f configFlag
	c := &cobra.Command{Use: "signature", Short: "Electronic signatures of filed cases"}
	c.AddCommand(f.on(&cobra.Command{
		Use:   "verify MUNICIPALITY APPLICATION",
		Short: "Verify the time stamps of a case's signatures anew, by the authorities of timestamps.authorities_file",
		Args:  cobra.ExactArgs(2),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			found, err := a.Apply.ProveSignatures(c.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			if len(found) == 0 {
				_, err := fmt.Fprintln(c.OutOrStdout(), "nobody signed this case")
				return err
			}
			for _, p := range found {
				said, broken := stampSaid(p)
				if _, writing := fmt.Fprintf(c.OutOrStdout(), "signature %d of %s, certificate %s (%s): %s\n", p.Number,
					p.At.In(jp.JST).Format(time.RFC3339), p.Serial, p.State, said); writing != nil {
					return writing
				}
				if broken {
					err = errStampBroken
				}
			}
			return err
		}),
	}))
	return c
}

// stampSaid says what is known of a signature's time stamp, and whether it is one that does not hold.
func stampSaid(p apply.Proven) (said string, broken bool) {
	switch {
	case p.Broken != nil:
		return "the time stamp does not hold: " + p.Broken.Error(), true
	case p.Stamp != nil:
		return fmt.Sprintf("time-stamped at %s by %s, verified", p.Stamp.At.In(jp.JST).Format(time.RFC3339), p.Stamp.Authority), false
	case !p.Asked:
		return "no time stamp was asked for", false
	case p.Failure != "":
		return "no time stamp yet; the authority's last answer did not count: " + p.Failure, false
	}
	return "no time stamp yet", false
}
