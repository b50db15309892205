// Package receipt is the signed receipt (受付票): what the service states about an application that arrived, how the statement is
// signed and checked, and how it is found in the page that a person saved. Who holds the public keys can check one without
// the service, and without a network. It is pure: keys and files come as bytes, instants as arguments.
package receipt

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// Statement is what the service states, and signs. It names no person and holds no answer of a form: whoever is shown it
// learns that something arrived, not whose it is. What the form said is in ManifestSha256, for those who hold the
// manifest (P3).
type Statement struct {
	Number     string    `json:"number"`     // receipt number, AB2C-3D4E-F5GH with its check character
	ArrivedAt  time.Time `json:"arrived_at"` // in Japan time
	Late       bool      `json:"late"`       // it arrived after DeadlineOn and was accepted
	Procedure  Named     `json:"procedure"`
	Version    string    `json:"version"`      // effective_from of the procedure's version that applied
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
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw)) // into maps, whose members are written sorted
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// decode reads a statement that Canonical wrote, and nothing else: one text for one statement, so that no member is there
// twice and none that this program does not know goes unseen.
func decode(raw []byte) (*Statement, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var s Statement
	if err := d.Decode(&s); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the statement")
	}
	again, err := s.Canonical()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(raw, again) {
		return nil, errors.New("it is not written in the canonical form")
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
