package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
)

// describeStatement says what was signed, one thing a line.
func describeStatement(out io.Writer, s *receipt.Statement) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(out, "  %-15s %s\n", name, printable(value))
		}
	}
	fmt.Fprintln(out, "The signature is good. What was signed:")
	line("receipt number", s.Number+" (its check character is right)")
	line("arrived", japanTime(s.ArrivedAt))
	if s.Late {
		line("", "after the deadline; it was accepted")
	}
	line("procedure", s.Procedure.Name+" ("+s.Procedure.Code+", version of "+s.Version+")")
	line("municipality", s.Place.Name+" ("+s.Place.Code+")")
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
