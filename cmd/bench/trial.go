package main

import (
	"errors"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/cmd/bench/office"
	"kosodate.example/onestop/configs"
)

// trialCommand tries the comparison on a month of papers: no servers, the rules alone.
func trialCommand() *cobra.Command {
	var seed uint64
	var papers, examples int
	c := &cobra.Command{
		Use:   "trial",
		Short: "A month's trial on papers written in the ways of many offices: false differences, planted ones found",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cat, err := catalogue.Load(configs.Procedures())
			if err != nil {
				return err
			}
			report, err := office.Trial(cat, seed, papers)
			if err != nil {
				return err
			}
			if err := report.Print(c.OutOrStdout(), examples); err != nil {
				return err
			}
			if !report.Reached() {
				return errors.New("a goal of the trial is missed")
			}
			return nil
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 1, "which month")
	c.Flags().IntVar(&papers, "papers", 1000, "how many papers")
	c.Flags().IntVar(&examples, "examples", 0, "how many of the odd and of the doubtful ones to show")
	return c
}
