// Package certificate is the publication certificate (公開証明) of an edition of the catalogue: what the service states of how two
// persons put it in force, and how that statement is signed, named and checked. A receipt names the certificate under which an
// application was decided. It is pure: keys come as an argument, instants too.
package certificate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Certificate is what is stated. It names no person: who acted stands in it by role, office and a pseudonym (Pseudonym).
type Certificate struct {
	Edition     string  `json:"edition"`          // digest of the bundle
	Scope       string  `json:"scope"`            // catalogue.National, or a municipality's code
	Base        string  `json:"base,omitempty"`   // of a municipality's: digest of the national edition that it was examined with
	Publication string  `json:"publication"`      // id of the proposal, by which the audit trail names it
	Uploaded    Act     `json:"uploaded"`         // by the one who proposed it, or somebody else
	Proposed    Act     `json:"proposed"`         // the first person
	Approved    Act     `json:"approved"`         // the second person, never the first
	Cases       Cases   `json:"cases"`            // how its case tables came out
	Replay      *Replay `json:"replay,omitempty"` // the last replay on filed cases; missing if there was none

	Circular string    `json:"circular"` // the circular (通知) on which it rests
	Reason   string    `json:"reason"`
	From     time.Time `json:"from"`   // in force from, in Japan time
	Issuer   string    `json:"issuer"` // the service's public URL
	KeyID    string    `json:"key_id"` // of the key that signed; empty: the service had none, and the certificate is not signed
}

// Act is what a person did, and when.
type Act struct {
	Role   string    `json:"role"`             // models.Role: national, or admin
	Office string    `json:"office,omitempty"` // the municipality's code; missing for the country
	Person string    `json:"person"`           // pseudonym
	At     time.Time `json:"at"`               // in Japan time
}

// Cases counts the cases of the tables. None failed, or there would be no certificate.
type Cases struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
}

// Replay counts how the cases that were filed in a period would have come out under the edition. Two says at most two (Veiled).
type Replay struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Cases int       `json:"cases"`
	More  int       `json:"more"`  // would have brought more papers,
	Fewer int       `json:"fewer"` // fewer,
	Other int       `json:"other"` // or others
}

// Veiled are the figures with each one as two: whom a rule is about could be known where one family alone filed.
func (r Replay) Veiled() *Replay {
	for _, n := range []*int{&r.Cases, &r.More, &r.Fewer, &r.Other} {
		if *n == 1 {
			*n = 2
		}
	}
	return &r
}

// Signed says whether the certificate is one that was signed.
func (c *Certificate) Signed() bool { return c.KeyID != "" }

// Pseudonym is by what a person stands in the certificate of a publication. Who holds the person's id, which the auditor does,
// finds the same again; nobody else can tell who it is, or whether two certificates name the same person.
func Pseudonym(publication, person string) string {
	sum := sha256.Sum256([]byte("onestop certificate person 1\n" + publication + "\n" + person))
	return hex.EncodeToString(sum[:16])
}

// Canonical is the statement as it is signed: canonical JSON with instants in Japan time.
func (c Certificate) Canonical() ([]byte, error) {
	for _, at := range []*time.Time{&c.Uploaded.At, &c.Proposed.At, &c.Approved.At, &c.From} {
		*at = at.In(jp.JST)
	}
	if c.Replay != nil {
		r := *c.Replay
		r.From, r.To = r.From.In(jp.JST), r.To.In(jp.JST)
		c.Replay = &r
	}
	return strictjson.Canonical(c)
}

// check finds what no certificate has.
func (c *Certificate) check() error {
	national := c.Scope == catalogue.National
	switch {
	case !digest(c.Edition) || national != (c.Base == "") || !national && !digest(c.Base):
		return errors.New("the digest of an edition is no SHA-256")
	case !national && !jp.ValidMunicipality(c.Scope):
		return errors.New("the scope is no municipality's")
	case c.Publication == "" || c.Circular == "" || c.Reason == "":
		return errors.New("the publication, the circular or the reason is missing")
	case c.Proposed.Person == c.Approved.Person:
		return errors.New("one person proposed and approved it")
	case c.Cases.Failed != 0 || c.Cases.Passed < 0:
		return errors.New("a case of its tables did not agree")
	case c.From.Before(c.Approved.At):
		return errors.New("it is in force from before it was approved")
	}
	for _, a := range []Act{c.Uploaded, c.Proposed, c.Approved} {
		if a.Role == "" || national != (a.Office == "") || len(a.Person) != 32 || a.At.IsZero() {
			return errors.New("it does not say who did something, or when")
		}
	}
	if r := c.Replay; r != nil && (r.To.Before(r.From) || min(r.More, r.Fewer, r.Other) < 0 || max(r.More, r.Fewer, r.Other) > r.Cases) {
		return errors.New("the figures of the replay do not go together")
	}
	return nil
}

func digest(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == text
}
