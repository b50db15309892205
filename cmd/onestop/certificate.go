package main

import (
	"fmt"
	"io"
	"strconv"

	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/receipt"
)

// findCertificate checks the certificate at path, and that the receipt names it and says the same of the edition.
func findCertificate(out io.Writer, keys *receipt.Keys, s *receipt.Statement, path string) error {
	raw, err := bounded(path, certificate.MaxSize)
	if err != nil {
		return err
	}
	if len(raw) > certificate.MaxSize {
		return fmt.Errorf("%s: %w", path, certificate.ErrNotACertificate)
	}
	text := certificate.Trim(raw)
	c, err := certificate.Verify(keys, text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	digest := certificate.Digest(text)
	for _, e := range s.Editions {
		if e.Certificate != digest {
			continue
		}
		if c.Edition != e.Digest || c.Scope != e.Scope || !c.From.Equal(e.From) {
			return fmt.Errorf("%s: the receipt names this certificate for another edition than it is of", path)
		}
		describeCertificate(out, path, c)
		return nil
	}
	return fmt.Errorf("%s: this receipt does not name this certificate (its SHA-256 is %s)", path, digest)
}

// describeCertificate says what a certificate states, one thing a line.
func describeCertificate(out io.Writer, path string, c *certificate.Certificate) {
	line := lines(out)
	if c.Signed() {
		fmt.Fprintf(out, "%s is the certificate that this receipt names, and its signature is good. What was certified:\n", path)
	} else {
		fmt.Fprintf(out, "%s is the certificate that this receipt names. It is not signed itself: the receipt's signature stands for it. What was certified:\n", path)
	}
	line("edition", scopeOf(c.Scope)+", SHA-256 "+c.Edition)
	if c.Base != "" {
		line("over", "the national edition with SHA-256 "+c.Base)
	}
	line("in force from", japanTime(c.From))
	for _, a := range []struct {
		name string
		certificate.Act
	}{{"uploaded", c.Uploaded}, {"proposed", c.Proposed}, {"approved", c.Approved}} {
		who := a.Role + " admin"
		if a.Office != "" {
			who = "admin of " + a.Office
		}
		line(a.name, japanTime(a.At)+" by "+who+", who is "+a.Person+" here")
	}
	line("cases", strconv.Itoa(c.Cases.Passed)+" agreed, "+strconv.Itoa(c.Cases.Failed)+" did not")
	if r := c.Replay; r != nil {
		line("replay", fmt.Sprintf("%d cases filed from %s to %s: %d with more papers, %d with fewer, %d with others (2 is at most two)", r.Cases, japanTime(r.From),
			japanTime(r.To), r.More, r.Fewer, r.Other))
	}
	line("circular", c.Circular)
	line("reason", c.Reason)
	line("publication", c.Publication)
	line("by", c.Issuer)
}

// findEdition says which edition of the receipt the files at path are.
func findEdition(out io.Writer, s *receipt.Statement, path string) error {
	b, err := openBundle(path)
	if err != nil {
		return within(path, err)
	}
	for _, e := range s.Editions {
		if e.Digest == b.Digest() {
			fmt.Fprintf(out, "%s is the edition that decided: %s\n", path, scopeOf(e.Scope))
			return nil
		}
	}
	return fmt.Errorf("%s: it is not by this edition that it was decided (its SHA-256 is %s)", path, b.Digest())
}
