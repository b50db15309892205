package page

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"kosodate.example/onestop/app/fault"
)

// EachFile hands over the files that a form sent under a name, one after the other and none kept in memory, and says how
// many there were. Error: malformed for what is no such form or ends too early; that of receive ends it.
func (r *Request) EachFile(field string, receive func(name string, body io.Reader) error) (int, error) {
	return r.EachFileOf("", field, func(_, name string, body io.Reader) error { return receive(name, body) })
}

// mostLabel bounds what is read of a field that stands before a file.
const mostLabel = 200

// EachFileOf is EachFile for a form in which each file, or several of them, follow the field that says what they are.
func (r *Request) EachFileOf(label, field string, receive func(label, name string, body io.Reader) error) (int, error) {
	parts, err := r.Gin.Request.MultipartReader()
	if err != nil {
		return 0, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	of := ""
	for n := 0; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, fault.New(fault.Malformed, fault.CodeMalformed, "form-ended").Because(err)
		}
		if label != "" && part.FormName() == label {
			text, err := io.ReadAll(io.LimitReader(part, mostLabel))
			if err != nil {
				return n, fault.New(fault.Malformed, fault.CodeMalformed, "form-ended").Because(err)
			}
			of = string(text)
		}
		if part.FormName() != field || part.FileName() == "" {
			continue
		}
		if err := receive(of, baseName(part.FileName()), part); err != nil {
			return n, err
		}
		n++
	}
}

// baseName is a file's name without the folders that some browsers send along.
func baseName(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

// File is one file that a form sent, held in memory.
type File struct {
	Name     string
	Contents []byte
}

// roomForForm is what a form may have beside its file, in bytes.
const roomForForm = 64 << 10

// Hold reads a form with a file of up to so many bytes into memory: nothing is left on the disk. The file is empty where none was
// chosen; the other values are then read as of every form. Errors: malformed; tooLarge.
func (r *Request) Hold(field string, most int64, tooLarge error) (File, error) {
	req := r.Gin.Request
	// A file that is too large is read on for as long again: the rest of the form is not lost by it.
	req.Body = http.MaxBytesReader(r.Gin.Writer, req.Body, 2*most+roomForForm)
	err := req.ParseMultipartForm(2*most + roomForForm)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return File{}, tooLarge
	case err != nil:
		return File{}, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	file, header, err := req.FormFile(field)
	if err != nil {
		return File{}, nil //nolint:nilerr // no file was chosen: whoever needs one says so
	}
	defer func() { _ = file.Close() }()
	if header.Size > most {
		return File{}, tooLarge
	}
	contents, err := io.ReadAll(file)
	return File{baseName(header.Filename), contents}, err
}
