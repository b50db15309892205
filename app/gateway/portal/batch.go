// Package portal reads what another portal sends: a batch of applications as a ZIP or a folder, with a manifest that the sender has signed
// (deploy/decisions/intake.md). It knows no question and no case.
package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/fault"
)

// Format is what a manifest says that it is.
const Format = "kosodate-intake/1"

// The names in a package that are not the sender's to choose.
const (
	ManifestName  = "manifest.json"
	SignatureName = "manifest.jws" // a JWS in compact form whose payload is detached (RFC 7515, appendix F): the bytes of the manifest
)

// Limits of a package. What is beyond them is refused as a whole, before anything is taken.
const (
	MostManifest     = 64 << 20
	MostSignature    = 16 << 10
	MostApplications = 20_000
	MostEntry        = 256 << 10 // of one application in the manifest
	MostFiles        = 200_000
	MostFile         = 200 << 20
)

// Batch is a package whose manifest was read. Applications are as they were sent: each may be broken for itself.
type Batch struct {
	Header
	Applications []json.RawMessage
	Digest       [sha256.Size]byte // of the manifest

	manifest, signature []byte
	files               fs.FS
}

// Header is what a manifest says of the whole batch.
type Header struct {
	Format string `json:"format"`
	System string `json:"system"` // client id of the registration whose key signed
	Sender string `json:"sender"` // code of the portal: by it the fields are understood
	Batch  string `json:"batch"`
	Count  int    `json:"count"` // of applications
}

// Application is one application of a manifest.
type Application struct {
	Number       string            `json:"number"`     // the sender's receipt number
	ArrivedAt    string            `json:"arrived_at"` // RFC 3339, with its offset
	Municipality string            `json:"municipality"`
	Form         string            `json:"form"` // the sender's code
	Fields       map[string]string `json:"fields"`
	Files        []File            `json:"files,omitempty"`
	Signature    []byte            `json:"signature,omitempty"` // CMS of the applicant over the canonical application without it
}

// File is one file of an application.
type File struct {
	Kind   string `json:"kind"` // as the sender calls the document
	Name   string `json:"name"`
	Path   string `json:"path"`   // in the package
	Sha256 string `json:"sha256"` // hex
}

// Read reads the manifest of a package. Nothing of it is to be believed before Verify. Errors: invalid-request with what is wrong with it as a whole.
func Read(files fs.FS) (*Batch, error) {
	b := &Batch{files: files}
	var err error
	if b.manifest, err = whole(files, ManifestName, MostManifest); err == nil {
		b.signature, err = whole(files, SignatureName, MostSignature)
	}
	if err != nil {
		return nil, err
	}
	b.Digest = sha256.Sum256(b.manifest)
	var said struct {
		Header
		Applications []json.RawMessage `json:"applications"`
	}
	d := json.NewDecoder(bytes.NewReader(b.manifest))
	d.DisallowUnknownFields()
	if err := d.Decode(&said); err != nil || d.More() {
		return nil, refused("intake-manifest")
	}
	b.Header, b.Applications = said.Header, said.Applications
	switch {
	case b.Format != Format || b.Batch == "" || len(b.Batch) > 100:
		return nil, refused("intake-manifest")
	case b.Count != len(b.Applications):
		return nil, refused("intake-count")
	case b.Count == 0 || b.Count > MostApplications:
		return nil, refused("intake-size")
	}
	for _, one := range b.Applications {
		if len(one) > MostEntry {
			return nil, refused("intake-size")
		}
	}
	return b, nil
}

// whole reads a file that has to be there and no longer than it may be.
func whole(files fs.FS, name string, most int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, refused("intake-package")
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, refused("intake-package").Because(err)
	case int64(len(raw)) > most:
		return nil, refused("intake-size")
	}
	return raw, nil
}

var algorithms = []jose.SignatureAlgorithm{jose.ES256, jose.ES384, jose.EdDSA, jose.PS256, jose.RS256}

// Verify verifies the signature by one of the registered keys, a JWK Set. Error: invalid-request.
func (b *Batch) Verify(keys string) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(keys), &set); err != nil {
		return err
	}
	signed, err := jose.ParseDetached(string(bytes.TrimSpace(b.signature)), b.manifest, algorithms)
	if err != nil {
		return refused("intake-signature").Because(err)
	}
	for i := range set.Keys {
		if signed.DetachedVerify(b.manifest, set.Keys[i].Key) == nil {
			return nil
		}
	}
	return refused("intake-signature")
}

// Open opens a file of the package; it fails beyond what a file may have. Error: fs.ErrNotExist, also for a path that leads out.
func (b *Batch) Open(path string) (io.ReadCloser, error) {
	if !fs.ValidPath(path) || path == "." {
		return nil, fs.ErrNotExist
	}
	f, err := b.files.Open(path)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	if is, err := f.Stat(); err != nil || !is.Mode().IsRegular() {
		return nil, errors.Join(fs.ErrNotExist, f.Close())
	}
	return &bounded{f, MostFile}, nil
}

// bounded fails where a file goes on beyond its limit: what a ZIP says of a size is not believed.
type bounded struct {
	fs.File
	left int64
}

// Read reads on.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.File.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return 0, refused("intake-size")
	}
	return n, err
}

func refused(reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, reason)
}
