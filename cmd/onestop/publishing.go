package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/jp"
)

const (
	ownEditions    = "/api/v1/admin/editions"
	publicEditions = "/api/v1/editions"
)

// publishedEdition is what the service says of an edition, as far as a person reads it here.
type publishedEdition struct {
	ID, Scope, Digest, State, Circular, Reason string
	From                                       *time.Time
	UploadedAt                                 *time.Time `json:"uploaded_at"`
	Findings                                   []struct{ Severity, File, Detail string }
	Cases                                      struct {
		Passed int
		Failed []placedFault
	}
	Diff      []struct{ Procedure, Detail string }
	Conflicts []struct {
		Municipality string
		Faults       []placedFault
	}
}

// placedFault is something wrong at a place of a file.
type placedFault struct {
	File   string
	Line   int
	Detail string
}

// publishingCommands change what is in force on a server (`onestop catalogue list|history|upload|replay|propose|approve|cancel|restore`).
func publishingCommands() []*cobra.Command {
	return []*cobra.Command{listCommand(), historyCommand(), uploadCommand(), replayCommand(), proposeCommand(),
		stepCommand("approve", "Put a proposed edition in force from its instant, as the second person"),
		stepCommand("cancel", "Take back an edition that is not in force yet"),
		stepCommand("restore", "Make a draft with the contents of an earlier edition, which goes the same way as every other")}
}

// remoteCommand is a command that speaks with a server and shows what it answers: in words, or as it is with --json.
func remoteCommand(use, short string, args cobra.PositionalArgs, call func(r *remote, cmd *cobra.Command, args []string) (raw []byte, err error),
	show func(w io.Writer, raw []byte) error,
) (*cobra.Command, *remote) {
	r, asJSON := &remote{}, false
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		raw, err := call(r, cmd, args)
		if err != nil {
			return err
		}
		if asJSON {
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(raw))
			return err
		}
		return show(cmd.OutOrStdout(), raw)
	}}
	r.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "show the service's answer as it is")
	return cmd, r
}

func listCommand() *cobra.Command {
	cmd, _ := remoteCommand("list", "List the editions on a server that are an admin's business, newest first", cobra.NoArgs,
		func(r *remote, cmd *cobra.Command, _ []string) (raw []byte, err error) {
			return raw, r.get(cmd.Context(), ownEditions, &raw)
		}, showEditions)
	return cmd
}

func historyCommand() *cobra.Command {
	cmd, _ := remoteCommand("history", "Show which editions are, were and will be in force on a server; open to all", cobra.NoArgs,
		func(r *remote, cmd *cobra.Command, _ []string) (raw []byte, err error) {
			return raw, r.get(cmd.Context(), publicEditions, &raw)
		}, showEditions)
	return cmd
}

// showEditions writes a line for each edition.
func showEditions(w io.Writer, raw []byte) error {
	var list struct{ Items []publishedEdition }
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range list.Items {
		digest := e.Digest
		if len(digest) > 12 {
			digest = digest[:12]
		}
		if e.ID != "" {
			fmt.Fprintf(out, "%s\t", e.ID)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", e.Scope, digest, e.State, instantOf(e.From), e.Circular)
	}
	return out.Flush()
}

func instantOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(jp.JST).Format("2006-01-02 15:04:05")
}

func uploadCommand() *cobra.Command {
	cmd, _ := remoteCommand("upload DIR|ZIP", "Upload an edition to a server as a draft, and show what was found", cobra.ExactArgs(1),
		func(r *remote, cmd *cobra.Command, args []string) (raw []byte, err error) {
			b, err := openBundle(args[0])
			if err != nil {
				return nil, within(args[0], err)
			}
			zip, err := b.Zip()
			if err != nil {
				return nil, err
			}
			return raw, r.call(cmd.Context(), http.MethodPost, ownEditions, "application/zip", zip, &raw)
		}, showEdition)
	return cmd
}

func proposeCommand() *cobra.Command {
	var from, circular, reason string
	cmd, _ := remoteCommand("propose ID", "Propose to put a draft in force; refused while a case of its tables does not agree", cobra.ExactArgs(1),
		func(r *remote, cmd *cobra.Command, args []string) (raw []byte, err error) {
			at := time.Now()
			if from != "" {
				if at, err = time.Parse(time.RFC3339, from); err != nil {
					return nil, fmt.Errorf("--from %s: an instant such as 2027-04-01T00:00:00+09:00", from)
				}
			}
			body := map[string]any{"from": at, "circular": circular, "reason": reason}
			return raw, r.post(cmd.Context(), ownEditions+"/"+url.PathEscape(args[0])+"/propose", body, &raw)
		}, showEdition)
	cmd.Flags().StringVar(&from, "from", "", "in force from this instant on, such as 2027-04-01T00:00:00+09:00 (as soon as it is approved if not given)")
	cmd.Flags().StringVar(&circular, "circular", "", "the circular (通知) on which it rests")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

func stepCommand(step, short string) *cobra.Command {
	cmd, _ := remoteCommand(step+" ID", short, cobra.ExactArgs(1),
		func(r *remote, cmd *cobra.Command, args []string) (raw []byte, err error) {
			return raw, r.call(cmd.Context(), http.MethodPost, ownEditions+"/"+url.PathEscape(args[0])+"/"+step, "application/json", nil, &raw)
		}, showEdition)
	return cmd
}

// showEdition writes what was found out about an edition, and where it stands.
func showEdition(w io.Writer, raw []byte) error {
	var e publishedEdition
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	fmt.Fprintf(w, "edition  %s\nscope    %s\ndigest   %s\nstate    %s\n", e.ID, e.Scope, e.Digest, e.State)
	if e.From != nil {
		fmt.Fprintf(w, "from     %s\n", instantOf(e.From))
	}
	fmt.Fprintf(w, "cases    %d agree, %d do not\n", e.Cases.Passed, len(e.Cases.Failed))
	showFaults(w, e.Cases.Failed)
	for _, c := range e.Diff {
		fmt.Fprintf(w, "change   %s\n", c.Detail)
	}
	for _, c := range e.Conflicts {
		fmt.Fprintf(w, "conflict with the edition of %s\n", c.Municipality)
		showFaults(w, c.Faults)
	}
	if n := len(e.Findings); n > 0 {
		fmt.Fprintf(w, "%d findings; onestop catalogue lint lists them\n", n)
	}
	return nil
}

func showFaults(w io.Writer, faults []placedFault) {
	for _, f := range faults {
		fmt.Fprintf(w, "  %s:%d: %s\n", f.File, f.Line, f.Detail)
	}
}
