package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/retention"
)

func retentionCommand() *cobra.Command {
	c := &cobra.Command{Use: "retention", Short: "What is kept how long: list what is due, show one case, erase again after a restore"}
	c.AddCommand(retentionList(), retentionShow(), retentionReplay())
	return c
}

// dayFlag is a day in Japan at whose end something is asked; empty for now.
type dayFlag struct{ day string }

func (d *dayFlag) on(c *cobra.Command) {
	c.Flags().StringVar(&d.day, "at", "", "the day, YYYY-MM-DD, as of which it is asked; now if empty")
}

func (d *dayFlag) instant() (time.Time, error) {
	if d.day == "" {
		return time.Time{}, nil
	}
	day, err := jp.ParseDate(d.day)
	if err != nil {
		return time.Time{}, fmt.Errorf("--at: %w", err)
	}
	return day.Start(), nil
}

func retentionList() *cobra.Command {
	var f configFlag
	var at dayFlag
	var municipality string
	c := &cobra.Command{
		Use:   "list",
		Short: "The cases that would be erased, each with its rule, and their number by rule",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			when, err := at.instant()
			if err != nil {
				return err
			}
			if municipality != "" && !jp.ValidMunicipality(municipality) {
				return fmt.Errorf("--municipality is a municipality's code, not %q", municipality)
			}
			counts := map[string]int{}
			err = a.Retain.List(c.Context(), municipality, when, func(d *retain.Due) error {
				counts[d.Verdict.Rule]++
				_, err := fmt.Fprintf(
					c.OutOrStdout(),
					"%s\t%s\t%s\t%s\t%s\tkept until %s\n",
					d.Case.ID,
					d.Case.Municipality,
					d.Case.Procedure,
					d.Case.State,
					d.Verdict.Rule,
					d.Verdict.LastDay,
				)
				return err
			})
			if err != nil {
				return err
			}
			for _, rule := range []string{retention.RuleExpiredDraft, retention.RuleWithdrawn, retention.RuleTransferred, retention.RuleDecided, retention.RuleExchange,
				retention.RuleDiscrepancy} {
				fmt.Fprintf(c.OutOrStdout(), "%s: %d\n", rule, counts[rule])
			}
			return nil
		}),
	}
	at.on(c)
	c.Flags().StringVar(&municipality, "municipality", "", "only this municipality's")
	return f.on(c)
}

func retentionShow() *cobra.Command {
	var f configFlag
	var at dayFlag
	c := &cobra.Command{
		Use:   "show APPLICATION",
		Short: "How long one case is kept and why, or that it was erased",
		Args:  cobra.ExactArgs(1),
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, args []string) error {
			when, err := at.instant()
			if err != nil {
				return err
			}
			found, err := a.Retain.Show(c.Context(), args[0], when)
			if err != nil {
				return err
			}
			if e := found.Erased; e != nil {
				_, err := fmt.Fprintf(c.OutOrStdout(), "erased at %s by the rule %s: %s of %s, %s, kept until %s; %d files\n", e.ErasedAt.In(jp.JST).Format(time.RFC3339),
					e.Rule, e.Procedure, e.Municipality, e.Kind, e.LastDay.Format(time.DateOnly), e.Files)
				return err
			}
			d := found.Due
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s of %s, %s: %s\n", d.Case.Procedure, d.Case.Municipality, d.Case.State, verdict(d.Verdict))
			return err
		}),
	}
	at.on(c)
	return f.on(c)
}

func verdict(v retention.Verdict) string {
	switch {
	case v.Erasable:
		return fmt.Sprintf("may be erased by the rule %s, was kept until %s", v.Rule, v.LastDay)
	case v.Rule == "":
		return "not erased (" + v.Why + ")"
	}
	return fmt.Sprintf("not erased (%s); the rule %s keeps it until %s", v.Why, v.Rule, v.LastDay)
}

func retentionReplay() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "replay",
		Short: "After a restore: erase again what was erased since the backup, as the database's owner",
		Args:  cobra.NoArgs,
		RunE: withApp(&f, func(c *cobra.Command, a *app.App, _ []string) error {
			owner, err := openOwner(c.Context(), a.Config)
			if err != nil {
				return err
			}
			defer owner.Close()
			done, err := a.Retain.Replay(c.Context(), owner)
			_, printed := fmt.Fprintf(c.OutOrStdout(), "%d cases erased again, the keys of %d erased cases destroyed\n", done.Erased, done.Keys)
			return errors.Join(err, printed)
		}),
	})
}
