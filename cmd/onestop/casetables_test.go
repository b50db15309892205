package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/edition"
)

const (
	smallNational = "../../app/rule/edition/testdata/national"
	smallLocal    = "../../app/rule/edition/testdata/local"
)

// carryOut runs one command and gives what it wrote.
func carryOut(t *testing.T, cmd *cobra.Command, in string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(in))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err := cmd.Execute()
	return out.String(), err
}

// TestAnEditionIsWrittenCheckedAndTried: what export writes is the same edition; its template passes, and a case that is wrong is
// said in words.
func TestAnEditionIsWrittenCheckedAndTried(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "edition")
	said, err := carryOut(t, catalogueCommand(), "", "export", folder)
	if err != nil {
		t.Fatal(err)
	}
	b, err := edition.Read(os.DirFS(folder))
	if err != nil || !strings.Contains(said, b.Digest()) {
		t.Errorf("exported %v, and said %s", err, said)
	}
	if builtIn, err := openBundle(""); err != nil || builtIn.Digest() != b.Digest() {
		t.Errorf("what was exported is another edition: %v", err)
	}
	if _, err := carryOut(t, catalogueCommand(), "", "export", folder); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("exported over another one: %v", err)
	}
	if _, err := carryOut(t, catalogueCommand(), "", "export", "--local", "998010", folder); err == nil {
		t.Error("an edition that is not there was exported")
	}
	own, err := carryOut(t, catalogueCommand(), "", "test", folder)
	if n, _ := strconv.Atoi(strings.Fields(own)[0]); err != nil || n < 300 || !strings.HasSuffix(own, "cases: all passed\n") {
		t.Errorf("the edition's own tables: %s %v", own, err)
	}
	table := filepath.Join(folder, "cases", "a.csv")
	for _, file := range []string{table, filepath.Join(folder, "cases", "b.xlsx")} {
		if _, err := carryOut(t, catalogueCommand(), "", "template", "pregnancy-notification", "--at", "2026-06-01", file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := carryOut(t, catalogueCommand(), "", "template", "pregnancy-notification", table); err == nil {
		t.Error("a table was written over")
	}
	if said, err := carryOut(t, catalogueCommand(), "", "test", folder); err != nil || said == own || !strings.HasSuffix(said, "cases: all passed\n") {
		t.Errorf("%s %v", said, err)
	}
	packed, err := b.Zip()
	if err != nil {
		t.Fatal(err)
	}
	zip := folder + ".zip"
	if err := os.WriteFile(zip, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := carryOut(t, catalogueCommand(), "", "validate", zip); err != nil || !strings.Contains(said, "no fault") {
		t.Errorf("%s %v", said, err)
	}
	wrong := "name,procedure,filed_on,documents,error\n妊娠,pregnancy-notification,2017-07-17,,invalid-facts\n"
	if err := os.WriteFile(table, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err = carryOut(t, catalogueCommand(), "", "test", folder)
	if want := table + ":2: 妊娠: the error invalid-facts is expected, and it is refused with not-in-force"; err == nil || !strings.Contains(said, want) {
		t.Errorf("%s %v", said, err)
	}
	if got := run([]string{"catalogue", "test", folder}); got != 1 {
		t.Errorf("exit status %d", got)
	}
}

// TestValidateOfEditions names file and line, also of a municipality's edition and of case tables.
func TestValidateOfEditions(t *testing.T) {
	if said, err := carryOut(t, catalogueCommand(), "", "validate", smallNational, "--local", "998010="+smallLocal); err != nil ||
		!strings.HasSuffix(said, "998010: no fault\n") {
		t.Errorf("%s %v", said, err)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"alone":        {[]string{"validate", smallLocal}, smallLocal + "/_edition.yaml:5: there is no national procedure"},
		"another code": {[]string{"validate", smallNational, "--local", "998028=" + smallLocal}, smallLocal + `/_edition.yaml: scope is "998010", not "998028"`},
		"no code":      {[]string{"validate", smallNational, "--local", smallLocal}, "--local " + smallLocal},
		"no edition":   {[]string{"validate", "."}, "evidence.go: a bundle holds"},
		"no file":      {[]string{"validate", "evidence.go"}, "neither a folder nor a .zip"},
		"no procedure": {[]string{"template", "none", "a.csv"}, "there is no procedure none"},
		"no such kind": {[]string{"template", "claim", "--catalogue", smallNational, "a.doc"}, "the file is .xlsx or .csv"},
	} {
		said, err := carryOut(t, catalogueCommand(), "", test.args...)
		if err == nil || !strings.Contains(said+err.Error(), test.want) {
			t.Errorf("%s: %s %v", name, said, err)
		}
	}
}

// TestEvidenceByEditions: a case is decided by the edition of its municipality, and explained.
func TestEvidenceByEditions(t *testing.T) {
	line := `{"id":"1","procedure":"claim","municipality":"998010","filed_at":"2026-06-01T00:00:00Z","facts":{"applicant":{"jan1":"998010"},` +
		`"has_spouse":false,"children":[{"birth_date":"2026-02-01","relationship":"child"}],"grounds":[],"older":0LOCAL},"consents":[],"phases":[]}` + "\n"
	here := strings.Replace(line, "LOCAL", `,"local":{"nursery":true}`, 1)
	elsewhere := strings.Replace(strings.Replace(line, "LOCAL", "", 1), `"municipality":"998010"`, `"municipality":"998028"`, 1)
	flags := []string{"--catalogue", smallNational, "--local", "998010=" + smallLocal}
	plain, err := carryOut(t, evidenceCommand(), here+elsewhere, flags...)
	want := `{"id":"1","version":"2017-07-18","documents":[{"document":"health-survey",` +
		`"subject":"child-1","decision":"attach","reason":"not-replaceable","inquire":false}]}` +
		"\n" + `{"id":"1","version":"2017-07-18","documents":[{"document":"income-certificate","subject":"applicant","item":"local-tax","decision":"attach",` +
		`"reason":"not-started","inquire":false}]}` + "\n"
	if err != nil || plain != want {
		t.Errorf("%v %s", err, plain)
	}
	unsaid := t.TempDir() // a folder as they were before there were editions
	for _, name := range []string{"_common.yaml", "_form.yaml", "claim.yaml"} {
		text, err := os.ReadFile(filepath.Join(smallNational, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(unsaid, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if again, err := carryOut(t, evidenceCommand(), here+elsewhere, "--catalogue", unsaid, "--local", "998010="+smallLocal); err != nil || again != want {
		t.Errorf("%v %s", err, again)
	}
	if said, err := carryOut(t, catalogueCommand(), "", "validate", unsaid); err == nil || !strings.Contains(said, "_edition.yaml: the file is missing") {
		t.Errorf("%v %s", err, said)
	}
	why, err := carryOut(t, evidenceCommand(), here, append(flags, "--explain")...)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Explain struct {
			Documents []struct {
				Why struct {
					Edition struct{ Scope, Digest string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(why), &answer); err != nil || len(answer.Explain.Documents) != 1 {
		t.Fatalf("%v %s", err, why)
	}
	if e := answer.Explain.Documents[0].Why.Edition; e.Scope != "998010" || len(e.Digest) != 64 {
		t.Errorf("the edition is %+v", e)
	}
}
