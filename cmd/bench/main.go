// Command bench measures the program under a bounded load on loopback and prints each figure beside a limit of the same
// machine, measured in the same run, since an absolute time means little on a machine that others use.
//
//	go run ./cmd/bench NAME...
//
// It starts what it needs in a folder of its own and takes it away afterwards: PostgreSQL with fsync on, the real MinIO,
// an identity provider with invented people, and the program as a process of its own. One JSON object a line comes out;
// what it is doing goes to standard error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	statusErrors  = 1 // something failed, or an answer was not the expected one
	statusUnknown = 2 // there is no such measure
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the command's flags.
type settings struct {
	seconds, clients, uploads int
	entries                   int
	scan, verbose             bool
	dir, profile              string
	log                       io.Writer
}

// window is how long the program is measured; the limits before and after get a third of it each.
func (s settings) window() time.Duration { return time.Duration(s.seconds) * time.Second }

func (s settings) limitWindow() time.Duration { return max(s.window()/3, 2*time.Second) }

func (s settings) warmUp() time.Duration { return max(s.window()/5, time.Second) }

func (s settings) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.log, "bench: "+format+"\n", args...)
}

// measure is one row of what is measured.
type measure struct {
	name, about string
	run         func(ctx context.Context, s settings) ([]Result, error)
}

var measures = []measure{
	{"filing-3-files", "draft, three uploads of 300 KiB, file; beside plain PUTs to MinIO ÷ 3", filingThreeFiles},
	{"filing-3-whole", "the same case and files in one request; beside the same PUTs ÷ 3", filingWhole},
	{"filing-0-files", "one request files a case in full operation; beside single-row inserts", filingNoFiles},
	{"filing-statements", "round trips, statements and transactions of a parent's requests, one line each", filingStatements},
	{"upload-memory", "memory above idle while 100 uploads of 20 MiB come at once", uploadMemory},
	{"queue", "first and hundredth page of the reviewers' queue of 1,000,000 applications; beside one of 10,000", queueing},
	{"worklist", "first page and a page behind of a work list of 100,000 open cases, in each order, as the program's own role", worklist},
	{"audit", "sealing 1,000 new entries of an audit trail of 10,000,000, readiness, verifying all and from a checkpoint on", trail},
	{"public", "a procedure's page, not signed in; beside a Gin handler with the same bytes", publicPage},
	{"evidence", "on one core: plans a second from decoded facts, lines a second through the command", evidenceSpeed},
	{"replay", "an edition tried on a million filed cases, from decoded facts", replaySpeed},
	{"switch", "seconds from the approved instant until each of three nodes applies it, under load", switching},
	{"inquiries", "100,000 queued inquiries, answered after 200 ms each; beside 64 at a time", asking},
	{"start", "seconds until the demo is ready, on an empty folder and again", starting},
}

func find(name string) *measure {
	for i := range measures {
		if measures[i].name == name {
			return &measures[i]
		}
	}
	return nil
}

// run carries out one command line and gives the exit status.
func run(ctx context.Context, args []string, out, log io.Writer) int {
	s := settings{log: log}
	status := 0
	root := &cobra.Command{
		Use:               "bench [flags] NAME...",
		Short:             "Measure the program beside the machine's own limits",
		SilenceUsage:      true,
		SilenceErrors:     true,
		Args:              cobra.ArbitraryArgs,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, names []string) (err error) {
			status, err = s.runAll(c.Context(), names, out)
			return err
		},
	}
	root.SetHelpCommand(&cobra.Command{Hidden: true}) // a word after the command is a measure's name, always
	f := root.Flags()
	f.IntVar(&s.seconds, "seconds", 15, "how long the program is measured, 1 to 60")
	f.IntVar(&s.clients, "clients", 16, "clients at once, 1 to 256")
	f.IntVar(&s.uploads, "uploads", 100, "uploads at once in upload-memory, 1 to 500")
	f.IntVar(&s.entries, "entries", 10_000_000, "entries of the trail in audit")
	f.BoolVar(&s.scan, "scan", false, "let a worker scan the files with clamd meanwhile; else scans stay queued")
	f.BoolVar(&s.verbose, "verbose", false, "show the statements that filing-statements counts")
	f.StringVar(&s.dir, "dir", "", "folder below which the data lie while it runs; the system's temporary one if empty")
	f.StringVar(&s.profile, "profile", "", "folder for a CPU and an allocation profile of the program (go tool pprof)")
	root.AddCommand(profiledCommand(), trialCommand(), bareCommand())
	root.SetArgs(args)
	root.SetOut(log)
	root.SetErr(log)
	if err := root.ExecuteContext(ctx); err != nil {
		_, _ = fmt.Fprintln(log, "bench:", err)
		status = max(status, statusErrors)
	}
	return status
}

// runAll runs the measures in the order given; one that fails does not keep the next from running.
func (s settings) runAll(ctx context.Context, names []string, out io.Writer) (int, error) {
	if s.seconds < 1 || s.seconds > 60 || s.clients < 1 || s.clients > 256 || s.uploads < 1 || s.uploads > 500 {
		return statusErrors, errors.New("--seconds is 1 to 60, --clients 1 to 256, --uploads 1 to 500")
	}
	if len(names) == 0 {
		for _, m := range measures {
			if _, err := fmt.Fprintf(out, "%-18s %s\n", m.name, m.about); err != nil {
				return statusErrors, err
			}
		}
		return 0, nil
	}
	for _, name := range names {
		if find(name) == nil {
			return statusUnknown, fmt.Errorf("there is no measure %q; without a name all are listed", name)
		}
	}
	status := 0
	for _, name := range names {
		results, err := find(name).run(ctx, s)
		if err != nil {
			s.say("%s: %v", name, err)
			status = statusErrors
		}
		for _, r := range results {
			if r.Errors > 0 {
				status = statusErrors
			}
			r.Name, r.Machine = name, thisMachine()
			if err := json.NewEncoder(out).Encode(r); err != nil {
				return statusErrors, err
			}
		}
	}
	return status, nil
}
