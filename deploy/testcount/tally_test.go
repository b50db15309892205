package main

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	for name, c := range map[string]struct {
		events []string
		want   string
		shows  string // what must be in the output
	}{
		"passed and skipped": {[]string{
			`{"Action":"run","Package":"p","Test":"TestA"}`, `{"Action":"pass","Package":"p","Test":"TestA"}`,
			`{"Action":"output","Package":"p","Test":"TestB","Output":"no camera\n"}`,
			`{"Action":"skip","Package":"p","Test":"TestB"}`, `{"Action":"pass","Package":"p","Elapsed":1.5}`}, "1 passed, 0 failed, 1 skipped", "no camera"},
		"a test with tests below counts by these": {[]string{
			`{"Action":"pass","Package":"p","Test":"TestA/one"}`, `{"Action":"pass","Package":"p","Test":"TestA/two/deep"}`,
			`{"Action":"pass","Package":"p","Test":"TestA/two"}`, `{"Action":"pass","Package":"p","Test":"TestA"}`, `{"Action":"pass","Package":"p"}`},
			"2 passed, 0 failed", ""},
		"a failure below is one": {[]string{
			`{"Action":"output","Package":"p","Test":"TestA/one","Output":"x is not y\n"}`,
			`{"Action":"fail","Package":"p","Test":"TestA/one"}`, `{"Action":"pass","Package":"p","Test":"TestA/two"}`,
			`{"Action":"fail","Package":"p","Test":"TestA"}`, `{"Action":"fail","Package":"p"}`}, "1 passed, 1 failed", "x is not y"},
		"a failure of its own, below which all passed": {[]string{
			`{"Action":"pass","Package":"p","Test":"TestA/one"}`, `{"Action":"fail","Package":"p","Test":"TestA"}`, `{"Action":"fail","Package":"p"}`},
			"1 passed, 1 failed", ""},
		"what does not compile": {[]string{
			`{"ImportPath":"p [p.test]","Action":"build-output","Output":"undefined: x\n"}`, `{"ImportPath":"p [p.test]","Action":"build-fail"}`,
			`{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`}, "0 passed, 1 failed", "undefined: x"},
		"killed under way": {[]string{
			`{"Action":"run","Package":"p","Test":"TestA"}`, `{"Action":"pass","Package":"p","Test":"TestA"}`, `{"Action":"run","Package":"p","Test":"TestB"}`,
			`{"Action":"output","Package":"p","Test":"TestB","Output":"panic: test timed out\n"}`, `{"Action":"fail","Package":"p"}`}, "1 passed, 1 failed",
			"timed out"},
		"never ended":      {[]string{`{"Action":"run","Package":"p","Test":"TestB"}`}, "0 passed, 1 failed", ""},
		"no tests":         {[]string{`{"Action":"skip","Package":"p"}`}, "0 passed, 0 failed", ""},
		"not from go test": {[]string{`go: downloading x`}, "0 passed, 0 failed", "downloading x"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			tally := newTally(&out)
			if err := tally.read(strings.NewReader(strings.Join(c.events, "\n"))); err != nil {
				t.Fatal(err)
			}
			if got := tally.sum().String(); got != c.want {
				t.Errorf("counted %q, want %q", got, c.want)
			}
			if !strings.Contains(out.String(), c.shows) {
				t.Errorf("%q is not shown: %s", c.shows, out.String())
			}
		})
	}
}

func TestSlowestPackagesComeFirst(t *testing.T) {
	var out strings.Builder
	tally := newTally(&out)
	if err := tally.read(strings.NewReader(`{"Action":"pass","Package":"a","Elapsed":1}
{"Action":"pass","Package":"b","Elapsed":3}
{"Action":"pass","Package":"c","Elapsed":2}`)); err != nil {
		t.Fatal(err)
	}
	tally.printSlowest(2)
	if got := out.String(); got != "slowest packages:\n     3.0s  b\n     2.0s  c\n" {
		t.Errorf("%q", got)
	}
}
