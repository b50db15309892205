package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest/editiontest"
)

const manifest = "scope: \"*\"\ntitle: {ja: 試しの版, plain: ためしの きまり, en: A trial}\n"

// edited is the small edition of the tests in a folder of its own, with one text changed in its procedure.
func edited(t *testing.T, from, to string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, editiontest.Small(t, "claim.yaml", from, to)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "_edition.yaml"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// said runs one command of the catalogue.
func said(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	cmd := catalogueCommand()
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.Execute()
	return out.String(), err
}

func TestLintNamesFileAndLine(t *testing.T) {
	dir := edited(t, "item: local-tax, source: [act-7]}", "item: local-tax}")
	out, err := said(t, "lint", dir, "--at", "2026-06-01")
	if want := "claim.yaml:65: 注意: 所得証明書（配偶者）：求める根拠が書かれていません。\n"; err != nil || !strings.Contains(out, want) {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err = said(t, "lint", dir, "--at", "2026-06-01", "--strict"); err == nil {
		t.Error("--strict takes findings")
	}
}

func TestDiffSaysWhatChanged(t *testing.T) {
	before, after := edited(t, "days: 15", "days: 15"), edited(t, "size(facts.children) + facts.older_siblings >= 3", "facts.has_spouse")
	out, err := said(t, "diff", before, after, "--lang", "en")
	if want := "Claim for the allowance as of 1 April 2020\n  Third-child confirmation (applicant): Other people are asked for it."; err != nil ||
		!strings.HasPrefix(out, want) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = said(t, "diff", before, before); err != nil || out != "" {
		t.Errorf("an edition differs from itself: %v\n%s", err, out)
	}
	if _, err = said(t, "diff", before, after, "--local", "998010"); err == nil {
		t.Error("a national edition was taken for a municipality's")
	}
}
