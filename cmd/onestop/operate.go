package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

// personFlag says as whom an admin's command acts: a change is made by a person, and two of them, on the command line
// too.
type personFlag struct{ subject, provider, reach string }

func (p *personFlag) on(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&p.subject, "as", "", "the admin's subject at the identity provider (required)")
	c.Flags().StringVar(&p.provider, "provider", "", "the stable name of that provider; the first for staff if empty")
	c.Flags().StringVar(&p.reach, "reach", "national", "national, or a municipality's code")
	_ = c.MarkFlagRequired("as")
	return c
}

func (p *personFlag) actor(c *cobra.Command, a *app.App) (models.Actor, error) {
	provider := p.provider
	if provider == "" {
		provider = a.OIDC.First(oidc.Staff).Name()
	}
	id, err := a.Accounts.PersonFor(c.Context(), provider, p.subject)
	if err != nil {
		return models.Actor{}, err
	}
	actor := models.Actor{Person: id, Role: models.RoleNational, Purpose: "command-line", Request: "command-line"}
	if p.reach != "national" {
		if !jp.ValidMunicipality(p.reach) {
			return models.Actor{}, fmt.Errorf("--reach is national or a municipality's code, not %q", p.reach)
		}
		actor.Role, actor.Municipality = models.RoleAdmin, p.reach
	}
	return actor, nil
}

// withApp opens the program for one command.
func withApp(f *configFlag, do func(c *cobra.Command, a *app.App, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		a, err := f.open(c.Context())
		if err != nil {
			return err
		}
		defer a.Close()
		return do(c, a, args)
	}
}

// request makes a command safe to repeat by nobody: each call is a new request.
func request(name string) dossier.Request {
	sum := sha256.Sum256([]byte(name))
	return dossier.Request{Route: "command " + name, Key: models.NewID(), BodyHash: sum[:]}
}

func phaseCommand() *cobra.Command {
	c := &cobra.Command{Use: "phase", Short: "Phases (運用段階): list, propose, approve, suspend"}
	c.AddCommand(phaseList(), phasePropose(), phaseApprove(), phaseSuspend())
	return c
}

func phaseList() *cobra.Command {
	var f configFlag
	var at string
	c := &cobra.Command{
		Use:   "list",
		Short: "The phase of every pair, now or at an instant",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			var when time.Time
			if at != "" {
				var err error
				if when, err = phase.ParseInstant(at); err != nil {
					return err
				}
			}
			b, err := a.Operate.Board(c.Context(), models.Actor{Role: models.RolePublic, Purpose: "command-line"}, when)
			if err != nil {
				return err
			}
			for _, p := range b.Pairs {
				next := ""
				if p.NextAt != nil {
					next = "  changes at " + p.NextAt.In(jp.JST).Format(time.RFC3339)
				}
				fmt.Fprintf(c.OutOrStdout(), "%-36s %-24s %-8s %-12s%s\n", p.Procedure, p.Item, p.Municipality, p.Phase, next)
			}
			return nil
		}),
	}
	c.Flags().StringVar(&at, "at", "", "instant (RFC 3339); now if empty")
	return f.on(c)
}

func phasePropose() *cobra.Command {
	var f configFlag
	var p personFlag
	var from string
	row := operate.Row{}
	var proposal operate.Proposal
	c := &cobra.Command{
		Use:   "propose",
		Short: "Propose a phase for one scope; another person approves it",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) (err error) {
			actor, err := p.actor(c, a)
			if err != nil {
				return err
			}
			if row.From, err = phase.ParseInstant(from); err != nil {
				return fmt.Errorf("--from: %w", err)
			}
			proposal.Rows = []operate.Row{row}
			change, err := a.Operate.Propose(c.Context(), actor, request("phase propose"), proposal)
			return show(c.OutOrStdout(), change, err)
		}),
	}
	scopeFlags(c, &row.Procedure, &row.Item, &row.Municipality)
	c.Flags().StringVar(&row.Phase, "phase", "", "not-started, trial, full or inherit")
	c.Flags().StringVar(&from, "from", "", "instant (RFC 3339)")
	c.Flags().StringVar(&proposal.Reason, "reason", "", "why")
	c.Flags().StringVar(&proposal.Circular, "circular", "", "the circular (通知) on which it rests")
	return f.on(p.on(c))
}

