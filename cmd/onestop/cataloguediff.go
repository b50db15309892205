package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
)

func diffCommand() *cobra.Command {
	var lang, local, extra string
	cmd := &cobra.Command{
		Use:   "diff [A] B",
		Short: "Say in words what is different from edition A (the built-in one if it is left out) to B",
		Long: `Says in words what is different from one edition of the catalogue to another: folders, or zip files of them.

An edition of a municipality lies over the built-in national one, and --local names the code that it has to be of. One alone is
compared with the national edition without it. The direction of a changed condition is told by the case tables of both editions, and
with --cases by a file of cases as "onestop evidence" takes them: how many more, or fewer, are asked for the document.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, known := headings[lang]; !known {
				return fmt.Errorf("--lang %s: ja, plain or en", lang)
			}
			tried, err := readCases(extra)
			if err != nil {
				return err
			}
			var sides []*catalogue.Catalogue
			var held []int
			if len(args) == 1 {
				args = []string{"", args[0]}
			}
			for _, path := range args {
				one, tables, err := compared(path, local)
				if err != nil {
					return err
				}
				sides, tried, held = append(sides, one), append(tried, tables...), append(held, len(tables))
			}
			changes := append(diff.Compare(sides[0], sides[1], tried), diff.Tables(held[0], held[1])...)
			return sayChanges(cmd.OutOrStdout(), sides[0], sides[1], changes, lang)
		},
	}
	cmd.Flags().StringVar(&lang, "lang", catalogue.Japanese, "ja, plain or en")
	cmd.Flags().StringVar(&local, "local", "", "code of the municipality whose editions they are")
	cmd.Flags().StringVar(&extra, "cases", "", "file of cases, one JSON object a line")
	return cmd
}

// compared loads one side, with its case tables. local is the code of the municipality whose it has to be; empty: any.
func compared(path, local string) (*catalogue.Catalogue, []condition.Case, error) {
	e, err := editionFlags{}.given([]string{path})
	if err != nil {
		return nil, nil, err
	}
	c, municipality := e.only()
	if local != "" && path != "" && municipality != local {
		return nil, nil, fmt.Errorf("%s is no edition of %s", path, local)
	}
	tables, err := e.tried()
	return c, tables, err
}

// tried are the case tables of all editions, as conditions are tried on them.
func (e *editions) tried() ([]condition.Case, error) {
	var out []condition.Case
	for _, one := range e.all() {
		list, err := one.cases()
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			out = append(out, condition.Case{Procedure: c.Procedure, Municipality: c.Municipality, Filed: jp.DateIn(c.FiledAt), Facts: c.Facts})
		}
	}
	return out, nil
}

// sayChanges writes the changes under the names of their procedures.
func sayChanges(out io.Writer, before, after *catalogue.Catalogue, changes []diff.Change, lang string) error {
	var b strings.Builder
	heading := ""
	for _, c := range changes {
		said := say.Change(before, after, c, lang)
		if title := strings.TrimSpace(said.Procedure + " " + said.Versions); title != heading {
			heading = title
			if title != "" {
				fmt.Fprintf(&b, "\n%s\n", title)
			}
		}
		fmt.Fprintf(&b, "  %s\n", said.Text)
	}
	_, err := io.WriteString(out, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// readCases reads cases as the evidence command takes them; none for no file. What is no such case is refused with its line.
func readCases(path string) ([]condition.Case, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []condition.Case
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var one struct {
			Procedure    string          `json:"procedure"`
			Municipality string          `json:"municipality"`
			FiledAt      string          `json:"filed_at"`
			Facts        json.RawMessage `json:"facts"`
			Input        json.RawMessage `json:"input"` // a published vector has the case in it
		}
		err := json.Unmarshal(lines.Bytes(), &one)
		if err == nil && one.Input != nil {
			err = json.Unmarshal(one.Input, &one)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		at, err := phase.ParseInstant(one.FiledAt)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: filed_at: %w", path, n, err)
		}
		out = append(out, condition.Case{Procedure: one.Procedure, Municipality: one.Municipality, Filed: jp.DateIn(at), Facts: one.Facts})
	}
	return out, lines.Err()
}
