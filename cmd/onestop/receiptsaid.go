package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
)

// describeStatement says what was signed, one thing a line.
func describeStatement(out io.Writer, s *receipt.Statement) {
	line := lines(out)
	fmt.Fprintln(out, "The signature is good. What was signed:")
	line("receipt number", s.Number+" (its check character is right)")
	line("arrived", japanTime(s.ArrivedAt))
	if s.Late {
		line("", "after the deadline; it was accepted")
	}
	line("procedure", s.Procedure.Name+" ("+s.Procedure.Code+", version of "+s.Version+")")
	line("municipality", s.Place.Name+" ("+s.Place.Code+")")
	for _, e := range s.Editions {
		describeEdition(line, s.Issuer, e)
	}
	line("claim date", s.ClaimOn)
	line("deadline", s.DeadlineOn)
	line("content", "revision "+strconv.Itoa(s.Revision)+", SHA-256 of the manifest "+s.ManifestSha256)
	if len(s.Files) == 0 {
		line("files", "none")
	}
	for _, f := range s.Files {
		line("file", documentOf(f)+", stored "+japanTime(f.StoredAt)+", SHA-256 "+f.Sha256)
	}
	line("signed by", s.Issuer+" on "+japanTime(s.IssuedAt)+" with the key "+s.KeyID)
}

// lines gives what writes one thing a line, and nothing for what is empty.
func lines(out io.Writer) func(name, value string) {
	return func(name, value string) {
		if value != "" {
			fmt.Fprintf(out, "  %-15s %s\n", name, printable(value))
		}
	}
}

// describeEdition says by which edition a case was decided, and under which certificate that was published.
func describeEdition(line func(name, value string), issuer string, e receipt.Edition) {
	what := scopeOf(e.Scope) + ", SHA-256 " + e.Digest
	if !e.From.IsZero() {
		what += ", in force from " + japanTime(e.From)
	}
	line("edition", what)
	switch {
	case e.Certificate != "":
		line("certificate", "SHA-256 "+e.Certificate+"; it is at "+issuer+"/api/v1/editions/"+e.Digest+"/certificates/"+e.Certificate)
	case e.Installed:
		line("certificate", "none: the edition came with the program, and no two persons published it")
	default:
		line("certificate", "none: it was published before there were certificates")
	}
}

func scopeOf(scope string) string {
	if scope == catalogue.National {
		return "national"
	}
	return "of " + scope
}

func documentOf(f receipt.File) string { return f.Document + " (" + f.Subject + ")" }

// japanTime writes an instant to the second, as the receipt's page does.
func japanTime(t time.Time) string {
	return t.In(jp.JST).Format("2006-01-02 15:04:05") + " (Japan time)"
}

// printable keeps what could steer a terminal out of what is printed: a name is data, even a signed one.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '�'
	}, s)
}