func phaseApprove() *cobra.Command {
	var f configFlag
	var p personFlag
	return f.on(p.on(&cobra.Command{
		Use:   "approve ID",
		Short: "Approve a change that another person proposed",
		Args:  cobra.ExactArgs(1),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			actor, err := p.actor(c, a)
			if err != nil {
				return err
			}
			change, err := a.Operate.Approve(c.Context(), actor, args[0])
			return show(c.OutOrStdout(), change, err)
		}),
	}))
}

func phaseSuspend() *cobra.Command {
	var f configFlag
	var p personFlag
	var scope operate.Scope
	var reason string
	c := &cobra.Command{
		Use:   "suspend",
		Short: "Stop a scope, at once; another person confirms it afterwards",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			actor, err := p.actor(c, a)
			if err != nil {
				return err
			}
			change, err := a.Operate.Suspend(c.Context(), actor, request("phase suspend"), scope, reason)
			return show(c.OutOrStdout(), change, err)
		}),
	}
	scopeFlags(c, &scope.Procedure, &scope.Item, &scope.Municipality)
	c.Flags().StringVar(&reason, "reason", "", "why")
	return f.on(p.on(c))
}

func scopeFlags(c *cobra.Command, procedure, item, municipality *string) {
	c.Flags().StringVar(procedure, "procedure", "*", "procedure's code, or * for all")
	c.Flags().StringVar(item, "item", "*", "linkage item, or * for all")
	c.Flags().StringVar(municipality, "municipality", "*", "municipality's code, or * for the country")
}

// show prints what a command did, as JSON.
func show(w io.Writer, what any, err error) error {
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(what)
}

func municipalityCommand() *cobra.Command {
	c := &cobra.Command{Use: "municipality", Short: "Municipalities, what they offer, their closed days"}
	var f configFlag
	imports := &cobra.Command{
		Use:   "import FILE",
		Short: "Add or replace what a CSV names: municipalities, offerings or closed days",
		Args:  cobra.ExactArgs(1),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			file, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = file.Close() }()
			n, err := a.Operate.Import(c.Context(), models.Actor{Role: models.RoleNational, Purpose: "municipality-import", Request: "command-line"}, file)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d lines taken\n", n)
			return nil
		}),
	}
	c.AddCommand(f.on(imports))
	return c
}

func reconcileCommand() *cobra.Command {
	var f configFlag
	opt := document.ReconcileOptions{}
	c := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare rows and objects, both ways",
		Args:  cobra.NoArgs,
		Long: "Compare the files' rows with the objects in the store. Objects without a row are queued for removal; rows without an object are a loss and are " +
			"named. Exit status 3 if a row has no object or one of the wrong size.",
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			opt.Each = func(f document.Finding) {
				fmt.Fprintln(c.OutOrStdout(), strings.TrimSpace(f.Kind+" "+f.Key+" "+f.File))
			}
			r, err := a.Documents.Reconcile(c.Context(), opt)
			if err != nil {
				return err
			}
			if err := show(c.OutOrStdout(), r, nil); err != nil {
				return err
			}
			if r.Missing+r.WrongSize > 0 {
				return exitError{fmt.Errorf("%d files are lost or damaged", r.Missing+r.WrongSize), 3}
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&opt.DryRun, "dry-run", false, "report alone")
	c.Flags().DurationVar(&opt.MinAge, "min-age", time.Hour, "how old an object without a row must be")
	c.Flags().Int64Var(&opt.AtMost, "at-most", 10000, "queue at most so many objects for removal; 0: no bound")
	return f.on(c)
}
