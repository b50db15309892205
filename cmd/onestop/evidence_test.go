package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/configs"
)

func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answererOfBuiltIn answers by the catalogue that comes with the program.
func answererOfBuiltIn(t testing.TB) evidence.Answerer {
	t.Helper()
	c := load(t)
	return evidence.Answerer{Say: sentence, Rules: func(string) (*catalogue.Catalogue, evidence.Editions) { return c, evidence.Editions{} }}
}

const line = `{"id":"case-%d","procedure":"pregnancy-notification","municipality":"998010",` +
	`"filed_at":"2020-01-01T00:00:00Z","facts":{},"consents":[],"phases":[]}`

func ids(t *testing.T, out []byte) []any {
	t.Helper()
	var got []any
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var a map[string]any
		if err := d.Decode(&a); err == io.EOF {
			return got
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, a["id"])
	}
}

// TestOrderIsKept over many batches, whatever pieces the input comes in.
func TestOrderIsKept(t *testing.T) {
	const n = 3000
	var in bytes.Buffer
	for i := range n {
		fmt.Fprintf(&in, line+"\n", i)
		if i%7 == 0 {
			in.Truncate(in.Len() - 2) // a bad line
			in.WriteString("\n")
		}
	}
	text := in.String()
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(text), "halves": iotest.HalfReader(strings.NewReader(text)),
		"bytes": iotest.OneByteReader(strings.NewReader(text[:20000])), "data with the end": iotest.DataErrReader(strings.NewReader(text))} {
		var out bytes.Buffer
		if err := answerAll(answererOfBuiltIn(t), r, &out); err != nil {
			t.Fatal(err)
		}
		got := ids(t, out.Bytes())
		if name != "bytes" && len(got) != n {
			t.Fatalf("%s: %d answers", name, len(got))
		}
		for i, id := range got {
			if i%7 != 0 && id != fmt.Sprint("case-", i) && i != len(got)-1 || i%7 == 0 && id != nil {
				t.Fatalf("%s: answer %d has id %v", name, i, id)
			}
		}
	}
}

func TestLines(t *testing.T) {
	good := fmt.Sprintf(line, 1)
	c := answererOfBuiltIn(t)
	for name, test := range map[string]struct {
		in   string
		want string // ids
	}{
		"empty input":          {"", "[]"},
		"no newline at end":    {good, "[case-1]"},
		"newline at end":       {good + "\n", "[case-1]"},
		"blank lines":          {"\n" + good + "\n\n", "[<nil> case-1 <nil>]"},
		"carriage returns":     {good + "\r\n" + good + "\r\n", "[case-1 case-1]"},
		"spaces":               {"  " + good + "  \n \n", "[case-1 <nil>]"},
		"not UTF-8":            {"\"\xff\"\n" + good, "[<nil> case-1]"},
		"NUL":                  {"\x00\n" + good, "[<nil> case-1]"},
		"longer than a buffer": {`{"id":"` + strings.Repeat("x", 3*readBuffer) + "\"\n" + good, "[<nil> case-1]"},
		"longest":              {good + strings.Repeat(" ", maxLine-len(good)-1) + "\n" + good, "[case-1 case-1]"},
		"too long":             {good + strings.Repeat(" ", maxLine+1) + "\n" + good, "[<nil> case-1]"},
		"too long at the end":  {good + "\n" + strings.Repeat(" ", maxLine+readBuffer+1), "[case-1 <nil>]"},
	} {
		var out bytes.Buffer
		if err := answerAll(c, strings.NewReader(test.in), &out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := fmt.Sprint(ids(t, out.Bytes())); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestAnswersAtOnce: whoever sends a line and waits gets its answer before sending the next.
func TestAnswersAtOnce(t *testing.T) {
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	c := answererOfBuiltIn(t) // here: a Fatal in the other goroutine would leave this one waiting
	done := make(chan error, 1)
	go func() {
		done <- answerAll(c, inRead, outWrite)
		outWrite.Close()
	}()
	answers := json.NewDecoder(outRead)
	for i := range 5 {
		fmt.Fprintf(inWrite, line+"\n", i)
		var a struct{ ID string }
		if err := answers.Decode(&a); err != nil || a.ID != fmt.Sprint("case-", i) {
			t.Fatalf("%+v %v", a, err)
		}
	}
	inWrite.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestTornInput(t *testing.T) {
	torn := errors.New("torn")
	in := io.MultiReader(strings.NewReader(fmt.Sprintf(line, 1)+"\n"+line[:20]), iotest.ErrReader(torn))
	var out bytes.Buffer
	err := answerAll(answererOfBuiltIn(t), in, &out)
	var exit exitError
	if !errors.Is(err, torn) || !errors.As(err, &exit) || exit.status != statusUnreadable {
		t.Errorf("error is %v", err)
	}
	if got := fmt.Sprint(ids(t, out.Bytes())); got != "[case-1]" {
		t.Errorf("answered %s", got)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// endless never ends: only a command that gives up ends the test.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "{}\n"), nil }

func TestOutputGone(t *testing.T) {
	err := answerAll(answererOfBuiltIn(t), endless{}, fullDisk{})
	var exit exitError
	if err == nil || errors.As(err, &exit) {
		t.Errorf("error is %v", err)
	}
}

// TestCommandLine runs whole command lines and looks at their exit status.
func TestCommandLine(t *testing.T) {
	folder := t.TempDir()
	for name, test := range map[string]struct {
		args []string
		want int
	}{
		"validate":           {[]string{"catalogue", "validate"}, 0},
		"validate no folder": {[]string{"catalogue", "validate", filepath.Join(folder, "none")}, 1},
		"validate empty":     {[]string{"catalogue", "validate", folder}, 1},
		"show":               {[]string{"catalogue", "show", "childcare-enrolment", "--at", "2020-01-01", "--lang", "plain"}, 0},
		"show unknown":       {[]string{"catalogue", "show", "none"}, 1},
		"show too early":     {[]string{"catalogue", "show", "childcare-enrolment", "--at", "2017-07-17"}, 1},
		"show no day":        {[]string{"catalogue", "show", "childcare-enrolment", "--at", "tomorrow"}, 1},
		"show language":      {[]string{"catalogue", "show", "childcare-enrolment", "--lang", "fr"}, 1},
		"unknown command":    {[]string{"plan"}, 1},
	} {
		if got := run(test.args); got != test.want {
			t.Errorf("%s: exit status %d", name, got)
		}
	}
}

// TestUnreadable: a folder as standard input cannot be read.
func TestUnreadable(t *testing.T) {
	f, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := evidenceCommand()
	cmd.SetArgs(nil)
	cmd.SetIn(f)
	var exit exitError
	if err := cmd.Execute(); !errors.As(err, &exit) || exit.status != 2 {
		t.Errorf("error is %v", err)
	}
}

// TestShow: every procedure can be read in every language.
func TestShow(t *testing.T) {
	c := load(t)
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			for lang := range headings {
				var out bytes.Buffer
				if err := describe(&out, c, v, lang); err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(out.String(), v.Name.In(lang)+"\n") || strings.Contains(out.String(), "%!") {
					t.Errorf("%s %s: %s", p.Code, lang, out.String())
				}
			}
		}
	}
}
