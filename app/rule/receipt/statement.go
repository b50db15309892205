// Package receipt is the signed receipt (受付票): what the service states about an application that arrived, how the statement is
// signed and checked, and how it is found in the page that a person saved. Who holds the public keys can check one without
// the service, and without a network. It is pure: keys and files come as bytes, instants as arguments.
package receipt

import (
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Statement is what the service states, and signs. It names no person and holds no answer of a form: whoever is shown it
// learns that something arrived, not whose it is. What the form said is in ManifestSha256, for those who hold the
// manifest (P3).
type Statement struct {
	Number    string    `json:"number"`     // receipt number, AB2C-3D4E-F5GH with its check character
	ArrivedAt time.Time `json:"arrived_at"` // in Japan time
	Late      bool      `json:"late"`       // it arrived after DeadlineOn and was accepted
	Procedure Named     `json:"procedure"`
	Version   string    `json:"version"` // effective_from of the procedure's version that applied
	// Editions are those of the catalogue by which it was decided, the national one first, then the municipality's where it has one.
	// Missing in receipts from before there were certificates.
	Editions   []Edition `json:"editions,omitempty"`
	ClaimOn    string    `json:"claim_on"`     // YYYY-MM-DD in Japan; empty if the procedure has none
	DeadlineOn string    `json:"deadline_on"`  // the same
	Place      Named     `json:"municipality"` // where it was filed
	// Files are those that arrived with it, also if another took their place since, and those that were handed in after it
	// until IssuedAt: what followed, and what a correction brought.
	Files []File `json:"files"`
	// ManifestSha256 is the digest of the manifest of revision Revision, as GET …/manifest gave it when it was filed (hex).
	ManifestSha256 string `json:"manifest_sha256"`
	Revision       int    `json:"revision"` // that was filed; corrections come after it and change nothing here

	Language string    `json:"language"`  // of the names: ja, plain or en
	IssuedAt time.Time `json:"issued_at"` // when this statement was signed, in Japan time
	Issuer   string    `json:"issuer"`    // the service's public URL
	KeyID    string    `json:"key_id"`    // of the key that signed
}

// Named is a code and what it is called in the statement's language.
type Named struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Edition is an edition of the catalogue that decided, and under which certificate it was published.
type Edition struct {
	Scope  string    `json:"scope"`         // edition.National, or the municipality's code
	Digest string    `json:"digest"`        // SHA-256 of its canonical form
	From   time.Time `json:"from,omitzero"` // in force from, in Japan time
	// Certificate is the digest of its publication certificate.
	Certificate string `json:"certificate,omitempty"`
	// Installed: it came with the program, and no two persons published it. An edition with neither was published before there were
	// certificates.
	Installed bool `json:"installed,omitempty"`
}

// File is one attached file. Its own name is not here: people put names of persons into it.
type File struct {
	Document string    `json:"document"`
	Subject  string    `json:"subject"`
	Sha256   string    `json:"sha256"`    // of the file as it was sent, hex
	StoredAt time.Time `json:"stored_at"` // in Japan time; later than ArrivedAt for a document that followed
}

// Canonical is the statement as it is signed: JSON with sorted members and without white space, instants in Japan time.
func (s Statement) Canonical() ([]byte, error) {
	s.ArrivedAt, s.IssuedAt = s.ArrivedAt.In(jp.JST), s.IssuedAt.In(jp.JST)
	s.Files = slices.Clone(s.Files)
	for i := range s.Files {
		s.Files[i].StoredAt = s.Files[i].StoredAt.In(jp.JST)
	}
	if s.Files == nil {
		s.Files = []File{}
	}
	s.Editions = slices.Clone(s.Editions)
	for i := range s.Editions {
		if e := &s.Editions[i]; !e.From.IsZero() {
			e.From = e.From.In(jp.JST)
		}
	}
	return strictjson.Canonical(s)
}

// decode reads a statement that Canonical wrote, and nothing else.
func decode(raw []byte) (*Statement, error) {
	var s Statement
	if err := strictjson.ReadCanonical(raw, &s, func() ([]byte, error) { return s.Canonical() }); err != nil {
		return nil, err
	}
	return &s, s.check()
}

// check finds what no receipt of the service has.
func (s *Statement) check() error {
	switch {
	case !jp.ValidReceiptNumber(s.Number):
		return errors.New("the check character of the receipt number is wrong")
	case s.ArrivedAt.IsZero() || s.IssuedAt.IsZero():
		return errors.New("an instant is missing")
	case s.Procedure.Code == "" || s.Place.Code == "":
		return errors.New("the procedure or the municipality is missing")
	case !slices.Contains([]string{catalogue.Japanese, catalogue.PlainJapanese, catalogue.English}, s.Language):
		return errors.New("there is no such language")
	case !digest(s.ManifestSha256):
		return errors.New("the digest of the manifest is no SHA-256")
	}
	for _, day := range []string{s.ClaimOn, s.DeadlineOn} {
		if _, err := jp.ParseDate(day); day != "" && err != nil {
			return errors.New("a day is not written YYYY-MM-DD")
		}
	}
	for _, f := range s.Files {
		if !digest(f.Sha256) {
			return errors.New("the digest of a file is no SHA-256")
		}
	}
	for i, e := range s.Editions {
		switch {
		case i > 1 || (i == 0) != (e.Scope == catalogue.National) || i == 1 && e.Scope != s.Place.Code:
			return errors.New("the editions are not the national one and the municipality's")
		case !digest(e.Digest) || e.Certificate != "" && !digest(e.Certificate):
			return errors.New("the digest of an edition or of its certificate is no SHA-256")
		case e.Certificate != "" && e.Installed:
			return errors.New("an edition that came with the program has a certificate")
		}
	}
	return nil
}

func digest(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32 && hex.EncodeToString(raw) == text
}

// Having gives the files with a digest (SHA-256, hex in lower case); none if the statement does not name it.
func (s *Statement) Having(sha256 string) []File {
	var out []File
	for _, f := range s.Files {
		if f.Sha256 == sha256 {
			out = append(out, f)
		}
	}
	return out
}
