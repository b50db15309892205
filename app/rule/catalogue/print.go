package catalogue

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"path"

	"kosodate.example/onestop/app/rule/source"
)

// PrintFolder is where an edition has its forms to print, which somebody else fills in on paper (様式): PDF files.
const PrintFolder = "forms"

// readPrints notes which forms the files have, beside those of the base.
func (b *builder) readPrints(files fs.FS) error {
	found, err := fs.Glob(files, PrintFolder+"/*.pdf")
	if err != nil {
		return err
	}
	b.catalogue.prints = map[string]Sum{}
	for _, name := range found {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(text, []byte("%PDF-")) {
			b.Add(source.Position{File: name}, "this is no PDF")
		}
		b.catalogue.prints[path.Base(name)] = sha256.Sum256(text)
	}
	return nil
}

// Sum tells one form from another of the same name.
type Sum = [sha256.Size]byte

// Printed is the form to print of a document; false if it has none.
func (c *Catalogue) Printed(d *Document) (Sum, bool) {
	sum, ok := c.prints[d.Print]
	if !ok && c.base != nil {
		return c.base.Printed(d)
	}
	return sum, ok
}

// checkPrint holds the name of a form to what there is.
func (b *builder) checkPrint(at source.Position, name string) {
	if _, there := b.catalogue.Printed(&Document{Print: name}); name != "" && !there {
		b.Add(at, "print: there is no file %s/%s", PrintFolder, name)
	}
}
