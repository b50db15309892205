package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/jp"
)

// replayOf is how the cases of a period would have come out by an edition.
type replayOf struct {
	State                                                   string
	Progress                                                struct{ Done, Total int }
	Cases, Same, More, Fewer, Other, Unanswered, Unreadable int
	By                                                      []struct {
		Procedure, Municipality, Document, Why string
		More, Fewer                            int
	}
}

// replayPause is how long a replay is left alone before it is asked about again.
const replayPause = time.Second

func replayCommand() *cobra.Command {
	var from, to string
	cmd, _ := remoteCommand("replay ID", "Try an edition on the cases that were filed in a period, and wait for the result", cobra.ExactArgs(1),
		func(r *remote, cmd *cobra.Command, args []string) ([]byte, error) {
			end, err := day(to, time.Now())
			if err != nil {
				return nil, fmt.Errorf("--to %s: a day as YYYY-MM-DD", to)
			}
			begin, err := day(from, end.AddDate(-1, 0, 0))
			if err != nil {
				return nil, fmt.Errorf("--from %s: a day as YYYY-MM-DD", from)
			}
			path := ownEditions + "/" + url.PathEscape(args[0])
			if err := r.post(cmd.Context(), path+"/replay", map[string]any{"from": begin, "to": end}, nil); err != nil {
				return nil, err
			}
			tick := time.NewTicker(replayPause)
			defer tick.Stop()
			for {
				var raw struct{ Replay json.RawMessage }
				var now replayOf
				if err := r.get(cmd.Context(), path, &raw); err != nil {
					return nil, err
				}
				if err := json.Unmarshal(raw.Replay, &now); err != nil {
					return nil, err
				}
				if now.State != "running" {
					return raw.Replay, nil
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d cases\n", now.Progress.Done, now.Progress.Total)
				select {
				case <-cmd.Context().Done():
					return nil, cmd.Context().Err()
				case <-tick.C:
				}
			}
		}, showReplay)
	cmd.Flags().StringVar(&from, "from", "", "the first day, YYYY-MM-DD (a year before the end if not given)")
	cmd.Flags().StringVar(&to, "to", "", "the day after the last one, YYYY-MM-DD (until now if not given)")
	return cmd
}

// day is the beginning of a day in Japan; or for an empty text another instant.
func day(text string, or time.Time) (time.Time, error) {
	if text == "" {
		return or, nil
	}
	return time.ParseInLocation(time.DateOnly, text, jp.JST)
}

// showReplay writes how many parents would have brought more and fewer papers, and of which.
func showReplay(w io.Writer, raw []byte) error {
	var r replayOf
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	if r.State != "done" {
		return fmt.Errorf("the replay ended early: %s after %d of %d cases", r.State, r.Progress.Done, r.Progress.Total)
	}
	fmt.Fprintf(w, "%d cases: %d the same, %d with more papers, %d with fewer, %d with others, %d that cannot be said; %d unreadable\n",
		r.Cases, r.Same, r.More, r.Fewer, r.Other, r.Unanswered, r.Unreadable)
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, b := range r.By {
		fmt.Fprintf(out, "%s\t%s\t%s\t+%d\t-%d\t%s\n", b.Municipality, b.Procedure, b.Document, b.More, b.Fewer, b.Why)
	}
	return out.Flush()
}
