package edge

import (
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
)

// FormJSON is the name of the first part of a form: the JSON that would be the whole body without files.
const FormJSON = "application"

var (
	errForm      = fault.New(fault.Malformed, fault.CodeMalformed, "form-unreadable").Note("reason", reasonForm)
	errFormFirst = fault.New(fault.Malformed, fault.CodeMalformed, "form-order").Note("reason", reasonForm)
)

// isForm says whether a body is a form of several parts.
func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "multipart/form-data"
}

type filesKey struct{}

// Files are the files of a request that come behind its JSON, one after the other.
type Files struct {
	reader *multipart.Reader
	body   io.Reader
}

// Discard reads up to most bytes of what is refused, as Discard does for a body.
func (f *Files) Discard(most int64) { _, _ = io.CopyN(io.Discard, f.body, most) }

// FilesOf are the files of a request whose first part was its JSON; nil for one that was JSON alone.
func FilesOf(ctx context.Context) *Files {
	f, _ := ctx.Value(filesKey{}).(*Files)
	return f
}

// File is a part of a form.
type File struct {
	Field, Name string // what the field is called, and the file
	Body        io.Reader
}

// Next gives the next file; io.EOF after the last. Errors: malformed for a part that is no file, and for a form that breaks off.
func (f *Files) Next() (*File, error) {
	part, err := f.reader.NextRawPart()
	if err == io.EOF { //nolint:errorlint // of the form itself; a body that breaks off is ErrUnexpectedEOF
		return nil, io.EOF
	}
	if err != nil {
		return nil, formFault(err)
	}
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil || params["filename"] == "" || part.Header.Get("Content-Transfer-Encoding") != "" {
		return nil, errForm
	}
	return &File{Field: params["name"], Name: params["filename"], Body: formBody{part}}, nil
}

// formBody reads a part; its errors are faults.
type formBody struct{ part *multipart.Part }

func (b formBody) Read(p []byte) (int, error) {
	n, err := b.part.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // of the part itself, as a Reader gives it
		err = formFault(err)
	}
	return n, err
}

// formFault tells a form that is none from one whose bytes stopped coming.
func formFault(err error) error {
	if strings.HasPrefix(err.Error(), "multipart:") || strings.HasPrefix(err.Error(), "malformed MIME") {
		return errForm.Because(err)
	}
	return cutBody(err)
}

// openForm reads the JSON of a form, which its handler finds as the body, and keeps the files for it. What comes behind a form that is refused is read too.
func (e *Edge) openForm(ctx context.Context, c *gin.Context) (context.Context, error) {
	files := &Files{body: c.Request.Body}
	sent, err := e.readForm(c.Request, files)
	if err != nil {
		files.Discard(16 * e.opt.Limits.JSONBytes)
		return ctx, err
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(sent))
	c.Request.ContentLength = int64(len(sent))
	c.Request.Header.Set("Content-Type", "application/json")
	return context.WithValue(ctx, filesKey{}, files), nil
}

// readForm reads a form as far as its JSON, and lets files go on behind it.
func (e *Edge) readForm(r *http.Request, files *Files) ([]byte, error) {
	var err error
	if files.reader, err = r.MultipartReader(); err != nil {
		return nil, errForm.Because(err)
	}
	part, err := files.reader.NextPart()
	if err != nil {
		return nil, formFault(err)
	}
	if part.FormName() != FormJSON {
		return nil, errFormFirst
	}
	limit := e.opt.Limits.JSONBytes
	sent, err := io.ReadAll(io.LimitReader(part, limit+1))
	switch {
	case err != nil:
		return nil, formFault(err)
	case int64(len(sent)) > limit:
		return nil, tooLarge(limit)
	}
	return sent, checkJSON(sent, e.opt.Limits.JSONDepth, e.opt.Limits.JSONMembers)
}
