package app

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// part is a section of the RUNBOOK, as far as it is the same in every language.
type part struct {
	level, heading string
	shape          []string // how each paragraph, item and row of a table begins
	said           []string // each `code`, link and command, as often as it stands there
}

var (
	fixed     = regexp.MustCompile("`[^`]+`|\\]\\([^)]+\\)")
	beginning = regexp.MustCompile(`^(\||- |\d+\. )`)
	remark    = regexp.MustCompile(`\s+# .*$`) // behind a command
)

// parts takes a RUNBOOK apart.
func parts(t *testing.T, path string) (out []part) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range strings.Split("\n"+string(raw), "\n#")[1:] {
		heading, text, _ := strings.Cut(text, "\n")
		level, heading, _ := strings.Cut(heading, " ")
		p, prose, before := part{level: level, heading: heading}, "", ""
		for line := range strings.Lines(text) {
			start := beginning.FindString(line)
			switch {
			case strings.HasPrefix(line, "    "):
				p.said = append(p.said, remark.ReplaceAllString(strings.TrimSpace(line), ""))
			case start != "":
				p.shape = append(p.shape, start)
			case before == "" && strings.TrimSpace(line) != "":
				p.shape = append(p.shape, "paragraph")
			}
			before = strings.TrimSpace(line)
			prose += before + " " // a command may go on in the next line
		}
		p.said = append(p.said, fixed.FindAllString(strings.ReplaceAll(prose, "RUNBOOK_ja.md", "RUNBOOK.md"), -1)...) // each leads to the other
		out = append(out, p)
	}
	return out
}

// A command, a key or an alert that comes to one RUNBOOK has to come to the other: who runs the service reads one of them.
func TestTheRunbooksSayTheSame(t *testing.T) {
	english, japanese := parts(t, "../deploy/RUNBOOK.md"), parts(t, "../deploy/RUNBOOK_ja.md")
	if len(english) < 25 || len(english) != len(japanese) {
		t.Fatalf("%d sections in English, %d in Japanese", len(english), len(japanese))
	}
	for i, e := range english {
		j, often := japanese[i], map[string]int{}
		if e.level != j.level || e.level == "##" && e.heading != j.heading { // the second below the title: alerts
			t.Fatalf("%q stands where the English has %q", j.heading, e.heading)
		}
		for side, all := range [][]string{e.said, j.said} {
			for _, said := range all {
				often[said] += 1 - 2*side
			}
		}
		for said, n := range often {
			if n != 0 {
				t.Errorf("%q: %s stands %d times more in English than in Japanese", e.heading, said, n)
			}
		}
		if !slices.Equal(e.shape, j.shape) {
			t.Errorf("%q: the paragraphs, items and rows are not alike: %q in English, %q in Japanese", e.heading, e.shape, j.shape)
		}
	}
}
