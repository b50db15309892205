package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// errFindings is what --strict makes of findings.
var errFindings = errors.New("the edition has findings")

func lintCommand() *cobra.Command {
	var lang, cases, at string
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Say what looks wrong in an edition (the built-in one without DIR) although it loads, with file and line",
		Long: `Says what looks wrong in an edition of the catalogue although it loads: rules without a source or not checked for 400 days, papers
that are two, rules that are one, documents that nothing asks for, questions that decide nothing, plain Japanese that is hard to read,
and answers and parts of conditions that no case reaches: of its case tables, and of --cases, a file of cases as "onestop evidence" takes them.

An edition of a municipality lies over the built-in one, of which nothing is said. Exit status: 0, and with --strict 1 if there is a finding.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, known := headings[lang]; !known {
				return fmt.Errorf("--lang %s: ja, plain or en", lang)
			}
			in, err := lintInput(args)
			if err != nil {
				return err
			}
			more, err := readCases(cases)
			if err != nil {
				return err
			}
			in.Cases = append(in.Cases, more...)
			if at != "" {
				if in.Today, err = jp.ParseDate(at); err != nil {
					return fmt.Errorf("--at %s: a date as YYYY-MM-DD", at)
				}
			}
			found := lint.Check(in)
			for _, f := range found {
				place := f.File
				if f.Line > 0 {
					place = fmt.Sprintf("%s:%d", f.File, f.Line)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s: %s\n", place, say.Severity(f, lang), say.Finding(in.Catalogue, f, lang))
			}
			if strict && len(found) > 0 {
				return fmt.Errorf("%w: %d", errFindings, len(found))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", catalogue.Japanese, "ja, plain or en")
	cmd.Flags().StringVar(&cases, "cases", "", "file of cases, one JSON object a line")
	cmd.Flags().StringVar(&at, "at", "", "the day, YYYY-MM-DD (today in Japan if not given)")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit status 1 if there is a finding")
	return cmd
}

// lintInput loads what is looked at, with its case tables: a folder or zip file, or the built-in edition.
func lintInput(args []string) (lint.Input, error) {
	e, err := editionFlags{}.given(args)
	if err != nil {
		return lint.Input{}, err
	}
	in := lint.Input{Catalogue: e.national.catalogue, Files: e.national.bundle.FS(), Today: jp.DateIn(time.Now()), Unread: wording.Unread}
	if c, municipality := e.only(); municipality != "" {
		in.Base, in.Catalogue, in.Files = in.Catalogue, c, e.locals[municipality].bundle.FS()
	}
	in.Cases, err = e.tried()
	return in, err
}
