// Package document takes in the files of an application, has them scanned, gives them back to their owner, and takes
// away what nobody claimed (security.md, "Files").
//
// A file is `receiving` from before its first byte until its last one is in the object store, `stored` from then on,
// and `superseded` when another of the same name took its place after it was filed. It comes whole in one request
// (Receive), as a stream whose length nobody knows (ReceiveStream), or part by part over many requests (Begin, PutPart,
// Finish); what is stored in the end is the same: sealed parts in order, which everybody reads through open. Whatever happens in between, two
// processes put right: Sweep takes away rows whose time is over together with their objects, and Reconcile compares
// rows and objects one by one.
package document

import (
	"cmp"
	"context"
	"io"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

// Objects is what the use cases need of the object store; *object.Store is one. Errors: unavailable while the store is
// down, not-found from Get and Stat for an object that is not there.
type Objects interface {
	// Put stores exactly size bytes of r or nothing; an error of r comes back as it is.
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error)
	Get(ctx context.Context, key string) (io.ReadCloser, int64, error)
	Stat(ctx context.Context, key string) (object.Info, error)
	// Remove is no error for an object that is not there.
	Remove(ctx context.Context, key string) error
	// List calls fn for each object after a key, in the order of the bytes of the keys.
	List(ctx context.Context, prefix, after string, fn func(object.Info) error) error
}

// Scanner looks for viruses; *clamav.Client is one. An error is no verdict: the file is not clean.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (clamav.Verdict, error)
}

// Renderer makes pages of a file as pictures without metadata; *render.Renderer is one. Error: Refused (invalid-file) with
// Extra "reason" for a file of which no safe copy can be made. patience is how many times the usual time it may take.
type Renderer interface {
	Render(ctx context.Context, mediaType string, file io.Reader, patience int, each func(render.Page) error) (render.Copy, error)
}

// Options are the limits that configuration sets.
type Options struct {
	MaxSize  int64 // bytes of one file
	MaxFiles int   // files of one application

	// UploadTime is how long one upload may take. The row of an upload lives longer than that by UploadGrace, so that
	// the sweep never takes the place of an upload under way.
	UploadTime, UploadGrace time.Duration

	// PartSize is the size of the parts in which a page sends a file, in bytes (4 MiB if 0). MaxUploads is how many such
	// uploads of one application may be open at once (5 if 0), and ResumeTime how long one waits for its next part (a day
	// if 0), never less than one upload may take.
	PartSize   int
	MaxUploads int
	ResumeTime time.Duration

	Renderer Renderer // nil: no view copies are made

	DraftLifetime time.Duration // how long a draft lives after its last change, an upload included
	ScanPatience  time.Duration // the age from which the sweep asks again for a scan that gave no verdict
}

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB // connected as the sweep role, which sees every municipality's rows
	objects  Objects
	scanner  Scanner
	opt      Options
}

// New makes the service. sweep is the database as the sweep role, needed by Sweep and Reconcile alone.
func New(dossiers *dossier.Service, sweep *postgres.DB, objects Objects, scanner Scanner, opt Options) *Service {
	return &Service{dossiers: dossiers, sweep: sweep, objects: objects, scanner: scanner, opt: opt.withDefaults()}
}

func (o Options) withDefaults() Options {
	o.PartSize = cmp.Or(max(0, o.PartSize), 4<<20)
	o.MaxUploads = cmp.Or(max(0, o.MaxUploads), 5)
	o.ResumeTime = max(cmp.Or(o.ResumeTime, 24*time.Hour), o.UploadTime+o.UploadGrace)
	return o
}

// Upload is one file on its way in.
type Upload struct {
	Application, Document, Subject string
	Name                           string
	Naming
	Length  int64 // as announced, bytes; negative if the client did not say
	Body    io.Reader
	Answers []byte // of a statement that is written from answers: those, an object; nil otherwise
	// Until, if not nil, cuts the connection's reads off at an instant, so that a client that sends nothing does not
	// hold the upload (http.ResponseController.SetReadDeadline).
	Until func(time.Time) error

	inHand bool // a clerk scans a paper that came after the filing
}

// Received is a file that is stored.
type Received struct {
	ID, Name, MediaType string
	Size                int64
	Sha256              string           // hex
	Scan                models.ScanState // pending: the scan is a job
	Version             int64            // of the application, which a file is a part of
	Replaced            *Replaced        // nil if it took no other file's place
}

// Download is a file being read by a person. Body must be closed; it fails rather than end early.
type Download struct {
	Name, MediaType string
	Size            int64
	Body            io.ReadCloser
}
