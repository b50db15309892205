package shelf

import (
	"path"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// Print is a form to print (様式) as it is in force in a municipality: the municipality's own, else the national one. Error: not-found.
func (s *Shelf) Print(municipality, name string) ([]byte, error) {
	ref := s.At(municipality, s.db.Now()).Ref
	for _, digest := range []string{ref.Local, ref.National} {
		if digest == "" {
			continue
		}
		files, err := s.Files(digest)
		if err != nil {
			return nil, err
		}
		if pdf := files.File(path.Join(catalogue.PrintFolder, path.Base(name))); pdf != nil {
			return pdf, nil
		}
	}
	return nil, fault.ErrNotFound
}

// Files are those of an edition that is or was in force. They are not kept: few ask for them. Error: unavailable.
func (s *Shelf) Files(digest string) (*edition.Bundle, error) {
	if digest == s.builtIn.Digest() {
		return s.builtIn.Bundle, nil
	}
	stored, err := s.own(digest)
	if err != nil {
		return nil, missing(digest, err)
	}
	return edition.Unzip(stored.Contents)
}
